"""The chart's third part: a line for each contender in each growth, on two logarithmic axes."""

from collections.abc import Mapping
from typing import Any

from benchmarks.contenders import BARE, TANDEM
from benchmarks.report.scale import Scale, scale_of
from benchmarks.report.svg import Drawing

COLUMNS, GAP = 3, 30
HEIGHT, BETWEEN = 170, 72  # points of a panel's plot, and of what is between two
MARKS, NAMES = 40, 146  # points left of the plot and right of it
NEAR = 13  # points between two names, at least


def draw_growth(drawing: Drawing, growth: Mapping[str, Any], top: float, width: float) -> float:
    """The panels in a grid; where they end."""
    panels = [kept for kept in growth.values() if kept["lines"]]
    if not panels:
        return top
    drawing.text(0, top, "Growth, on two logarithmic axes", "head")
    drawing.text(
        0,
        top + 20,
        "Beside each name the exponent of its line: 0 does not grow, 1 is linear, 2 quadratic; in "
        "brackets that of the last step.",
        "small dim",
    )
    column = (width - GAP * (COLUMNS - 1)) / COLUMNS
    top += 66
    for number, kept in enumerate(panels):
        row, place = divmod(number, COLUMNS)
        y = top + row * (HEIGHT + BETWEEN)
        _panel(drawing, kept, place * (column + GAP), y, column)
    return top + -(-len(panels) // COLUMNS) * (HEIGHT + BETWEEN) - 40


def _panel(
    drawing: Drawing, kept: Mapping[str, Any], left: float, top: float, width: float
) -> None:
    lines = kept["lines"]
    sizes = [size for found in lines.values() for size in found["sizes"] if size > 0]
    values = [value["median"] for found in lines.values() for value in found["values"]]
    across = scale_of(sizes, left + MARKS, left + width - NAMES)
    up = scale_of(values, top + HEIGHT, top)
    drawing.text(left, top - 26, kept["title"], "text bold")
    drawing.text(left, top - 11, kept["unit"], "small dim")
    for y, mark in up.marks:
        drawing.line(across.start, y, across.end, y)
        drawing.text(across.start - 6, y + 4, mark, "small dim", "end")
    for x, mark in across.marks:
        drawing.line(x, top, x, top + HEIGHT)
        drawing.text(x, top + HEIGHT + 13, mark, "small dim", "middle")
    _curves(drawing, lines, across, up)


def _curves(drawing: Drawing, lines: Mapping[str, Any], across: Scale, up: Scale) -> None:
    kinds = _kinds(list(lines))
    ends = []
    for name, found in sorted(lines.items(), key=lambda item: TANDEM in item[0]):
        points = [
            (across.at(size), up.at(value["median"]))
            for size, value in zip(found["sizes"], found["values"], strict=True)
            if size > 0 and value["median"] > 0
        ]
        drawing.curve(points, kinds[name])
        for x, y in points:
            drawing.dot(x, y, 2.5, f"fill-{kinds[name]}", name)
        if points:
            ends.append((points[-1][1], name, found))
    _names(drawing, ends, kinds, across.end + 8)


def _names(
    drawing: Drawing, ends: list[tuple[float, str, Any]], kinds: Mapping[str, str], x: float
) -> None:
    """Each name where its line ends, moved down where it would lie on another."""
    last = float("-inf")
    for y, name, found in sorted(ends, key=lambda end: end[0]):
        last = max(y + 4, last + NEAR)
        exponents = [found["exponent"], found["exponent at the end"]]
        told = ["-" if value is None else f"{value:.2f}" for value in exponents]
        drawing.text(x, last, f"{_brief(name)} {told[0]} ({told[1]})", f"small fill-{kinds[name]}")


def _brief(name: str) -> str:
    """A name that fits beside a plot."""
    return name.replace("gunicorn ", "").replace(" callable", "").replace(", ", " ")


def _kinds(names: list[str]) -> dict[str, str]:
    """The colour of each line."""
    peers = [name for name in names if TANDEM not in name and BARE not in name]
    kinds = {name: ("one", "two")[number % 2] for number, name in enumerate(peers)}
    return {name: kinds.get(name, "tandem" if TANDEM in name else "bare") for name in names}
