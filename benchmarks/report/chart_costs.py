"""The chart's first part: every case in one process, a row each, on a logarithmic axis."""

from collections.abc import Mapping
from typing import Any

from benchmarks.contenders import BARE, TANDEM
from benchmarks.in_process.standing import STRAIGHT, Standing, standings
from benchmarks.report.numbers import three
from benchmarks.report.scale import Scale, scale_of
from benchmarks.report.svg import Drawing

ROW = 24  # points between two rows
NAMES, RATIOS = 122, 132  # points of the columns left and right of the axis
LEAST = 0.1  # microseconds; less is drawn at the axis's beginning


def draw_costs(drawing: Drawing, in_process: Mapping[str, Any], top: float, width: float) -> float:
    """The panels of both worlds side by side; where they end."""
    rows = list(standings(in_process))
    if not rows:
        return top
    _legend(drawing, top)
    ends = [top]
    panel = (width - 30) / 2
    for number, world in enumerate(STRAIGHT):
        mine = [row for row in rows if row.world == world]
        if mine:
            left = number * (panel + 30)
            ends.append(_panel(drawing, world, mine, in_process, left, top + 66, panel))
    return max(ends)


def _legend(drawing: Drawing, top: float) -> None:
    title = "In one process: microseconds that a request costs over the bare callable"
    drawing.text(0, top, title, "head")
    drawing.dot(6, top + 16, 5, "fill-tandem", TANDEM)
    drawing.text(16, top + 20, "Tandem, with the middle half of the rounds", "small dim")
    drawing.dot(256, top + 16, 3.5, "peer", "a peer")
    drawing.text(
        266,
        top + 20,
        "a peer (its name shows under the pointer). Of a stream: microseconds a chunk.",
        "small dim",
    )
    drawing.text(
        0,
        top + 38,
        "On the right: Tandem's cost divided by that of the peer that is named; red where that is "
        "over the goal.",
        "small dim",
    )


def _panel(
    drawing: Drawing,
    world: str,
    rows: list[Standing],
    in_process: Mapping[str, Any],
    left: float,
    top: float,
    width: float,
) -> float:
    costs = {row.case: _costs(row, in_process) for row in rows}
    every = [figure["cost"] for found in costs.values() for figure in found.values()]
    scale = scale_of([*every, LEAST], left + NAMES, left + width - RATIOS, low=-1.0)
    bottom = top + ROW * len(rows) + 4
    drawing.text(left, top - 6, world, "text bold")
    for x, mark in scale.marks:
        drawing.line(x, top, x, bottom)
        drawing.text(x, bottom + 13, mark, "small dim", "middle")
    for number, row in enumerate(rows):
        y = top + ROW * number + ROW / 2 + 2
        drawing.text(left + NAMES - 12, y + 4, row.title, "text", "end")
        _row(drawing, row, costs[row.case], scale, y)
        told = f"{row.ratio:.2f} of {row.against}"
        drawing.text(left + width, y + 4, told, "good" if row.reached else "bad", "end")
    return bottom + 20


def _row(drawing: Drawing, row: Standing, costs: Mapping[str, Any], scale: Scale, y: float) -> None:
    drawing.line(scale.start, y, scale.end, y)
    for name, figure in costs.items():
        if name != TANDEM:
            about = f"{name}: {three(figure['cost'])}"
            drawing.dot(scale.at(figure["cost"]), y, 3.5, "peer", about)
    ours = costs[TANDEM]
    floor = ours["median"] - ours["cost"]
    low, high = scale.at(ours["quarter"] - floor), scale.at(ours["three_quarters"] - floor)
    drawing.line(low, y, high, y, "tandem")
    drawing.dot(scale.at(ours["cost"]), y, 5, "fill-tandem", f"Tandem: {three(row.cost)}")


def _costs(row: Standing, in_process: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of everyone but the bare callable in that case."""
    for name in STRAIGHT[row.world]:
        found = in_process.get(name, {"microseconds": {}})["microseconds"].get(row.case)
        if found:
            return {who: figure for who, figure in found.items() if who != BARE}
    return {}
