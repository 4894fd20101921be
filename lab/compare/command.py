"""`tandem compare`: options in, progress and a table on the terminal, two files out."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from lab.commands import Command
from lab.compare.asked import Asked
from lab.compare.contenders import left_aside, require_servers
from lab.compare.events import events
from lab.compare.listing import show_list
from lab.compare.measure import measure
from lab.compare.page import page
from lab.compare.progress import progress
from lab.compare.report_json import report
from lab.compare.results import Comparison
from lab.compare.signals import Stopped, stopping
from lab.compare.terminal import show
from lab.compare.trace.perfetto import perfetto
from lab.compare.trace.trace_pass import trace
from lab.compare.words import joined
from lab.compare.workloads import ADVICE, WORKLOADS
from lab.compare.workloads import choose as choose_workloads
from lab.errors import LabError, WrongUsageError

POSITIVE = click.FloatRange(min=0, min_open=True)


@click.command(cls=Command)
@click.argument("targets", metavar="MODULE[:NAMES]...", nargs=-1)
@click.option("--contender", multiple=True, help="A server; several times, or all. See --list.")
@click.option("--workload", multiple=True, help="A workload or a path; several times, or all.")
@click.option("--quick", is_flag=True, help="End in about half a minute, not in three minutes.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("tandem-report"),
    show_default=True,
    help="Directory for report.html, report.json and the servers' logs.",
)
@click.option("--json", "as_json", is_flag=True, help="Write report.json to stdout as well.")
@click.option(
    "--events",
    "has_events",
    is_flag=True,
    help="Write what happens to stdout as it happens, a JSON object a line, for another program.",
)
@click.option("--workers", type=click.IntRange(1), default=1, help="Processes of each server. [1]")
@click.option(
    "--threads", type=click.IntRange(1), help="Threads of servers that have some. [as connections]"
)
@click.option("--connections", type=click.IntRange(1), help="Clients at a time. [32; quick: 16]")
@click.option(
    "--duration",
    type=POSITIVE,
    help="Seconds of each stretch of load. [0.5; quick: 0.2; locust: 2; quick: 1]",
)
@click.option("--rounds", type=click.IntRange(1), help="Times that everything is measured. [5]")
@click.option(
    "--rate", type=POSITIVE, help="Send this many requests a second, on a fixed schedule."
)
@click.option(
    "--engine",
    type=click.Choice(["own", "locust"]),
    help="Who sends the load. Locust takes about 4 seconds more for each stretch.  [own]",
)
@click.option("--locust-workers", type=click.IntRange(1), help="Processes of locust's. [2]")
@click.option("--seed", type=int, help="Repeat the random order of an earlier run.")
@click.option(
    "--trace/--no-trace",
    "is_traced",
    default=True,
    help="Record a few requests in a pass of its own, for the waterfalls.  [default: trace]",
)
@click.option(
    "--perfetto",
    "for_perfetto",
    is_flag=True,
    help="Write these requests to trace.json as well, which ui.perfetto.dev opens.",
)
@click.option("--list", "listed", is_flag=True, help="Show the contenders and workloads, and end.")
@click.pass_context
def compare(context: click.Context, /, **chosen: Any) -> None:
    """Compare WSGI and ASGI servers, or applications, on the same load.

    MODULE is written as for Python's import: examples.tasks, from the directory that holds it. It
    has a WSGI callable named `application` and an ASGI callable named `app`; where they have other
    names, write MODULE:wsgi_name,asgi_name. MODULE:name is one application of either kind, made
    with any framework; give two to compare them.

    Each server runs on a free port of this machine and is asked for the same things; a path that a
    module does not have is left out. Then there are a table, a page to read (report.html) and its
    figures (report.json). A module's own workloads are found: `from lab.compare import workload`.

    The exit code is 0; 1 when a server failed; 2 when what was asked for can't be done; 130 after
    Ctrl-C, and then the report holds what there was.
    """
    try:
        with stopping():
            code = _compare(Asked.of(**chosen))
    except Stopped as stop:
        click.echo("Stopped before anything was measured.", err=True)
        code = stop.exit_code
    context.exit(code)


def _compare(asked: Asked) -> int:
    """Check, measure, report; return the exit code."""
    directory = Path.cwd()
    if asked.as_json and asked.has_events:
        raise WrongUsageError("stdout has the events, or the report: --events or --json, not both")
    if asked.for_perfetto and not asked.is_traced:
        raise WrongUsageError("--perfetto writes what was recorded: leave out --no-trace")
    if asked.is_listed and not asked.targets:
        show_list(list(WORKLOADS), Console())
        return 0
    if not asked.targets:
        raise WrongUsageError("what is to be compared? tandem compare examples.tasks, for one")
    if not asked.contenders:
        require_servers()
    targets, own = asked.checked(directory)
    if asked.is_listed:
        show_list(choose_workloads(["all"], own), Console())
        return 0
    comparison = asked.comparison(targets, own)
    _make_directory(asked.out)
    for line in _left_aside(asked):
        click.echo(line, err=True)
    code = _measured(comparison, directory, asked)
    _write(comparison, asked)
    return code


def _left_aside(asked: Asked) -> list[str]:
    """What of all that there is won't be compared, and why."""
    lines = [f"Not installed: {line}" for line in left_aside()] if "all" in asked.contenders else []
    if asked.left_aside:
        names = joined([workload.name for workload in asked.left_aside])
        lines.append(f"Left aside: {names}; locust sends nothing on a schedule.")
    return lines


def _make_directory(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongUsageError(f"--out {out} can't be made: {error.strerror}") from error


def _measured(comparison: Comparison, directory: Path, asked: Asked) -> int:
    """Measure, and show how far it is; return 0, or the exit code of what went wrong."""
    try:
        with events(comparison) if asked.has_events else progress(Console(stderr=True)) as watch:
            measure(comparison, directory, asked.out / "logs", watch)
            if asked.is_traced and any(cell.samples for cell in comparison.cells):
                trace(comparison, directory, asked.out / "logs", watch)
    except (Stopped, LabError) as end:
        if not any(cell.samples for cell in comparison.cells):
            raise  # a report of an earlier run stays as it is
        if isinstance(end, LabError):
            click.echo(f"Error: {end}", err=True)
        comparison.cut_short = not comparison.is_whole
        return end.exit_code
    if not any(cell.samples for cell in comparison.cells):
        reasons = dict.fromkeys(f"{c.contender.name}: {c.left_out}" for c in comparison.cells)
        raise LabError("\n\n".join([*comparison.failures.values(), "\n".join(reasons), ADVICE]))
    return 1 if comparison.failures else 0


def _write(comparison: Comparison, asked: Asked) -> None:
    """The report, in the terminal and in its files; what is for a program has stdout alone."""
    console, out = Console(stderr=asked.as_json or asked.has_events), asked.out
    show(comparison, console)
    document = report(comparison)
    files = {"report.json": document, "report.html": page(comparison)}
    if asked.for_perfetto:
        files["trace.json"] = perfetto(comparison.tapes + comparison.variants)
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8")
        console.print(f"wrote {escape(str(out / name))}", soft_wrap=True, highlight=False)
    if asked.as_json:
        click.echo(document, nl=False)
