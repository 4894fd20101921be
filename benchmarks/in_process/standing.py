"""Where Tandem stands: its cost beside that of the cheapest peer, case by case, with the goals.

It reads what is kept of a run, so that it can be had of `results.json` as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.cases import CASES
from benchmarks.contenders import BARE, TANDEM

STRAIGHT = {
    "WSGI": ("wsgi", "wsgi-requests", "wsgi-def-chunks", "wsgi-files"),
    "ASGI": ("asgi", "asgi-requests", "asgi-async-chunks", "asgi-files"),
}
FIVE = tuple(case.name for case in CASES)
AIMS = {"WSGI": ("Falcon", 0.5), "ASGI": ("", 0.7)}  # in the five; "" is the cheapest of all
LEAST = 0.01  # microseconds; a difference that is smaller, or negative, is nothing to divide by


@dataclass(frozen=True)
class Standing:
    """Tandem in one case."""

    world: str
    case: str
    title: str
    cost: float  # microseconds over the bare callable
    lowest: str  # the cheapest peer
    lowest_cost: float
    against: str  # the peer that the goal names
    ratio: float  # Tandem's cost divided by that peer's
    goal: float

    @property
    def reached(self) -> bool:
        """Whether the ratio is as low as is aimed at."""
        return self.ratio <= self.goal


def standings(in_process: Mapping[str, Any]) -> Iterator[Standing]:
    """Every case of the straight cells that Tandem and a peer were timed in."""
    for world, names in STRAIGHT.items():
        for name in names:
            kept = in_process.get(name, {"microseconds": {}})
            for case, row in kept["microseconds"].items():
                costs = {who: max(figure["cost"], LEAST) for who, figure in row.items()}
                if TANDEM in costs and costs.keys() - {BARE, TANDEM}:
                    yield _standing(world, case, _title(kept, case), costs)


def _standing(world: str, case: str, title: str, costs: Mapping[str, float]) -> Standing:
    peers = {name: cost for name, cost in costs.items() if name not in {BARE, TANDEM}}
    lowest = min(peers, key=peers.__getitem__)
    named, goal = AIMS[world] if case in FIVE else ("", 1.0)
    against = named if named in peers else lowest
    return Standing(
        world=world,
        case=case,
        title=title,
        cost=costs[TANDEM],
        lowest=lowest,
        lowest_cost=peers[lowest],
        against=against,
        ratio=costs[TANDEM] / peers[against],
        goal=goal,
    )


def _title(kept: Mapping[str, Any], case: str) -> str:
    title: str = kept["cases"][case]
    return f"chunk {title}" if kept["microseconds of a"] == "chunk" else title
