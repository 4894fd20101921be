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
        """Whether the two ranges have a value in common."""
        return self.low <= other.high and other.low <= self.high

    def is_clear_of(self, other: "Spread") -> bool:
        """Whether one may be called faster: the ranges lie apart, and not by chance.

        The next round may fall outside the range of those before it, so each range is widened by a
        quarter of itself on either side: as a ratio, since a busy machine halves a rate or doubles
        a time. Of two servers that are the same, five rounds lie apart in 7 of 1,000 comparisons;
        widened, in 6 of 10,000 (normal distributions, simulated).
        """
        return not self._widened().overlaps(other._widened())

    def _widened(self) -> "Spread":
        ratio = self.high / self.low if self.low > 0 else 2.0  # of nothing there is no ratio
        return Spread(self.median, self.low / ratio**0.25, self.high * ratio**0.25)


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
