"""`python -m benchmarks`: the whole run, the tables in the terminal, the figures in a JSON file."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.comparisons import GROUPS, Comparison, chosen
from benchmarks.contenders import Contender
from benchmarks.figures import Figures, figures_of
from benchmarks.machine import machine
from benchmarks.measure import FULL, QUICK, Plan, measure
from benchmarks.table import costs_table, own_table, ratios_table

RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """Run what the command line asks for."""
    asked = _parser().parse_args()
    console = Console(width=None if Console().is_terminal else 130)
    plan = QUICK if asked.quick else FULL
    about = machine()
    console.print("{python}, {processor}, {cores} cores, {system}, load {load}".format(**about))
    console.print(f"{plan.rounds} rounds of {plan.calls} calls; median (middle half of the rounds)")
    if about["load"] > about["cores"]:  # what is preempted most is what takes longest
        console.print("[red]the machine is busy: ratios flatter whoever is quick[/]")
    results: dict[str, Any] = {"machine": about, "plan": asdict(plan)}
    figures: dict[str, Figures] = {}
    for comparison in chosen(asked.only, asked.case, asked.same_json):
        name = comparison.name
        figures[name], results[name] = run_peers(comparison, plan, console)
        if name == "asgi-def" and "text" in figures.get("wsgi-async", {}):
            console.print(own_table(figures))
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    console.print(f"the figures are in {RESULTS.parent.name}/{RESULTS.name}")


def run_peers(
    comparison: Comparison, plan: Plan, console: Console
) -> tuple[Figures, dict[str, Any]]:
    """Time everyone in one comparison and print the tables; its figures, and all that is kept."""
    with comparison.world() as world:
        contenders = [Contender(*row) for row in comparison.rows]
        for contender in contenders:
            contender.build(comparison.cases, world)
            for case in comparison.cases:
                contender.check(case, world)
        shared = plan.share(comparison.divisor)
        figures = timed(comparison, world, contenders, shared, console)
    console.print(costs_table(comparison, contenders, figures))
    _print_faults(contenders, console)
    console.print(ratios_table(comparison, contenders, figures))
    return figures, {
        "calls": shared.calls,
        "microseconds of a": comparison.unit,
        "versions": {contender.name: contender.version for contender in contenders},
        "faults": {contender.name: contender.faults for contender in contenders},
        "microseconds": _plain(figures),
    }


def timed(
    comparison: Comparison, world: Any, contenders: list[Contender], plan: Plan, console: Console
) -> Figures:
    """The figures, with a progress bar while they are taken."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    about = f"{comparison.title}, {len(contenders)} contenders"
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(about, total=plan.rounds)
        timings = measure(world, contenders, comparison.cases, plan, lambda: progress.advance(task))
        return figures_of(timings)


def _print_faults(contenders: list[Contender], console: Console) -> None:
    """One line for each thing that is wrong, once where it is wrong in all cases."""
    for contender in contenders:
        for reason in dict.fromkeys(contender.faults.values()):
            names = [name for name, found in contender.faults.items() if found == reason]
            console.print(
                f"[red]{escape(contender.name)}[/] ({', '.join(names)}): {escape(reason)}"
            )


def _plain(figures: Figures) -> dict[str, Any]:
    return {
        case: {name: asdict(figure) for name, figure in row.items()}
        for case, row in figures.items()
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some fifteen seconds, coarse figures")
    parser.add_argument(
        "--only", action="append", choices=list(GROUPS), help="one group; may be repeated"
    )
    parser.add_argument("--same-json", action="store_true", help="also Falcon with msgspec")
    names = {case.name: None for group in GROUPS.values() for each in group for case in each.cases}
    parser.add_argument(
        "--case", action="append", choices=list(names), help="one case; may be repeated"
    )
    return parser


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped")
