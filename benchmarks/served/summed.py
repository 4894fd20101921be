"""From the rounds on one kind of server to what is kept: medians, ranges, ratios within a round."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.contenders import BARE
from benchmarks.served.kinds import Kind
from benchmarks.served.rounds import Taken


def summed(kind: Kind, taken: Mapping[str, Taken]) -> dict[str, Any]:
    """Everything about this kind of server, as results.json has it."""
    bare = taken.get(BARE, Taken())
    return {
        "world": kind.world,
        "versions": kind.versions,
        "remark": kind.remark,
        "faults": {name: found.fault for name, found in taken.items() if found.fault},
        "contenders": {
            name: {
                "requests a second": spread(found.rates),
                "ratio to bare": spread(ratios(found.rates, bare.rates)),
                # As many requests as a core could answer, were it given to the server alone.
                "ratio to bare, a CPU second": spread(ratios(bare.cpu, found.cpu)),
                "cpu microseconds a request": spread(found.cpu),
                "worker's PSS, bytes": found.memory,
            }
            for name, found in taken.items()
            if found.rates
        },
    }


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Of each round that both have been in."""
    return [one / other for one, other in zip(above, below, strict=False) if other > 0]


def spread(values: Sequence[float]) -> dict[str, float] | None:
    """Median, lowest and highest; None of nothing."""
    if not values:
        return None
    return {"median": median(values), "lowest": min(values), "highest": max(values)}
