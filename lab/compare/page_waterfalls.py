"""The waterfalls on the page: for each workload WSGI on the left, ASGI on the right."""

from html import escape

from lab.compare.in_short import answers
from lab.compare.page_ways import in_ways, missing_ways, switches
from lab.compare.results import Comparison
from lab.compare.trace.tape import Tape
from lab.compare.waterfall import waterfall
from lab.compare.workloads import Workload

OPENED = ("wait", "blocked")  # whose waterfalls are not folded: they tell the most


def waterfalls(comparison: Comparison) -> str:
    """The section; "" where nothing was traced."""
    pairs = "\n".join(_pair(comparison, workload) for workload in comparison.workloads)
    if not comparison.tapes:
        return ""
    names = {row.name for tape in comparison.tapes for row in tape.rows}
    beside = "b1, b2: the clients beside those measured" if "b1" in names else ""
    return f"""<section aria-labelledby="waterfalls">
<h2 id="waterfalls">What a worker does while it waits</h2>
<p>A few requests each, recorded in a run of their own: recording costs, so nothing above was
measured with it.</p>
{_in_short(comparison)}
<p>On the left (on a narrow screen first) stand servers of the WSGI side, on the right those of the
ASGI side, on one axis of time. A row is a request, in the order in which the server took them:
choose one, by a click or with Tab and Enter, and what it waited for lights up.</p>
<ul class="legend keys"><li><span class="key queued"></span> waits for its turn</li>
<li><span class="key ran"></span> runs</li>
<li><span class="key kept"></span> keeps its thread, and only waits</li>
<li><span class="key awaited"></span> waits, and keeps nothing</li>
<li><span class="key held"></span> holds the loop for more than 10 ms</li>
{beside and f"<li>{beside}</li>"}</ul>
{pairs}
</section>"""


def _in_short(comparison: Comparison) -> str:
    """The answer in words, from what was traced of /wait; "" for nothing."""
    items = "".join(
        f"<li><strong>{escape(contender)}</strong> {escape(said)}</li>"
        for contender, said in answers(comparison.tapes).items()
    )
    return f'<ul class="short">{items}</ul>' if items else ""


def _pair(comparison: Comparison, workload: Workload) -> str:
    tapes, variants = (
        [tape for tape in found if tape.workload == workload.name and tape.rows]
        for found in (comparison.tapes, comparison.variants)
    )
    if not tapes:
        return ""
    span = max(tape.end for tape in tapes + variants)
    name = f"w{comparison.workloads.index(workload)}"
    sides = "".join(
        f'<div class="side">{_side(tapes, variants, interface, span, name)}</div>'
        for interface in ("WSGI", "ASGI")
        if any(tape.interface == interface for tape in tapes)
    )
    shown = " open" if workload.name in OPENED else ""
    return f"""<details class="card pair"{shown}>
<summary><h3>{escape(workload.title)} <code>{escape(workload.shown)}</code></h3></summary>
{switches(workload, variants, name)}
<div class="sides">{sides}</div>
</details>"""


def _side(tapes: list[Tape], variants: list[Tape], interface: str, span: float, name: str) -> str:
    found: list[str] = []
    for tape in (tape for tape in tapes if tape.interface == interface):
        ways = [tape, *(it for it in variants if it.contender == tape.contender)]
        for way in ways:
            figure = waterfall(way, span, f"{name}-{interface}-{len(found)}")
            found.append(in_ways(way, figure) if variants else figure)
        found.append(missing_ways(tape, variants))
    return "".join(found)
