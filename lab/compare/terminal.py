"""The results in the terminal: a table for each workload, and the verdicts."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lab.compare import words
from lab.compare.in_short import answers
from lab.compare.results import Cell, Comparison
from lab.compare.settings import CLOSED_MODEL
from lab.compare.spread import middle
from lab.compare.verdicts import notes, verdict
from lab.compare.workloads import Workload
from lab.compare.yardsticks import HALF, NEARLY_ALL, RATE, Yardstick, yardstick

# The figure that judges comes first, with its range.
BY_RATE = ("answers/s", "lowest", "highest", "p50", "p99", "CPU each", "MB", "errors")
BY_HALF = ("p50", "lowest", "highest", "p99", "answers/s", "CPU each", "MB", "errors")
BY_NEARLY_ALL = ("p99", "lowest", "highest", "p50", "answers/s", "CPU each", "MB", "errors")
LONGEST_NAME = 24


def show(comparison: Comparison, console: Console) -> None:
    """Write the tables and the verdicts to `console`."""
    for workload in comparison.workloads:
        console.print(f"[bold]{escape(workload.title)}[/bold]  {escape(workload.shown)}")
        if not comparison.is_left_out(workload):
            console.print(_table(comparison, workload))
        console.print(escape(verdict(comparison, workload)), highlight=False)
        for note in notes(comparison, workload):
            console.print(f"  [yellow]{escape(note)}[/yellow]", highlight=False)
        console.print()
    _show_answers(comparison, console)
    if comparison.settings.engine == "locust":
        console.print(f"Measured with {CLOSED_MODEL}.", highlight=False)
    for name, why in comparison.failures.items():
        console.print(f"[bold red]{escape(name)} failed:[/] {escape(why)}", highlight=False)
    if comparison.cut_short:
        console.print("[bold yellow]The run was cut short: not every round is in it.[/]")


def _show_answers(comparison: Comparison, console: Console) -> None:
    """What each does while it waits, where that was recorded; the report has the pictures."""
    said = answers(comparison.tapes)
    if said:
        console.print("[bold]What a worker does while it waits[/bold]  recorded apart")
    for contender, sentence in said.items():
        console.print(f"[bold]{escape(contender)}[/bold] {escape(sentence)}", highlight=False)
    if said:
        console.print()


def _table(comparison: Comparison, workload: Workload) -> Table:
    by = yardstick(comparison, workload)
    table = Table(box=SIMPLE_HEAD, padding=0, show_edge=False, pad_edge=False)
    table.add_column("", max_width=LONGEST_NAME)
    columns = {RATE: BY_RATE, HALF: BY_HALF, NEARLY_ALL: BY_NEARLY_ALL}[by]
    for column in columns:
        table.add_column(column, justify="right", min_width=len(column), no_wrap=True)
    for cell in comparison.of(workload):
        table.add_row(escape(cell.contender.name), *_figures(cell, by))
    return table


def _figures(cell: Cell, by: Yardstick) -> list[str]:
    if cell.rate is None:
        return ["left out" if cell.left_out else "not measured"]
    score = by.score(cell)
    judged = [by.said(v) for v in (score.median, score.low, score.high)] if score else ["n/a"] * 3
    rate = words.rate(cell.rate.median)
    half, nearly_all = (words.seconds(middle(cell.latency(percent))) for percent in (50, 99))
    beside = {RATE: (half, nearly_all), HALF: (nearly_all, rate), NEARLY_ALL: (half, rate)}[by]
    return [
        *judged,
        *beside,
        words.seconds(cell.cpu_per_request),
        words.megabytes(middle(cell.memory)).removesuffix(" MB"),
        f"{sum(cell.errors.values()):,}",
    ]
