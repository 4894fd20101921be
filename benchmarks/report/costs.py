"""The tables of costs in one process, and of their ratios."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from benchmarks.cases import Case
from benchmarks.contenders import BARE, TANDEM, Contender
from benchmarks.in_process.cells import ASYNC, DEF, INLINE
from benchmarks.in_process.comparison import Comparison
from benchmarks.in_process.figures import Figures, ratio
from benchmarks.report.numbers import three

NAME_WIDTH, CELL_WIDTH = 22, 23  # characters of a column with its frame


def costs_tables(
    comparison: Comparison, contenders: Sequence[Contender], figures: Figures, width: int
) -> Iterator[Table]:
    """Microseconds over the bare callable; in its own row, the bare callable's microseconds.

    Of as many cases as fit into `width` characters; what is left is in further tables.
    """
    unit = f"microseconds a {comparison.unit}, {comparison.clock_name}"
    title = f"{comparison.title}: {unit}, over the bare callable"
    fitting = max(1, (width - NAME_WIDTH) // CELL_WIDTH)
    for first in range(0, len(comparison.cases), fitting):
        cases = comparison.cases[first : first + fitting]
        table = _table(title, cases)
        for contender in contenders:
            cells = [_cost_cell(contender, case, figures) for case in cases]
            table.add_row(f"{escape(contender.name)} [dim]{contender.version}[/]", *cells)
        yield table


def ratios_table(
    comparison: Comparison, contenders: Sequence[Contender], figures: Figures
) -> Table:
    """Tandem's cost over bare, divided by each peer's; a goal is missed where it is red."""
    table = _table(f"{comparison.title}: Tandem's cost, divided by", comparison.cases)
    if comparison.goals:
        table.add_column("goal", justify="right")
    for peer in contenders:
        if peer.name not in {BARE, TANDEM}:
            goal = comparison.goals.get(peer.name)
            ratios = [ratio(figures, case.name, TANDEM, peer.name) for case in comparison.cases]
            cells = [_ratio_cell(value, goal) for value in ratios]
            table.add_row(
                escape(peer.name), *cells, *([_ratio_cell(goal)] if comparison.goals else [])
            )
    return table


def own_table(figures: Mapping[str, Figures]) -> Table:
    """Tandem's own cells, from the figures of the comparisons that have two or three of them."""
    title = "Tandem's text route: microseconds a call, over the bare callable of its world"
    table = Table(title=title, title_justify="left", title_style="bold", min_width=len(title))
    for heading in ("", "def", "async def", "def, inline=True"):
        table.add_column(heading, justify="left" if not heading else "right")
    wsgi, asgi = figures["wsgi-async"]["text"], figures["asgi-def"]["text"]
    table.add_row("WSGI", three(wsgi[DEF].cost), three(wsgi[TANDEM].cost), "the same as def")
    table.add_row("ASGI", *[three(asgi[name].cost) for name in (TANDEM, ASYNC, INLINE)])
    return table


def _table(title: str, cases: Sequence[Case]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", min_width=len(title))
    table.add_column("", no_wrap=True)
    for case in cases:
        table.add_column(case.title, justify="right", no_wrap=True)
    return table


def _cost_cell(contender: Contender, case: Case, figures: Figures) -> str:
    """The median less bare's, and the same for the middle half of the rounds."""
    if case.name in contender.faults:
        return "[red]not timed[/]"
    figure: Any = figures[case.name][contender.name]
    floor = figure.median - figure.cost
    if contender.name == BARE:
        floor = 0.0
    low, high = figure.quarter - floor, figure.three_quarters - floor
    return f"{three(figure.median - floor)} [dim]({three(low)}-{three(high)})[/]"


def _ratio_cell(value: float | None, goal: float | None = None) -> str:
    if value is None:
        return ""
    is_missed = goal is not None and value > goal
    return f"[red]{value:.2f}[/]" if is_missed else f"{value:.2f}"
