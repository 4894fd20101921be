"""The waterfalls on the page: for each workload WSGI on the left, ASGI on the right."""

from html import escape

from lab.compare.in_short import in_short
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
    return f"""<section aria-labelledby="waterfalls">
<h2 id="waterfalls">What a worker does while it waits</h2>
<p>A few requests each, recorded in a run of their own: recording costs, so nothing above was
measured with it.</p>
{_in_short(comparison)}
<p>On the left (on a narrow screen first) stand servers of the WSGI side, on the right those of the
ASGI side, on one axis of time. Choose a request, by a click or with the Tab key and Enter, and what
it waited for lights up.</p>
<ul class="legend keys"><li><span class="key queued"></span> waits for its turn</li>
<li><span class="key ran"></span> runs</li>
<li><span class="key kept"></span> keeps its thread, and only waits</li>
<li><span class="key awaited"></span> waits, and keeps nothing</li>
<li><span class="key held"></span> holds the loop for more than 10 ms</li>
<li>b1, b2: the clients beside those measured</li></ul>
{pairs}
</section>"""


def _in_short(comparison: Comparison) -> str:
    """The answer in words, from what was traced of /wait; "" for nothing."""
    tapes = [tape for tape in comparison.tapes if tape.workload == "wait" and tape.rows]
    if not tapes:
        return ""
    items = "".join(
        f"<li><strong>{escape(tape.contender)}</strong> {escape(in_short(tape))}</li>"
        for tape in tapes
    )
    return f'<ul class="short">{items}</ul>'


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
