"""What the command line asks for: which parts, which cases and peers, and how much of each."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.in_process.comparisons import CASE_NAMES, GROUPS
from benchmarks.in_process.measure import FULL, QUICK, Plan
from benchmarks.rows import PEERS

HERE = Path(__file__).parent
OTHER_PARTS = ("servers", "starts", "growth")


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    plan: Plan  # in process
    server_rounds: int  # of a second for each contender
    start_rounds: int
    growth: Plan
    most_bytes: int  # of the largest body
    most_connections: int


WHOLE = Size(FULL, 5, 3, Plan(rounds=9, calls=60), 100_000_000, 10_000)
COARSE = Size(QUICK, 2, 1, Plan(rounds=3, calls=50), 1_000_000, 100)


@dataclass(frozen=True)
class Asked:
    """The command line's arguments."""

    size: Size
    only: list[str] | None  # groups and parts; None is all
    cases: list[str] | None
    peers: list[str] | None
    same_json: bool
    draw: bool
    out: Path  # a directory

    def wants(self, part: str) -> bool:
        """Whether a part that is not of cases in one process is to be run."""
        return part in self.only if self.only else not self.cases


def asked_of(arguments: Sequence[str]) -> Asked:
    """What these arguments ask for; ends with a message where they are wrong."""
    found = _parser().parse_args(arguments)
    size = COARSE if found.quick else WHOLE
    return Asked(size, found.only, found.case, found.peer, found.same_json, found.draw, found.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Tandem beside a bare callable and its peers, in one interleaved run.",
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="two minutes, coarse figures")
    groups = [*GROUPS, *OTHER_PARTS]
    add("--only", action="append", choices=groups, help="one part; may be repeated")
    add("--case", action="append", choices=CASE_NAMES, help="one case; may be repeated")
    add("--peer", action="append", choices=PEERS, help="one peer; may be repeated")
    add("--same-json", action="store_true", help="also Falcon with msgspec")
    add("--draw", action="store_true", help="only the chart, of the figures of the last run")
    add("--out", type=Path, default=HERE, help="the directory of results.json and chart.svg")
    return parser
