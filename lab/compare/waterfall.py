"""Waterfalls: what each request did on one axis of time, and below it who had each thread and loop.

Every row can be reached by the keyboard. Below stands in words what each request waited for; the
page's script makes these the rows' names, and lights up the rows that one waited for.
"""

from html import escape

from lab.compare import words
from lab.compare.charts import TIME_TICKS
from lab.compare.in_short import in_short
from lab.compare.trace.tape import Segment, Tape

WIDTH = 360
LEFT = 44  # for the requests' names
ROW, LANE = 16, 14  # heights
TOP = 18  # for the axis
HALF_LABEL = 22  # the width of half a time on the axis
MOST_LANES = 10
MOST_TICKS = 5  # beside that of 0
NARROWEST = 0.8  # of what is drawn, so that it can be seen
MOST_BLOCKERS = 3  # that are named
CLASSES = {"run": "ran", "wait": "kept", "hold": "held"}


def waterfall(tape: Tape, span: float, name: str) -> str:
    """A figure: the picture, `span` seconds wide, and its words. `name` is unique on the page."""
    drawing = _Drawing(tape, span)
    said = "".join(f"<li>{escape(in_words(tape, number))}</li>" for number in range(len(tape.rows)))
    return f"""<figure class="waterfall" id="{name}">
<figcaption><strong>{escape(tape.contender)}</strong>
<span class="quiet">{about(tape)}</span>
<button type="button" class="replay" hidden>Replay</button></figcaption>
{_short(tape)}{drawing.svg()}
<p class="said" aria-live="polite"></p>
<details><summary>The same in words</summary><ol class="rows">{said}</ol></details>
</figure>"""


def _short(tape: Tape) -> str:
    """What a variant shows, in a sentence; the section begins with those of the others."""
    said = f"{tape.contender} {in_short(tape)}"
    return f'<p class="shortly">{escape(said)}</p>' if tape.is_variant else ""


def about(tape: Tape) -> str:
    """What a figure's caption says after the name: "WSGI, 4 workers; the last answer after ..."."""
    asked = len({lane.partition(",")[0] for lane in tape.lanes})
    workers = f", {tape.workers} workers" if tape.workers else ""
    if asked < tape.workers:
        workers += f", of which {words.number(asked)} took requests"
    return f"{tape.interface}{workers}; the last answer after {words.seconds(tape.last_answer)}"


def in_words(tape: Tape, number: int) -> str:
    """A row in a sentence or two: "#4 had its answer after 203 ms. It waited 152 ms for #3 ..."."""
    row = tape.rows[number]
    taken = row.done - row.due
    parts = [f"{_name(tape, number)} ({row.path}) had its answer after {words.seconds(taken)}."]
    blockers = tape.blockers(number)
    if blockers:
        named = [
            f"{words.seconds(one.seconds)} for {_name(tape, one.row)} {_there(tape, one.lane)}"
            + (f" at {one.line}" if one.line else "")
            for one in blockers[:MOST_BLOCKERS]
        ]
        more = len(blockers) - MOST_BLOCKERS
        parts.append(f"It waited {words.joined([*named, f'{more} more'] if more > 0 else named)}.")
    kept = sum(s.end - s.start for s in row.segments if s.kind == "wait")
    if kept > 0.001 and not row.is_on_loop:
        lines = [s.line for s in row.segments if s.kind == "wait" and s.line]
        where = f" at {lines[0]}" if lines else ""
        parts.append(f"It kept its thread for {words.seconds(kept)} while it only waited{where}.")
    for held in (s for s in row.segments if s.kind == "hold"):
        where = f" at {held.line}" if held.line else ""
        parts.append(f"It held the loop for {words.seconds(held.end - held.start)}{where}.")
    return " ".join(parts)


def _there(tape: Tape, lane: int) -> str:
    name = tape.lanes[lane]
    return f"on the {name}" if name == "loop" else f"in {name}"


def _name(tape: Tape, number: int) -> str:
    return f"#{tape.rows[number].name}"


