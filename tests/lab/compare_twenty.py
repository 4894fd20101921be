"""Is a planted regression found, and none where there is none? Twenty real comparisons of each.

    python -m tests.lab.compare_twenty [TIMES]

It also counts how often two runs, one after the other, agree on the same server within their
ranges. A run takes some ten seconds; this is no test of the suite, which has one such run.
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from lab.compare.contenders import choose
from lab.compare.machine import this_machine
from lab.compare.measure import measure
from lab.compare.results import Comparison
from lab.compare.settings import Settings
from lab.compare.target import Target
from lab.compare.verdicts import winner
from lab.compare.workloads import WORKLOADS
from lab.compare.yardsticks import RATE

ROOT = Path(__file__).parents[2]
MODULE = "tests.lab.planted"
SETTINGS = Settings(connections=8, threads=8, duration=0.3, warm_up=0.1)


def compared(other: str, seed: int) -> Comparison:
    """A comparison of `plain` with `twin` or `slower`, on uvicorn, asked for /hello."""
    targets = [Target(MODULE, "", "plain"), Target(MODULE, "", other)]
    contenders = choose(targets, ["uvicorn"], threads=8)
    settings = replace(SETTINGS, seed=seed)
    made = Comparison(targets, settings, this_machine(), contenders, [WORKLOADS[0]])
    with tempfile.TemporaryDirectory() as logs:
        measure(made, ROOT, Path(logs), lambda what, share, left: None)
    return made


def main(times: int) -> int:
    """Print a line for each comparison and the counts; 0 when all went as they should."""
    found, false_alarms, agreed = 0, 0, 0
    earlier = None
    for number in range(times):
        slower, same = compared("slower", number), compared("twin", number)
        names = [contender.name for contender in slower.contenders]
        found += winner(slower, WORKLOADS[0]) == names[0]
        false_alarms += winner(same, WORKLOADS[0]) != ""
        score = RATE.score(same.cells[0])
        agreed += earlier is None or not score.is_clear_of(earlier)
        earlier = score
        rates = [RATE.with_range(RATE.score(cell)) for cell in (*slower.cells, *same.cells)]
        click.echo(f"{number + 1:2}  plain, slower {rates[:2]}  plain, twin {rates[2:]}")
    click.echo(f"planted regression found: {found} of {times}")
    click.echo(f"a winner where there is none: {false_alarms} of {times}")
    click.echo(f"agrees with the run before: {agreed} of {times}")
    return 0 if (found, false_alarms) == (times, 0) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 20))
