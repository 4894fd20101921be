"""The tables in the terminal."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from benchmarks.cases import Case
from benchmarks.contenders import BARE, TANDEM, Contender
from benchmarks.figures import Figures, ratio


def costs_table(
    world: str, contenders: Sequence[Contender], cases: Sequence[Case], figures: Figures
) -> Table:
    """Microseconds over the bare callable; in its own row, the bare callable's microseconds."""
    table = _table(f"{world}: microseconds a call, over the bare callable", cases)
    for contender in contenders:
        cells = [_cost_cell(contender, case, figures) for case in cases]
        table.add_row(f"{contender.name} [dim]{contender.version}[/]", *cells)
    return table


def ratios_table(
    world: str, contenders: Sequence[Contender], cases: Sequence[Case], figures: Figures
) -> Table:
    """Tandem's cost over bare, divided by each peer's."""
    table = _table(f"{world}: Tandem's cost, divided by", cases)
    for peer in contenders:
        if peer.name not in {BARE, TANDEM}:
            cells = [_ratio_cell(ratio(figures, case.name, TANDEM, peer.name)) for case in cases]
            table.add_row(peer.name, *cells)
    return table


def growth_table(
    world: str, contenders: Sequence[Contender], cases: Sequence[Case], figures: Figures
) -> Table:
    """Tandem's cost amid few and many routes, and the ratio of the two."""
    _, few, many = contenders
    table = _table(f"{world}: what many routes cost Tandem", cases)
    for contender in (few, many):
        table.add_row(contender.name, *[_cost_cell(contender, case, figures) for case in cases])
    ratios = [_ratio_cell(ratio(figures, case.name, many.name, few.name)) for case in cases]
    table.add_row("ratio", *ratios)
    return table


def _table(title: str, cases: Sequence[Case]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
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
    return f"{_three(figure.median - floor)} [dim]({_three(low)}-{_three(high)})[/]"


def _three(value: float) -> str:
    """Three digits: more would be noise."""
    return f"{value:#.3g}".rstrip(".")


def _ratio_cell(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
