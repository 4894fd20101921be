"""The command `tandem`, also `python -m lab`."""

try:
    import click

    from lab.commands import LazyGroup
except ModuleNotFoundError as error:
    if error.name != "click":
        raise
    raise SystemExit("tandem needs click and rich; install Tandem with its extra `lab`") from error


def _show_version(context: click.Context, _parameter: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        from lab.versions import tandem_version  # it takes time, and seldom is asked for

        click.echo(f"tandem, version {tandem_version()}")
        context.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="MODULE is written as for Python's import, in the directory that holds it. "
    "More of a command: tandem run --help. Tab completes: tandem completion --help.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version.",
)
def main() -> None:
    """Tandem: one web application behind two doors, WSGI and ASGI."""


if __name__ == "__main__":
    main(prog_name="tandem")
