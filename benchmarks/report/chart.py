"""The chart of a run: SVG of our own, light or dark as its reader has it."""

from collections.abc import Mapping
from typing import Any

from benchmarks.report.chart_costs import draw_costs
from benchmarks.report.chart_growth import draw_growth
from benchmarks.report.chart_servers import draw_servers
from benchmarks.report.svg import Drawing

WIDTH, EDGE = 1180, 30  # points


def chart(results: Mapping[str, Any]) -> str:
    """An SVG document of all that there is in `results`."""
    drawing = Drawing(left=EDGE)
    width = WIDTH - 2 * EDGE
    title = "Tandem beside a bare callable and its peers"
    drawing.text(0, 46, title, "text big")
    drawing.text(0, 68, _about(results), "dim")
    end = draw_costs(drawing, results.get("in process", {}), 108, width)
    end = draw_servers(drawing, results, end + 34, width)
    end = draw_growth(drawing, results.get("growth", {}), end + 34, width)
    return drawing.document(WIDTH, end + 30, title)


def _about(results: Mapping[str, Any]) -> str:
    """What the figures belong to."""
    machine = results["machine"]
    about = "{python}, {processor}, {cores} cores, {system}, load {load}".format(**machine)
    busy = machine["load"] > machine["cores"]
    return about + (" (busy: ratios flatter whoever is quick)" if busy else "")
