"""`tandem compare`: options in, progress and a table on the terminal, two files out."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from lab.compare.contenders import default_contenders, require_servers
from lab.compare.machine import this_machine
from lab.compare.measure import measure
from lab.compare.page import page
from lab.compare.report_json import report
from lab.compare.results import Comparison
from lab.compare.settings import DEFAULT, QUICK, Settings
from lab.compare.signals import Stopped, stopping
from lab.compare.target import Target
from lab.compare.terminal import show
from lab.compare.workloads import ADVICE, WORKLOADS
from lab.errors import LabError, WrongUsageError

POSITIVE = click.FloatRange(min=0, min_open=True)


@click.command()
@click.argument("target", metavar="MODULE[:application,app]")
@click.option("--quick", is_flag=True, help="End in about 20 seconds instead of two minutes.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("tandem-report"),
    show_default=True,
    help="Directory for report.html, report.json and the servers' logs.",
)
@click.option(
    "--threads", type=click.IntRange(1), help="Threads of gunicorn gthread. [64; quick: 16]"
)
@click.option("--connections", type=click.IntRange(1), help="Clients at a time. [64; quick: 16]")
@click.option(
    "--duration", type=POSITIVE, help="Seconds of each stretch of load. [1.7; quick: 0.2]"
)
@click.option("--rounds", type=click.IntRange(1), help="Times that everything is measured. [5]")
@click.option(
    "--rate", type=POSITIVE, help="Send this many requests a second, on a fixed schedule."
)
@click.option("--seed", type=int, help="Repeat the random order of an earlier run.")
@click.pass_context
def compare(context: click.Context, /, target: str, quick: bool, out: Path, **chosen: Any) -> None:
    """Compare WSGI and ASGI servers on one module.

    MODULE is written as for Python's import: examples.tasks, from the directory that holds it. It
    has a WSGI callable named `application` and an ASGI callable named `app`; where they have other
    names, write MODULE:wsgi_name,asgi_name.

    The same module runs under gunicorn (sync and gthread) and under uvicorn, on free ports of this
    machine. Each is asked for /hello, /wait and /cpu; a path that the module does not have is left
    out. Then there are a table, a page to read (report.html) and its figures (report.json).
    """
    try:
        with stopping():
            code = _compare(target, _settings(quick, chosen), out)
    except LabError as error:
        click.echo(f"Error: {error}", err=True)
        code = error.exit_code
    except Stopped as stop:
        click.echo("Stopped before anything was measured.", err=True)
        code = stop.exit_code
    context.exit(code)


def _compare(text: str, settings: Settings, out: Path) -> int:
    """Check, measure, report; return the exit code."""
    target, directory = Target.parse(text), Path.cwd()
    require_servers()
    target.check(directory)
    _make_directory(out)
    contenders = default_contenders(target, settings.threads)
    comparison = Comparison(target, settings, this_machine(), contenders, list(WORKLOADS))
    code = _measured(comparison, directory, out / "logs")
    _write(comparison, out)
    return code


def _make_directory(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongUsageError(f"--out {out} can't be made: {error.strerror}") from error


def _measured(comparison: Comparison, directory: Path, logs: Path) -> int:
    """Measure with a progress bar; return 0, or the exit code of what cut the run short."""
    try:
        with _progress() as progress:
            task = progress.add_task("", total=1.0)
            measure(
                comparison,
                directory,
                logs,
                lambda what, share: progress.update(task, description=what, completed=share),
            )
    except (Stopped, LabError) as end:
        if not any(cell.samples for cell in comparison.cells):
            raise  # a report of an earlier run stays as it is
        if isinstance(end, LabError):
            click.echo(f"Error: {end}", err=True)
        comparison.cut_short = True
        return end.exit_code
    if not comparison.measurable:
        raise LabError(ADVICE)
    return 0


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:<40}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _write(comparison: Comparison, out: Path) -> None:
    console = Console()
    show(comparison, console)
    for name, text in (("report.json", report(comparison)), ("report.html", page(comparison))):
        (out / name).write_text(text, encoding="utf-8")
        console.print(f"wrote {escape(str(out / name))}", soft_wrap=True, highlight=False)


def _settings(quick: bool, chosen: dict[str, Any]) -> Settings:
    given = {name: value for name, value in chosen.items() if value is not None}
    given.setdefault("seed", random.SystemRandom().randrange(2**32))
    settings = replace(QUICK if quick else DEFAULT, **given)
    try:
        settings.job(port=1, path="/", seconds=settings.duration)  # wrong now rather than midway
    except ValueError as error:
        raise WrongUsageError(str(error)) from error
    return settings
