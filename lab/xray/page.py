"""The x-ray as a page: one file that needs no network, two columns, a slider to step through it.

Everything is in the HTML; the script only steps and lights up twins, so the page can be read, and
printed, without it. Every word that is not ours is escaped where it is put in.
"""

import base64
import hashlib
from html import escape
from pathlib import Path

from core.worlds import World
from lab.xray.deeds import Deed
from lab.xray.findings import Finding
from lab.xray.pairs import Field, Pair
from lab.xray.sequence import Line, Step, steps_of
from lab.xray.shown import milliseconds
from lab.xray.tape import Tape

_HERE = Path(__file__).parent
STYLES = (_HERE.parent / "house.css", _HERE / "page.css")
SCRIPT = _HERE / "page.js"

NAMES: dict[World, str] = {"wsgi": "WSGI", "asgi": "ASGI"}
MARKS = {
    "same": ("=", "the same"),
    "form": ("≈", "the same in another form"),
    "different": ("≠", "different"),
    "wsgi": ("◂", "only in WSGI"),
    "asgi": ("▸", "only in ASGI"),
}


def page(tape: Tape, findings: list[Finding] | None) -> str:
    """The whole document; None: it was not checked."""
    style = "\n" + "".join(path.read_text(encoding="utf-8") for path in STYLES)
    script = "\n" + SCRIPT.read_text(encoding="utf-8")
    steps, worlds = steps_of(tape), list(tape.sides)
    items = "\n".join(_step(number, step, worlds) for number, step in enumerate(steps, 1))
    hashes = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    policy = f"default-src 'none'; img-src data:; {hashes}"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<link rel="icon" href="data:,">
<title>{escape(tape.script.title)} · Tandem x-ray</title>
<style>{style}</style>
</head>
<body>
<main>
{_header(tape, worlds)}
{_controls(len(steps))}
<ol class="steps {"two" if len(worlds) > 1 else "one"}">
{items}
</ol>
{"" if findings is None else _findings(findings)}
</main>
<script>{script}</script>
</body>
</html>
"""


def _hash(text: str) -> str:
    """For the page's policy: no other style and no other script than these."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _header(tape: Tape, worlds: list[World]) -> str:
    names = " and as ".join(NAMES[world] for world in worlds)
    alone = f" {tape.script.only}" if tape.script.only else ""
    legend = "".join(
        f'<li data-mark="{key}"><span class="mark" aria-hidden="true">{sign}</span> {words}</li>'
        for key, (sign, words) in MARKS.items()
    )
    return f"""<header>
<p class="eyebrow">Tandem x-ray</p>
<h1>{escape(tape.script.title)}</h1>
<p class="lead">What passed between the server and <code>{escape(tape.module)}</code>, as
{names}.{alone} <span class="live">Step through it with the slider, the buttons, or the arrow keys.
Point at a field, or press its name, to see its twins.</span> Below each call stand the time since
the application was called, and the thread, with its number, or the task on the event loop.</p>
<ul class="legend">{legend if len(worlds) > 1 else ""}</ul>
</header>"""


def _controls(count: int) -> str:
    return f"""<form class="controls" aria-label="Steps">
<button type="button" id="previous">Previous</button>
<label for="slider" class="unseen">Step</label>
<input type="range" id="slider" min="1" max="{count}" value="{count}" step="1">
<button type="button" id="next">Next</button>
<button type="button" id="all">Show all</button>
<output id="status" for="slider" aria-live="polite"></output>
</form>"""


def _step(number: int, step: Step, worlds: list[World]) -> str:
    only = ""
    if step.only and (len(worlds) > 1 or step.is_one_sided):
        only = f' <span class="only {step.only}">only {NAMES[step.only]}</span>'
    why = f'<p class="why">{escape(step.why)}</p>' if step.why else ""
    return f"""<li class="step" id="step-{number}" data-title="{escape(step.title)}">
<h2><button type="button" class="go"><span class="number">{number}</span>
{escape(step.title)}</button>{only}</h2>
<div class="content">
{_wires(step, worlds)}{_deeds(step, worlds)}{_pairs(step, worlds)}{why}
</div>
</li>"""


