"""`report.html`: one page that needs no network, for a reader who was not there.

From top to bottom: what was compared, what came out (with ranges), the charts, the figures, how to
read them, how they were made. Every word that is not ours is escaped where it is put in.
"""

from html import escape
from pathlib import Path

from lab.compare import words
from lab.compare.charts import bars, curves, swatch
from lab.compare.results import Cell, Comparison
from lab.compare.spread import middle
from lab.compare.verdicts import notes, verdict
from lab.compare.workloads import Workload

STYLE = Path(__file__).with_name("page.css")
METHOD = Path(__file__).with_name("method.html")


def page(comparison: Comparison) -> str:
    """The whole document."""
    title = f"{comparison.target.module} on {len(comparison.contenders)} servers"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)} · Tandem</title>
<style>
{STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<main>
{_header(comparison)}
{_verdicts(comparison)}
{_charts(comparison)}
{_table(comparison)}
{METHOD.read_text(encoding="utf-8")}
{_protocol(comparison)}
</main>
</body>
</html>
"""


def _header(comparison: Comparison) -> str:
    names = words.joined([contender.name for contender in comparison.contenders])
    cut = (
        '<p class="alert" role="note">This run was cut short: not every round is in it.</p>'
        if comparison.cut_short
        else ""
    )
    return f"""<header>
<p class="eyebrow">Tandem compare</p>
<h1>One app, {words.number(len(comparison.contenders))} servers</h1>
<p class="lead">The module <code>{escape(comparison.target.module)}</code> was served by
{escape(names)}, and each was asked for the same pages by {escape(comparison.settings.load)}.</p>
{cut}
</header>"""


def _verdicts(comparison: Comparison) -> str:
    items = "\n".join(
        f"<li><h3>{escape(workload.title)}</h3>"
        f"<p>{_sentence(verdict(comparison, workload))}</p>{_notes(comparison, workload)}</li>"
        for workload in comparison.workloads
    )
    return f"""<section aria-labelledby="verdicts">
<h2 id="verdicts">What came out</h2>
<ul class="verdicts">
{items}
</ul>
<p class="quiet">Figures are good answers a second: the median of the rounds, and in brackets the
lowest and the highest round. Where two ranges overlap, no winner is named.</p>
</section>"""


def _sentence(text: str) -> str:
    """A verdict with its beginning, up to the colon, set off as a headline."""
    headline, _, rest = text.partition(": ")
    return f"<strong>{escape(headline)}</strong> {escape(rest[:1].upper() + rest[1:])}"


def _notes(comparison: Comparison, workload: Workload) -> str:
    return "".join(f'<p class="note">{escape(note)}</p>' for note in notes(comparison, workload))


def _charts(comparison: Comparison) -> str:
    cards = "\n".join(_card(comparison, workload) for workload in comparison.workloads)
    return f"""<section aria-labelledby="charts">
<h2 id="charts">The picture</h2>
<div class="cards">
{cards}
</div>
</section>"""


def _card(comparison: Comparison, workload: Workload) -> str:
    cells = comparison.of(workload)
    latency = curves(cells, f"Latency, {workload.title}")
    return f"""<article class="card">
<h3>{escape(workload.title)} <code>GET {escape(workload.path)}</code></h3>
<p>{escape(workload.question)}</p>
<h4>Answers a second <span class="quiet">longer is better</span></h4>
{bars(cells, f"Answers a second, {workload.title}")}
{_latency(cells, latency) if latency else ""}
<p class="meaning">{escape(workload.meaning)}</p>
</article>"""


def _latency(cells: list[Cell], chart: str) -> str:
    legend = "".join(
        f"<li>{swatch(number)} {escape(cell.contender.name)}</li>"
        for number, cell in enumerate(cells)
        if cell.latencies
    )
    return f"""<h4>Time to an answer <span class="quiet">lower is better</span></h4>
<ul class="legend">{legend}</ul>
{chart}"""


COLUMNS = (
    "Answers a second",
    "Half within (p50)",
    "99 % within (p99)",
    "Processor time each",
    "Memory",
    "Errors",
)


def _table(comparison: Comparison) -> str:
    head = "".join(f'<th scope="col">{column}</th>' for column in ("Server", *COLUMNS))
    groups = "\n".join(_group(comparison, workload) for workload in comparison.workloads)
    return f"""<section aria-labelledby="figures">
<h2 id="figures">The figures</h2>
<table>
<thead><tr>{head}</tr></thead>
{groups}
</table>
</section>"""


def _group(comparison: Comparison, workload: Workload) -> str:
    rows = "\n".join(_row(cell) for cell in comparison.of(workload))
    width = len(COLUMNS) + 1
    return f"""<tbody>
<tr class="group"><th scope="rowgroup" colspan="{width}">{escape(workload.title)}</th></tr>
{rows}
</tbody>"""


def _row(cell: Cell) -> str:
    name = f'<th scope="row">{escape(cell.contender.name)}</th>'
    if cell.rate is None:
        why = f"left out: {cell.left_out}" if cell.left_out else "not measured"
        return f'<tr>{name}<td colspan="{len(COLUMNS)}">{escape(why)}</td></tr>'
    figures = (
        words.rate_range(cell.rate),
        words.seconds(middle(cell.latency(50))),
        words.seconds(middle(cell.latency(99))),
        words.seconds(cell.cpu_per_request),
        words.megabytes(middle(cell.memory)),
        f"{sum(cell.errors.values()):,} of {cell.requests:,}",
    )
    return f"<tr>{name}{''.join(map(_figure, COLUMNS, figures))}</tr>"


def _figure(column: str, figure: str) -> str:
    return f'<td data-label="{escape(column)}">{escape(figure)}</td>'


def _protocol(comparison: Comparison) -> str:
    settings, machine = comparison.settings, comparison.machine
    facts = {
        "Load": settings.load,
        "Rounds": f"{settings.rounds}, each in a new random order (seed {settings.seed})",
        "Each stretch of load": f"{settings.duration:g} s, then as long as the last answer takes; "
        f"warmed up for {settings.warm_up:g} s",
        "Started": comparison.started.strftime("%Y-%m-%d %H:%M UTC"),
        "Took": f"{comparison.took:.0f} s",
        "Processor": f"{machine.processor}, {machine.cores} cores, shared by server and load",
        "System": machine.system,
        "Versions": ", ".join(f"{name} {number}" for name, number in machine.versions.items()),
    }
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    commands = "".join(
        f"<li>{escape(c.name)} <span class='quiet'>{c.interface}, {escape(c.about)}</span>"
        f"<code>{escape(c.shown)}</code></li>"
        for c in comparison.contenders
    )
    return f"""<section aria-labelledby="protocol">
<h2 id="protocol">This run</h2>
<dl>{rows}</dl>
<h3>The servers, as they were started</h3>
<ul class="commands">{commands}</ul>
<p class="quiet">The same figures, for a program to read, are in <code>report.json</code>.</p>
</section>"""
