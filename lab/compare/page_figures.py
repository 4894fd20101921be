"""The figures on the page: a table of them all, and a card with charts for each workload."""

from html import escape

from lab.compare import words
from lab.compare.charts import bars, curves, swatch, timelines
from lab.compare.markup import prose
from lab.compare.results import Cell, Comparison
from lab.compare.settings import CLOSED_MODEL
from lab.compare.spread import middle
from lab.compare.workloads import Workload
from lab.compare.yardsticks import yardstick

SINCE = """<fieldset class="since"><legend>Time counts from when a request was</legend>
<label><input type="radio" name="since" value="due" checked> due</label>
<label><input type="radio" name="since" value="sent"> sent
<span class="quiet">(hides what a stall holds back)</span></label></fieldset>"""
OVER_TIME = (
    "<h4>The slowest answers over time "
    '<span class="quiet">in each server\'s worst round</span></h4>'
)
CLOSED = f'<p class="quiet">Measured with {CLOSED_MODEL}.</p>'
COLUMNS = (
    "Answers a second",
    "Half within (p50)",
    "99 % within (p99)",
    "Processor time each",
    "Memory",
    "Errors",
)


def table(comparison: Comparison) -> str:
    """The section with the table."""
    head = "".join(f'<th scope="col">{column}</th>' for column in ("Server", *COLUMNS))
    groups = "\n".join(
        _group(comparison, workload)
        for workload in comparison.workloads
        if not comparison.is_left_out(workload)
    )
    return f"""<section aria-labelledby="figures">
<h2 id="figures">The figures</h2>
{CLOSED if comparison.settings.engine == "locust" else SINCE}
<table>
<thead><tr>{head}</tr></thead>
{groups}
</table>
</section>"""


def _group(comparison: Comparison, workload: Workload) -> str:
    rows = "\n".join(_row(cell) for cell in comparison.of(workload))
    width = len(COLUMNS) + 1
    return f"""<tbody>
<tr class="group"><th scope="rowgroup" colspan="{width}">{escape(workload.title)}
<code>{escape(workload.shown)}</code></th></tr>
{rows}
</tbody>"""


def _row(cell: Cell) -> str:
    name = f'<th scope="row">{escape(cell.contender.name)}</th>'
    if cell.rate is None:
        why = f"left out: {cell.left_out}" if cell.left_out else "not measured"
        return f'<tr>{name}<td colspan="{len(COLUMNS)}">{escape(why)}</td></tr>'
    figures = (
        escape(words.rate_range(cell.rate)),
        _since(cell, 50),
        _since(cell, 99),
        words.seconds(cell.cpu_per_request),
        words.megabytes(middle(cell.memory)),
        f"{sum(cell.errors.values()):,} of {cell.requests:,}",
    )
    return f"<tr>{name}{''.join(map(_figure, COLUMNS, figures))}</tr>"


def _since(cell: Cell, percent: float) -> str:
    due, sent = (words.seconds(middle(cell.latency(percent, since))) for since in ("due", "sent"))
    return f'<span class="of-due">{due}</span><span class="of-sent">{sent}</span>'


def _figure(column: str, figure: str) -> str:
    return f'<td data-label="{escape(column)}">{figure}</td>'


def charts(comparison: Comparison) -> str:
    """The section with the charts."""
    cards = "\n".join(
        _card(comparison, workload)
        for workload in comparison.workloads
        if not comparison.is_left_out(workload)
    )
    return f"""<section aria-labelledby="charts">
<h2 id="charts">The picture</h2>
<div class="cards">
{cards}
</div>
</section>"""


def _card(comparison: Comparison, workload: Workload) -> str:
    cells, by = comparison.of(workload), yardstick(comparison, workload)
    better = "longer is better" if by.is_higher_better else "shorter is better"
    latency = curves(cells, f"Latency, {workload.title}")
    meaning = f'<p class="meaning">{prose(workload.meaning)}</p>' if workload.meaning else ""
    title = escape(workload.title)
    if workload.title != workload.path:
        title += f" <code>{escape(workload.shown)}</code>"
    return f"""<article class="card">
<h3>{title}</h3>
<p>{prose(workload.question)}</p>
<h4>{by.title} <span class="quiet">{better}</span></h4>
{bars(cells, by, f"{by.title}, {workload.title}")}
{_latency(cells, latency, workload) if latency else ""}
{meaning}
</article>"""


def _latency(cells: list[Cell], chart: str, workload: Workload) -> str:
    legend = "".join(
        f"<li>{swatch(number)} {escape(cell.contender.name)}</li>"
        for number, cell in enumerate(cells)
        if cell.latencies
    )
    over_time = timelines(cells, f"Latency over time, {workload.title}")
    return f"""<h4>Time to an answer <span class="quiet">lower is better</span></h4>
<ul class="legend">{legend}</ul>
{chart}
{OVER_TIME if over_time else ""}
{over_time}"""
