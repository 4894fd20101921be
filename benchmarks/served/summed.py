"""From the rounds on one kind of server to what is kept: medians, ranges, ratios within a round."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.contenders import BARE
from benchmarks.served.kinds import Kind
from benchmarks.served.rounds import Taken


def summed(kind: Kind, taken: Mapping[str, Taken]) -> dict[str, Any]:
    """Everything about this kind of server, as results.json has it."""
    bare = taken[BARE].rates if BARE in taken else []
    return {
        "world": kind.world,
        "versions": kind.versions,
        "remark": kind.remark,
        "faults": {name: found.fault for name, found in taken.items() if found.fault},
        "contenders": {
            name: {
                "requests a second": spread(found.rates),
                "ratio to bare": spread(ratios(found.rates, bare)),
                "cpu microseconds a request": spread(found.cpu),
                "worker's PSS, bytes": found.memory,
            }
            for name, found in taken.items()
            if found.rates
        },
    }


def ratios(rates: Sequence[float], bare: Sequence[float]) -> list[float]:
    """Of each round that both have been in."""
    return [rate / floor for rate, floor in zip(rates, bare, strict=False)]


def spread(values: Sequence[float]) -> dict[str, float] | None:
    """Median, lowest and highest; None of nothing."""
    if not values:
        return None
    return {"median": median(values), "lowest": min(values), "highest": max(values)}
