"""Every comparison that was asked for: built, checked, timed, printed, and kept."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape

from benchmarks.contenders import TANDEM, Contender
from benchmarks.in_process.comparison import Comparison
from benchmarks.in_process.figures import Figures, figures_of
from benchmarks.in_process.measure import Plan, measure
from benchmarks.progress import progress
from benchmarks.report.costs import costs_tables, own_table, ratios_table


def run(
    comparisons: Sequence[Comparison], plan: Plan, console: Console, kept: dict[str, Any]
) -> None:
    """Time all of them; what is to be written is in `kept` as soon as there is something."""
    figures: dict[str, Figures] = {}
    for comparison in comparisons:
        name = comparison.name
        figures[name], kept[name] = compare(comparison, plan, console)
        if name == "asgi-def" and "text" in figures.get("wsgi-async", {}):
            console.print(own_table(figures))


def compare(comparison: Comparison, plan: Plan, console: Console) -> tuple[Figures, dict[str, Any]]:
    """Time everyone in one comparison and print the tables; its figures, and all that is kept."""
    shared = plan.share(comparison.divisor)
    contenders, figures = timed(comparison, shared, console)
    for table in costs_tables(comparison, contenders, figures, console.width):
        console.print(table)
    _print_faults(contenders, console)
    if any(contender.name == TANDEM for contender in contenders):
        console.print(ratios_table(comparison, contenders, figures))
    return figures, {
        "title": comparison.title,
        "cases": {case.name: case.title for case in comparison.cases},
        "calls": shared.calls,
        "microseconds of a": comparison.unit,
        "clock": comparison.clock_name,
        "versions": {contender.name: contender.version for contender in contenders},
        "faults": {contender.name: contender.faults for contender in contenders},
        "microseconds": {
            case: {name: asdict(figure) for name, figure in row.items()}
            for case, row in figures.items()
        },
    }


def timed(comparison: Comparison, plan: Plan, console: Console) -> tuple[list[Contender], Figures]:
    """The contenders, built and checked, and the figures, with progress shown meanwhile."""
    with comparison.world(comparison.clock) as world:
        contenders = [Contender(*row) for row in comparison.rows]
        for contender in contenders:
            contender.build(comparison.cases, world)
            for case in comparison.cases:
                contender.check(case, world)
        about = f"{comparison.title}, {len(contenders)} contenders"
        with progress(console, about, plan.rounds + 1) as advance:
            return contenders, figures_of(
                measure(world, contenders, comparison.cases, plan, advance)
            )


def _print_faults(contenders: Sequence[Contender], console: Console) -> None:
    """One line for each thing that is wrong, once where it is wrong in all cases."""
    for contender in contenders:
        for reason in dict.fromkeys(contender.faults.values()):
            names = [name for name, found in contender.faults.items() if found == reason]
            console.print(
                f"[red]{escape(contender.name)}[/] ({', '.join(names)}): {escape(reason)}"
            )
