"""A logarithmic axis: from values to positions, and where its marks are."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True)
class Scale:
    """Powers of ten at even distances."""

    low: float  # the exponents of ten at the two ends
    high: float
    start: float  # the positions of the two ends
    end: float

    def at(self, value: float) -> float:
        """The position of a value; what is below the axis is at its beginning."""
        exponent = log10(value) if value > 0 else self.low
        share = (min(max(exponent, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    @property
    def marks(self) -> list[tuple[float, str]]:
        """Each power of ten on the axis, and how it is written."""
        powers = range(ceil(self.low), floor(self.high) + 1)
        return [(self.at(10.0**power), short(10.0**power)) for power in powers]


def scale_of(values: Iterable[float], start: float, end: float, low: float | None = None) -> Scale:
    """An axis on which all of these values are; it begins and ends at a half of a power of ten."""
    exponents = [log10(value) for value in values if value > 0] or [0.0]
    least = floor(min(exponents) * 2) / 2 if low is None else low
    most = max(ceil(max(exponents) * 2) / 2, least + 1)
    return Scale(least, most, start, end)


def short(value: float) -> str:
    """A value in few characters: 0.1, 10, 10k, 1M."""
    for unit, sign in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:g}{sign}"
    return f"{value:g}"
