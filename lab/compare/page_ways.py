"""The switches of a pair of waterfalls: `await` or `time.sleep`, one worker or four.

Each way is a recording of its own, and the page holds them all: a switch shows one and hides the
others, by the style sheet alone, so it works without the script and on paper.
"""

from html import escape

from lab.compare.trace.tape import Tape
from lab.compare.trace.variants import WORKERS
from lab.compare.workloads import Workload

WAYS = ("await", "sleep"), ("few", "many")  # the values of the two switches


def switches(workload: Workload, variants: list[Tape], name: str) -> str:
    """The switches for what was recorded; "" for nothing. `name` is unique on the page."""
    found: list[str] = []
    if sleeping := next((tape.rows[0].path for tape in variants if tape.sleeps), ""):
        choices = (
            f"<code>{escape(workload.shown)}</code> waits, with <code>await</code> where it can",
            f"<code>GET {escape(sleeping)}</code> waits with <code>time.sleep</code>",
        )
        found.append(_switch("The handler", f"{name}-handler", WAYS[0], choices))
    if any(tape.workers for tape in variants):
        choices = ("1", f"{WORKERS}")
        found.append(_switch("Worker processes", f"{name}-workers", WAYS[1], choices))
    if not found:
        return ""
    return f"""<div class="switches">{"".join(found)}
<p class="quiet">What changes for WSGI, and what for ASGI? Guess before you switch. Each way was
recorded, on real servers; none is calculated.</p></div>"""


def in_ways(tape: Tape, figure: str) -> str:
    """A figure that shows when the switches are at its way."""
    return _in_way(tape.sleeps, bool(tape.workers), figure)


def missing_ways(tape: Tape, variants: list[Tape]) -> str:
    """For each way that a switch offers and a contender has no tape of, a line that says so."""
    own = {(it.sleeps, bool(it.workers)) for it in variants if it.contender == tape.contender}
    said = f'<p class="quiet">{escape(tape.contender)} was not recorded like this.</p>'
    offered = [
        (sleeps, more)
        for sleeps in (False, True)
        for more in (False, True)
        if (sleeps or more)
        and (not sleeps or any(it.sleeps for it in variants))
        and (not more or any(it.workers for it in variants))
    ]
    return "".join(_in_way(*way, said) for way in offered if way not in own)


def _in_way(sleeps: bool, more: bool, content: str) -> str:
    return f'<div class="way way-{WAYS[0][sleeps]} way-{WAYS[1][more]}">{content}</div>'


def _switch(title: str, name: str, values: tuple[str, str], choices: tuple[str, str]) -> str:
    drawn = "".join(
        f'<label><input type="radio" name="{name}" value="{value}"'
        f"{' checked' * (value == values[0])}> {choice}</label>"
        for value, choice in zip(values, choices, strict=True)
    )
    return f'<fieldset class="switch"><legend>{title}</legend>{drawn}</fieldset>'
