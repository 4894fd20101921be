"""`report.html`: one page that needs no network, for a reader who was not there.

From top to bottom: what was compared, questions to guess at, what came out (with ranges), the
figures, the charts, the waterfalls, how to read it all, how it was made. Every word that is not
ours is escaped where it is put in. The script may run because its hash is in the page's policy.
"""

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

from lab.compare import words
from lab.compare.page_figures import charts, table
from lab.compare.page_waterfalls import waterfalls
from lab.compare.predict import cards, predict
from lab.compare.results import Comparison
from lab.compare.settings import CLOSED_MODEL
from lab.compare.verdicts import notes, verdict
from lab.compare.workloads import Workload

STYLES = (Path(__file__).parents[1] / "house.css", Path(__file__).with_name("page.css"))
SCRIPT = Path(__file__).with_name("page.js")
_OPTION = re.compile(r"--[a-z-]+")
OURS = "our own load generator, in a process of its own"
LOCUST = (
    "locust, from locustfile.py beside this page, which other machines can run as well. It rounds "
    "each time to 1 ms, and from 100 ms on to two digits, and where a connection is closed without "
    "an answer it sends a request up to three times before that counts as an error. The warm-up "
    "and the waterfalls are our own load generator's."
)
METHOD = Path(__file__).with_name("method.html")


def page(comparison: Comparison) -> str:
    """The whole document."""
    title = f"{comparison.title} on {len(comparison.contenders)} servers"
    styles = "\n".join(style.read_text(encoding="utf-8") for style in STYLES)
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
{styles}</style>
</head>
<body>
<main>
{_header(comparison)}
{predict(comparison)}
{_verdicts(comparison)}
{table(comparison)}
{charts(comparison)}
{waterfalls(comparison)}
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
    if comparison.settings.engine == "locust":
        alerts.append(f"Measured with {CLOSED_MODEL}.")
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
{_contents(comparison)}
</header>"""


def _contents(comparison: Comparison) -> str:
    """Where on the page to find what: it is long on a telephone."""
    sections = {
        "predict": "Predict first" if cards(comparison) else "",
        "verdicts": "What came out",
        "figures": "The figures",
        "charts": "The picture",
        "waterfalls": "What a worker does while it waits" if comparison.tapes else "",
        "reading": "How to read it",
        "protocol": "This run",
    }
    links = (f'<a href="#{name}">{title}</a>' for name, title in sections.items() if title)
    return f'<nav aria-label="On this page">{" ".join(links)}</nav>'


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
    return "".join(f'<p class="note">{_in_one_piece(it)}</p>' for it in notes(comparison, workload))


def _in_one_piece(note: str) -> str:
    """A note whose options, as `--duration`, are not broken at the end of a line."""
    return _OPTION.sub(r"<code>\g<0></code>", escape(note))


def _protocol(comparison: Comparison) -> str:
    settings, machine = comparison.settings, comparison.machine
    facts = {
        "Load": settings.load,
        "Sent by": LOCUST if settings.engine == "locust" else OURS,
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
