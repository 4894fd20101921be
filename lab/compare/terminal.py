"""The results in the terminal: a table with a section for each workload, and the verdicts."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lab.compare import words
from lab.compare.results import Cell, Comparison
from lab.compare.spread import middle
from lab.compare.verdicts import notes, verdict

COLUMNS = ("answers/s", "lowest", "highest", "p50", "p99", "CPU each", "MB", "errors")


def show(comparison: Comparison, console: Console) -> None:
    """Write the table and the verdicts to `console`."""
    console.print(_table(comparison), "")
    for workload in comparison.workloads:
        console.print(f"[bold]{workload.title}.[/bold] {escape(verdict(comparison, workload))}")
        for note in notes(comparison, workload):
            console.print(f"  [yellow]{escape(note)}[/yellow]")
    if comparison.cut_short:
        console.print("[bold yellow]The run was cut short: not every round is in it.[/]")


def _table(comparison: Comparison) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)
    table.add_column("", no_wrap=True)
    for column in COLUMNS:
        table.add_column(column, justify="right")
    for workload in comparison.workloads:
        table.add_row(f"[bold]GET {workload.path}[/bold]")
        for cell in comparison.of(workload):
            table.add_row(cell.contender.name, *_figures(cell))
        table.add_section()
    return table


def _figures(cell: Cell) -> list[str]:
    if cell.left_out:
        return ["left out"]
    if cell.rate is None:
        return ["not measured"]
    return [
        words.rate(cell.rate.median),
        words.rate(cell.rate.low),
        words.rate(cell.rate.high),
        words.seconds(middle(cell.latency(50))),
        words.seconds(middle(cell.latency(99))),
        words.seconds(cell.cpu_per_request),
        words.megabytes(middle(cell.memory)).removesuffix(" MB"),
        f"{sum(cell.errors.values()):,}",
    ]
