"""`python -m benchmarks`: the whole run, its tables, `results.json` and the chart.

It ends in order when it is stopped: no process is left, and what there is so far is written.
"""

import signal
import sys
from dataclasses import asdict
from typing import Any

from rich.console import Console

import benchmarks.growth.run
import benchmarks.in_process.run
import benchmarks.served.run
import benchmarks.served.starts
from benchmarks.asked import Asked, asked_of
from benchmarks.in_process.comparisons import chosen
from benchmarks.in_process.standing import standings
from benchmarks.machine import machine
from benchmarks.report.chart import chart
from benchmarks.report.results import read_results, write_results
from benchmarks.report.standing import standing_table
from lab.errors import LabError


def main() -> int:
    """Run what the command line asks for; the exit code."""
    asked = asked_of(sys.argv[1:])
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that servers are ended
    console = Console(width=None if Console().is_terminal else 130)
    figures, picture = asked.out / "results.json", asked.out / "chart.svg"
    if asked.draw:
        picture.write_text(chart(read_results(figures)))
        return 0
    results: dict[str, Any] = {"machine": machine(), "plan": asdict(asked.size), "complete": False}
    _introduce(results["machine"], asked, console)
    code = 0
    try:
        _run_parts(asked, console, results)
        results["complete"] = True
    except KeyboardInterrupt:
        console.print("[red]stopped; what there is so far is written[/]")
        code = 130
    except LabError as error:
        console.print(str(error), markup=False)
        code = 1
    write_results(figures, results)
    picture.write_text(chart(results))
    console.print(f"the figures are in {figures}, and drawn in {picture}")
    return code


def _run_parts(asked: Asked, console: Console, results: dict[str, Any]) -> None:
    size = asked.size
    comparisons = list(chosen(asked.only, asked.cases, asked.peers, asked.same_json))
    if comparisons:
        kept = results["in process"] = {}
        benchmarks.in_process.run.run(comparisons, size.plan, console, kept)
        console.print(standing_table(list(standings(kept))))
    if asked.wants("servers"):
        kept = results["servers"] = {}
        benchmarks.served.run.run(size.server_rounds, asked.peers, console, kept)
    if asked.wants("starts"):
        kept = results["starts"] = {}
        benchmarks.served.starts.run(size.start_rounds, asked.peers, console, kept)
    if asked.wants("growth"):
        kept = results["growth"] = {}
        benchmarks.growth.run.run(size, asked.peers, console, kept)


def _introduce(about: dict[str, Any], asked: Asked, console: Console) -> None:
    console.print("{python}, {processor}, {cores} cores, {system}, load {load}".format(**about))
    plan = asked.size.plan
    console.print(f"{plan.rounds} rounds of {plan.calls} calls; median (middle half of the rounds)")
    if about["load"] > about["cores"]:  # what is preempted most is what takes longest
        console.print("[red]the machine is busy: ratios flatter whoever is quick[/]")


if __name__ == "__main__":
    sys.exit(main())
