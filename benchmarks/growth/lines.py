"""A line of growth and its exponent: the slope in a plot whose two axes are logarithmic.

0 is no growth, 1 linear, 2 quadratic. Over the whole line a fixed cost hides what grows, so the
exponent between the last two points is told as well.
"""

from collections.abc import Sequence
from math import log
from typing import Any

Point = tuple[float, float]  # size, value


def exponent(points: Sequence[Point]) -> float | None:
    """The slope of the least squares through the logarithms; None where it has none.

    What has no logarithm is left out: a size of 0, a value that noise has made 0 or less.
    """
    pairs = [(log(size), log(value)) for size, value in points if size > 0 and value > 0]
    if len({x for x, _ in pairs}) < 2:
        return None
    middle_x = sum(x for x, _ in pairs) / len(pairs)
    middle_y = sum(y for _, y in pairs) / len(pairs)
    above = sum((x - middle_x) * (y - middle_y) for x, y in pairs)
    return above / sum((x - middle_x) ** 2 for x, _ in pairs)


def line(sizes: Sequence[float], spreads: Sequence[dict[str, float]]) -> dict[str, Any]:
    """A line as results.json has it; a spread is a median with lowest and highest."""
    points = [(size, found["median"]) for size, found in zip(sizes, spreads, strict=True)]
    return {
        "sizes": list(sizes),
        "values": list(spreads),
        "exponent": exponent(points),
        "exponent at the end": exponent(points[-2:]),
    }
