"""`report.html`: one page that needs no network, for a reader who was not there.

From top to bottom: what was compared, questions to guess at, what came out (with ranges), the
figures, the charts, the waterfalls, how to read it all, how it was made. Every word that is not
ours is escaped where it is put in. The script may run because its hash is in the page's policy.
"""

from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

from lab.compare import words
from lab.compare.charts import bars, curves, swatch, timelines
from lab.compare.markup import prose
from lab.compare.predict import predict
from lab.compare.results import Cell, Comparison
from lab.compare.spread import middle
from lab.compare.trace.tape import Tape
from lab.compare.verdicts import notes, verdict
from lab.compare.waterfall import waterfall
from lab.compare.workloads import Workload
from lab.compare.yardsticks import yardstick

STYLE = Path(__file__).with_name("page.css")
SCRIPT = Path(__file__).with_name("page.js")
METHOD = Path(__file__).with_name("method.html")
OPENED = ("wait", "blocked")  # whose waterfalls are not folded: they tell the most


def page(comparison: Comparison) -> str:
    """The whole document."""
    title = f"{comparison.title} on {len(comparison.contenders)} servers"
    script = "\n" + SCRIPT.read_text(encoding="utf-8")
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escape(title)} · Tandem</title>
<style>
{STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<main>
{_header(comparison)}
{predict(comparison)}
{_verdicts(comparison)}
{_table(comparison)}
{_charts(comparison)}
{_waterfalls(comparison)}
{METHOD.read_text(encoding="utf-8")}
{_protocol(comparison)}
</main>
<script>{script}</script>
</body>
</html>
"""


def _header(comparison: Comparison) -> str:
    names = words.joined([contender.name for contender in comparison.contenders])
    alerts = [f"{name} failed: {why}" for name, why in comparison.failures.items()]
    if comparison.cut_short:
        alerts.insert(0, "This run was cut short: not every round is in it.")
    told = "".join(f'<p class="alert" role="note">{escape(alert)}</p>' for alert in alerts)
    apps = "app" if len(comparison.targets) == 1 else "apps"
    title = f"{words.number(len(comparison.targets))} {apps}, "
    title += f"{words.number(len(comparison.contenders))} servers"
    return f"""<header>
<p class="eyebrow">Tandem compare</p>
<h1>{title.capitalize()}</h1>
<p class="lead"><code>{escape(comparison.title)}</code> was served by
{escape(names)}, and each was asked for the same pages by {escape(comparison.settings.load)}.</p>
{told}
</header>"""


def _verdicts(comparison: Comparison) -> str:
    items = "\n".join(
        f"<li><h3>{escape(workload.title)}</h3>"
        f"<p>{_sentence(verdict(comparison, workload))}</p>{_notes(comparison, workload)}</li>"
        for workload in comparison.workloads
        if not comparison.is_left_out(workload)
    )
    left = [workload for workload in comparison.workloads if comparison.is_left_out(workload)]
    items += "".join(f"<li><h3>{escape(w.title)}</h3>{_notes(comparison, w)}</li>" for w in left)
    return f"""<section aria-labelledby="verdicts">
<h2 id="verdicts">What came out</h2>
<ul class="verdicts">
{items}
</ul>
<p class="quiet">A figure is the median of the rounds, and in brackets stand the lowest and the
highest round. Where two ranges overlap, or nearly do, no winner is named.</p>
</section>"""


def _sentence(text: str) -> str:
    """A verdict with its beginning, up to the colon, set off as a headline."""
    headline, _, rest = text.partition(": ")
    return f"<strong>{escape(headline)}</strong> {escape(rest[:1].upper() + rest[1:])}"


def _notes(comparison: Comparison, workload: Workload) -> str:
    return "".join(f'<p class="note">{escape(note)}</p>' for note in notes(comparison, workload))


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
    groups = "\n".join(
        _group(comparison, workload)
        for workload in comparison.workloads
        if not comparison.is_left_out(workload)
    )
    return f"""<section aria-labelledby="figures">
<h2 id="figures">The figures</h2>
<fieldset class="since"><legend>Time counts from when a request was</legend>
<label><input type="radio" name="since" value="due" checked> due</label>
<label><input type="radio" name="since" value="sent"> sent
<span class="quiet">(hides what a stall holds back)</span></label></fieldset>
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


def _charts(comparison: Comparison) -> str:
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
    return f"""<h4>Time to an answer <span class="quiet">lower is better</span></h4>
<ul class="legend">{legend}</ul>
{chart}
<h4>The slowest answers over time <span class="quiet">in each server's worst round</span></h4>
{timelines(cells, f"Latency over time, {workload.title}")}"""


def _waterfalls(comparison: Comparison) -> str:
    pairs = "\n".join(_pair(comparison, workload) for workload in comparison.workloads)
    if not comparison.tapes:
        return ""
    return f"""<section aria-labelledby="waterfalls">
<h2 id="waterfalls">What a worker does while it waits</h2>
<p>A few requests each, recorded in a run of their own: recording costs, so nothing above was
measured with it. On the left servers of the WSGI side, on the right of the ASGI side, on one axis
of time. Choose a request, by a click or with the Tab key and Enter, and what it waited for lights
up.</p>
<ul class="legend keys"><li><span class="key queued"></span> waits for its turn</li>
<li><span class="key ran"></span> runs</li>
<li><span class="key kept"></span> keeps its thread, and only waits</li>
<li><span class="key awaited"></span> waits, and keeps nothing</li>
<li><span class="key held"></span> holds the loop for more than 10 ms</li>
<li>b1, b2: the clients beside those measured</li></ul>
{pairs}
</section>"""


def _pair(comparison: Comparison, workload: Workload) -> str:
    tapes = [t for t in comparison.tapes if t.workload == workload.name and t.rows]
    if not tapes:
        return ""
    span = max(tape.end for tape in tapes)
    index = comparison.workloads.index(workload)
    sides = "".join(
        f'<div class="side">{_side(tapes, interface, span, index)}</div>'
        for interface in ("WSGI", "ASGI")
        if any(tape.interface == interface for tape in tapes)
    )
    shown = " open" if workload.name in OPENED else ""
    return f"""<details class="card pair"{shown}>
<summary><h3>{escape(workload.title)} <code>{escape(workload.shown)}</code></h3></summary>
<div class="sides">{sides}</div>
</details>"""


def _side(tapes: list[Tape], interface: str, span: float, index: int) -> str:
    return "".join(
        waterfall(tape, span, f"w{index}-{number}")
        for number, tape in enumerate(tapes)
        if tape.interface == interface
    )


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