def _wires(step: Step, worlds: list[World]) -> str:
    if "both" in step.wires:
        tag = "The same bytes for both" if len(worlds) > 1 else ""
        return f'<div class="wide">{_wire(step.wires["both"], tag, "both")}</div>'
    if not step.wires:
        return ""
    sides = "".join(_wire(step.wires[world], NAMES[world], world) for world in worlds)
    return f'<div class="columns">{sides}</div>'


def _wire(wire: list[Line], tag: str, name: str) -> str:
    lines = "\n".join(
        f'<span class="line" data-twin="{escape(line.twins)}">{escape(line.text)}</span>'
        for line in wire
    )
    head = f'<p class="tag {name}">{tag}</p>' if tag else ""
    return f'<div class="side">{head}<pre>{lines}</pre></div>'


def _deeds(step: Step, worlds: list[World]) -> str:
    if step.wires:
        return ""
    deeds: dict[World, Deed | None] = {"wsgi": step.wsgi, "asgi": step.asgi}
    return f'<div class="columns">{"".join(_deed(deeds[it], it) for it in worlds)}</div>'


def _deed(deed: Deed | None, world: World) -> str:
    tag = f'<p class="tag {world}">{NAMES[world]}</p>'
    if deed is None:
        return f'<div class="side none">{tag}<p class="quiet">Nothing happens here.</p></div>'
    waited = f", waited {milliseconds(deed.waited)}" if deed.waited >= 10_000 else ""
    told = f"{milliseconds(deed.at)}{waited}, {escape(deed.where)}, by the {deed.caller}"
    return f"""<div class="side">{tag}<code class="deed">{escape(deed.line)}</code>
<p class="quiet">{told}</p></div>"""


def _pairs(step: Step, worlds: list[World]) -> str:
    if not step.pairs:
        return ""
    rows = "\n".join(_pair(pair, worlds) for pair in step.pairs)
    return f'<div class="pairs" role="list" aria-label="Fields">\n{rows}\n</div>\n'


def _pair(pair: Pair, worlds: list[World]) -> str:
    sign, words = MARKS[pair.mark]
    fields: dict[World, Field | None] = {"wsgi": pair.wsgi, "asgi": pair.asgi}
    sides = [_field(fields[world], world) for world in worlds]
    mark = f'<span class="mark" title="{words}"><span aria-hidden="true">{sign}</span>'
    mark = f'{mark}<span class="unseen">{words}</span></span>'
    if len(worlds) > 1:
        sides.insert(1, mark)
    why = f'<p class="why">{escape(pair.why)}</p>' if pair.why else ""
    return (
        f'<div class="pair" role="listitem" data-mark="{pair.mark}" '
        f'data-twin="{escape(pair.twin)}">{"".join(sides)}{why}</div>'
    )


def _field(field: Field | None, world: World) -> str:
    if field is None:
        return f'<div class="field {world} none"></div>'
    return (
        f'<div class="field {world}"><button type="button" class="name" aria-pressed="false">'
        f"{escape(field.name)}</button> <code>{escape(field.value)}</code></div>"
    )


def _findings(findings: list[Finding]) -> str:
    items = "\n".join(
        f"<li><strong>{escape(one.clause)}</strong> {escape(one.what)}"
        f'<span class="quiet">{escape(one.where)}</span></li>'
        for one in findings
    )
    found = f"<ul>{items}</ul>" if findings else "<p>Nothing was found in this recording.</p>"
    return f"""<section class="findings" aria-labelledby="findings">
<h2 id="findings">Held against PEP 3333 and ASGI 3.0</h2>
{found}
</section>"""
