"""Median and range, percentiles, and whether two ranges overlap: the arithmetic of a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

# Where a latency curve has its points, in percent.
CURVE = (0, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 97, 98, 99, 99.5, 99.9, 99.99, 100)


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of a few values, with the lowest and the highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of at least one value. Raises ValueError for none."""
        if not values:
            raise ValueError("a spread needs at least one value; got none")
        return cls(median(values), min(values), max(values))

    def overlaps(self, other: "Spread") -> bool:
        """Whether the two ranges have a value in common: then neither is called faster."""
        return self.low <= other.high and other.low <= self.high


def middle(spread: Spread | None) -> float | None:
    """The median of a spread that may be missing."""
    return spread.median if spread else None


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The value that `percent` of the ordered values do not exceed (the nearest rank).

    It is always a value that was measured, never one between two. Raises ValueError for no values.
    """
    if not ordered:
        raise ValueError("a percentile needs at least one value; got none")
    rank = -(-len(ordered) * percent // 100)  # rounded up
    return ordered[max(int(rank), 1) - 1]


def curve(ordered: Sequence[float]) -> list[tuple[float, float]]:
    """(percent, value) pairs of ordered values, as far as their number has something to say.

    Of 50 values, the 99.9th percentile would be the highest under another name: it is left out.
    """
    finest = 100 - 100 / len(ordered) if ordered else 0
    return [(p, percentile(ordered, p)) for p in CURVE if ordered and (p <= finest or p == 100)]
