"""The chart's second part: a panel for each server, and one for the imports."""

from collections.abc import Mapping
from typing import Any

from benchmarks.contenders import BARE, TANDEM
from benchmarks.report.svg import Drawing

Row = tuple[str, dict[str, float], str]  # a contender, its bar with its range, what is beside it

COLUMNS, GAP = 3, 30
ROW, NAMES, FIGURES = 19, 92, 92  # points of a row, and of the columns beside the bars


def draw_servers(drawing: Drawing, results: Mapping[str, Any], top: float, width: float) -> float:
    """The panels in a grid; where they end."""
    panels = [_served(name, kept) for name, kept in results.get("servers", {}).items()]
    if results.get("starts"):
        panels += [_imports(results["starts"], world) for world in ("WSGI", "ASGI")]
    panels = [panel for panel in panels if panel["rows"]]
    if not panels:
        return top
    drawing.text(0, top, "On servers: the text route, and what an import takes", "head")
    drawing.text(
        0,
        top + 20,
        "Bars: requests a second, divided by the bare callable's in the same round, median and "
        "range. Beside them: server CPU a request, in microseconds, and the worker's PSS.",
        "small dim",
    )
    column = (width - GAP * (COLUMNS - 1)) / COLUMNS
    top += 48
    for first in range(0, len(panels), COLUMNS):
        ends = [top]
        for number, panel in enumerate(panels[first : first + COLUMNS]):
            ends.append(_panel(drawing, panel, number * (column + GAP), top, column))
        top = max(ends) + 34
    return top - 14


def _served(name: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """One server's panel; the fastest first."""
    rows: list[Row] = []
    for contender, found in kept["contenders"].items():
        cpu, memory = found["cpu microseconds a request"], found["worker's PSS, bytes"]
        told = [f"{cpu['median']:,.0f} us"] if cpu else []
        told += [f"{memory / 1e6:.0f} MB"] if memory else []
        if found["ratio to bare"]:
            rows.append((contender, found["ratio to bare"], ", ".join(told)))
    rows.sort(key=_median, reverse=True)
    return {"title": name, "rows": rows, "one": 1.0}


def _imports(starts: Mapping[str, Any], world: str) -> dict[str, Any]:
    rows: list[Row] = [
        (name.removesuffix(f", {world}"), found["import"], f"{found['import']['median']:.0f} ms")
        for name, found in starts["contenders"].items()
        if name.endswith(world) and found["import"]
    ]
    rows.sort(key=_median)
    return {"title": f"CPU of the import, {world}", "rows": rows, "one": None}


def _median(row: Row) -> float:
    return row[1]["median"]


def _panel(
    drawing: Drawing, panel: Mapping[str, Any], left: float, top: float, width: float
) -> float:
    start, end = left + NAMES, left + width - FIGURES
    most = max([panel["one"] or 0, *(spread["highest"] for _, spread, _ in panel["rows"])])
    drawing.text(left, top - 6, panel["title"], "text bold")
    bottom = top + ROW * len(panel["rows"])
    for number, (name, spread, told) in enumerate(panel["rows"]):
        y = top + ROW * number
        low, middle, high = (
            start + (end - start) * spread[key] / most for key in ("lowest", "median", "highest")
        )
        kind = {TANDEM: "fill-tandem", BARE: "fill-bare"}.get(name, "fill-one")
        drawing.text(start - 6, y + 14, name, "text bold" if name == TANDEM else "text", "end")
        drawing.bar(start, y + 4, middle - start, ROW - 7, kind, f"{name}: {spread['median']:.3g}")
        drawing.line(low, y + ROW / 2 + 0.5, high, y + ROW / 2 + 0.5, "whisker")
        drawing.text(left + width, y + 14, told, "small dim", "end")
    if panel["one"]:
        x = start + (end - start) / most
        drawing.line(x, top, x, bottom, "bare")
    return bottom
