"""`python -m benchmarks`: the whole run, the tables in the terminal, the figures in a JSON file."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.asgi_exchange import ASGIWorld
from benchmarks.cases import CASES, Case
from benchmarks.contenders import Contender, contenders_of
from benchmarks.figures import Figures, figures_of
from benchmarks.growth import GROWTH_CASES, growth_contenders
from benchmarks.machine import machine
from benchmarks.measure import FULL, QUICK, Plan, measure
from benchmarks.table import costs_table, growth_table, ratios_table
from benchmarks.wsgi_exchange import WSGIWorld

RESULTS = Path(__file__).with_name("results.json")
WORLDS = {"wsgi": WSGIWorld, "asgi": ASGIWorld}


def main() -> None:
    """Run what the command line asks for."""
    asked = _parser().parse_args()
    console = Console(width=None if Console().is_terminal else 130)
    plan = QUICK if asked.quick else FULL
    cases = [case for case in CASES if not asked.case or case.name in asked.case]
    about = machine()
    console.print("{python}, {processor}, {cores} cores, {system}, load {load}".format(**about))
    console.print(f"{plan.rounds} rounds of {plan.calls} calls; median (middle half of the rounds)")
    results: dict[str, Any] = {"machine": about, "plan": asdict(plan)}
    for name in [asked.only] if asked.only else WORLDS:
        results[name] = run_peers(WORLDS[name], cases, plan, console, asked.same_json)
        results[name]["growth"] = run_growth(WORLDS[name], cases, plan, console)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    console.print(f"the figures are in {RESULTS.parent.name}/{RESULTS.name}")


def run_peers(
    world_class: Any, cases: list[Case], plan: Plan, console: Console, same_json: bool
) -> dict[str, Any]:
    """Time everyone in one world, print the tables, return the figures."""
    with world_class() as world:
        contenders = contenders_of(world.name, same_json)
        for contender in contenders:
            contender.build(cases, world)
            for case in cases:
                contender.check(case, world)
        figures = timed(world, contenders, cases, plan, console)
    console.print(costs_table(world.name, contenders, cases, figures))
    _print_faults(contenders, console)
    console.print(ratios_table(world.name, contenders, cases, figures))
    return {
        "versions": {contender.name: contender.version for contender in contenders},
        "faults": {contender.name: contender.faults for contender in contenders},
        "microseconds": _plain(figures),
    }


def run_growth(world_class: Any, cases: list[Case], plan: Plan, console: Console) -> dict[str, Any]:
    """Time Tandem amid few and many routes; nothing where none of the cases was asked for."""
    asked = [case for case in GROWTH_CASES if case in cases]
    if not asked:
        return {}
    with world_class() as world:
        contenders = growth_contenders(world, asked)
        figures = timed(world, contenders, asked, plan, console)
    console.print(growth_table(world.name, contenders, asked, figures))
    return _plain(figures)


def timed(
    world: Any, contenders: list[Contender], cases: list[Case], plan: Plan, console: Console
) -> Figures:
    """The figures, with a progress bar while they are taken."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(f"{world.name}, {len(contenders)} contenders", total=plan.rounds)
        return figures_of(measure(world, contenders, cases, plan, lambda: progress.advance(task)))


def _print_faults(contenders: list[Contender], console: Console) -> None:
    """One line for each thing that is wrong, once where it is wrong in all cases."""
    for contender in contenders:
        for reason in dict.fromkeys(contender.faults.values()):
            names = [name for name, found in contender.faults.items() if found == reason]
            console.print(f"[red]{contender.name}[/] ({', '.join(names)}): {reason}", markup=True)


def _plain(figures: Figures) -> dict[str, Any]:
    return {
        case: {name: asdict(figure) for name, figure in row.items()}
        for case, row in figures.items()
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some ten seconds, coarse figures")
    parser.add_argument("--only", choices=list(WORLDS), help="one of the two interfaces")
    parser.add_argument("--same-json", action="store_true", help="also Falcon with msgspec")
    parser.add_argument(
        "--case", action="append", choices=[case.name for case in CASES], help="may be repeated"
    )
    return parser


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped")
