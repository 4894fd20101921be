"""The command `tandem`, also `python -m lab`."""

from lab.versions import tandem_version

try:
    import click

    from lab.compare.command import compare
except ModuleNotFoundError as error:
    if error.name not in ("click", "rich"):
        raise
    raise SystemExit("tandem needs click and rich; install Tandem with its extra `lab`") from error


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(tandem_version(), prog_name="tandem")
def main() -> None:
    """Tandem: one web application behind two doors, WSGI and ASGI.

    See what differs, measured on real servers: `tandem compare examples.tasks --quick`.
    """


main.add_command(compare)

if __name__ == "__main__":
    main(prog_name="tandem")