class _Drawing:
    """The picture of one tape."""

    def __init__(self, tape: Tape, span: float) -> None:
        self._tape = tape
        self._start = min([0.0, *(row.began for row in tape.rows)])
        self._span = max(span - self._start, 1e-6)
        self._lanes = tape.lanes[:MOST_LANES]
        self._middle = TOP + len(tape.rows) * ROW
        self._height = self._middle + 22 + len(self._lanes) * LANE + 4

    def svg(self) -> str:
        label = f"{self._tape.contender}, {len(self._tape.rows)} requests over time"
        rows = "".join(self._row(number) for number in range(len(self._tape.rows)))
        lanes = "".join(self._lane(number) for number in range(len(self._lanes)))
        return (
            f'<svg class="chart" viewBox="0 0 {WIDTH} {self._height}" role="group" '
            f'aria-label="{escape(label)}">{self._axis()}{rows}'
            f'<text class="tick" x="0" y="{self._middle + 15}">Who had which thread or loop</text>'
            f"{lanes}"
            f'<rect class="curtain" x="{WIDTH}" y="{TOP - 2}" width="{WIDTH - LEFT}" '
            f'height="{self._height}"/></svg>'
        )

    def _x(self, seconds: float) -> float:
        return LEFT + (seconds - self._start) / self._span * (WIDTH - LEFT)

    def _axis(self) -> str:
        end = self._span + self._start
        step = next((tick for tick in TIME_TICKS if end / tick <= MOST_TICKS), end)
        parts: list[str] = []
        for number in range(int(end / step + 1e-6) + 1):
            x = self._x(number * step)
            parts.append(f'<path class="grid" d="M{x:.1f} {TOP - 4}V{self._height}"/>')
            label = words.seconds(number * step) if number else "0"
            anchor = "end" if x > WIDTH - HALF_LABEL else "middle" if number else ""
            parts.append(f'<text class="tick {anchor}" x="{x:.1f}" y="10">{label}</text>')
        return "".join(parts)

    def _row(self, number: int) -> str:
        row = self._tape.rows[number]
        y = TOP + number * ROW
        waited = " ".join(str(one.row) for one in self._tape.blockers(number))
        beside = " beside" if row.name.startswith("b") else ""
        drawn = [
            f'<rect class="back" x="0" y="{y}" width="{WIDTH}" height="{ROW}"/>',
            f'<text class="name" x="{LEFT - 5}" y="{y + 12}">{row.name}</text>',
        ]
        if row.began > row.due:
            drawn.append(self._rect("queued", row.due, row.began, y + 3, ROW - 6))
        if row.is_on_loop:
            drawn.append(self._rect("awaited", row.began, row.ended, y + 6.5, ROW - 13))
        drawn += [self._segment(segment, y + 3, ROW - 6) for segment in row.segments]
        return (
            f'<g class="row{beside}" tabindex="0" role="button" aria-pressed="false" '
            f'data-row="{number}" data-by="{waited}">'
            f"{''.join(drawn)}</g>"
        )

    def _lane(self, number: int) -> str:
        y = self._middle + 22 + number * LANE
        drawn = [
            f'<rect class="track" x="{LEFT}" y="{y}" width="{WIDTH - LEFT}" height="{LANE - 3}"/>'
        ]
        drawn += [
            self._segment(segment, y, LANE - 3, index)
            for index, row in enumerate(self._tape.rows)
            for segment in row.segments
            if segment.lane == number
        ]
        title = f"<title>{escape(self._lanes[number])}</title>"
        short = self._lanes[number].replace("process ", "P").replace("thread ", "T")
        label = f'<text class="lane" x="{LEFT - 5}" y="{y + 9}">{short.replace(", ", " ")}</text>'
        return f"<g>{title}{label}{''.join(drawn)}</g>"

    def _segment(self, segment: Segment, y: float, height: float, row: int | None = None) -> str:
        return self._rect(CLASSES[segment.kind], segment.start, segment.end, y, height, row)

    def _rect(
        self, kind: str, start: float, end: float, y: float, height: float, row: int | None = None
    ) -> str:
        x = self._x(start)
        width = max(self._x(end) - x, NARROWEST)
        of_row = "" if row is None else f' data-of="{row}"'
        return (
            f'<rect class="{kind}"{of_row} x="{x:.1f}" y="{y:g}" width="{width:.1f}" '
            f'height="{height:g}"/>'
        )
