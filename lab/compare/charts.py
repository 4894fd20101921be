"""The charts of the report, as SVG: bars with a whisker, latency curves, latency over time.

All are 360 units wide, so that they are drawn about one to one in a column of the page and on a
phone. Colours are classes (`c0`, `c1` ...), which the page's style sheet fills for light and dark;
the curves also differ in their dashes, for readers who don't see the difference in colour. No line
has more than some forty points, so there is no need for a library that draws dense ones.
"""

import math
from html import escape

from lab.compare import words
from lab.compare.results import Cell, Moment
from lab.compare.spread import curve
from lab.compare.yardsticks import Yardstick

WIDTH = 360
ROW = 46  # height of one bar with its text
LEFT, RIGHT, TOP, BOTTOM = 46, 20, 10, 36  # margins around the curves
HEIGHT = 230
PLOT = WIDTH - LEFT - RIGHT
COLOURS = 6
PERCENT_TICKS = (50, 90, 99, 99.9, 99.99)
TIME_TICKS = [step * 10.0**power for power in range(-6, 3) for step in (1, 2, 5)]  # seconds

Point = tuple[float, float]


def bars(cells: list[Cell], by: Yardstick, label: str) -> str:
    """What judges a workload: a bar to the median, a whisker from lowest to highest round."""
    scores = [by.score(cell) for cell in cells]
    longest = max((score.high for score in scores if score), default=0) or 1
    rows = [_bar(cell, by, number, longest) for number, cell in enumerate(cells)]
    return _svg(len(cells) * ROW, label, _bars_in_words(cells, by), "".join(rows))


def curves(cells: list[Cell], label: str) -> str:
    """Latency by percentile, both axes logarithmic; "" when nothing was answered."""
    lines = [[p for p in curve(cell.latencies) if p[0] < 100] for cell in cells]
    values = [seconds for line in lines for _, seconds in line if seconds > 0]
    if not values:
        return ""
    axes = _Axes(max(percent for line in lines for percent, _ in line), min(values), max(values))
    drawn = "".join(
        _line([axes.at(*point) for point in line], number) for number, line in enumerate(lines)
    )
    return _svg(HEIGHT, label, _curves_in_words(cells), axes.drawn() + drawn)


def timelines(cells: list[Cell], label: str) -> str:
    """The slowest answers over the time of a round, that with the worst of all; "" for none."""
    rounds = [_worst_round(cell) for cell in cells]
    values = [moment.longest for moments in rounds for moment in moments if moment.longest > 0]
    if not values:
        return ""
    scale = _Scale(min(values), max(values))
    width = max(moment.at for moments in rounds for moment in moments) or 1.0
    drawn = [scale.drawn()]
    for number, moments in enumerate(rounds):
        points = [(LEFT + m.at / width * PLOT, scale.height(m.longest)) for m in moments]
        drawn.append(_line(points, number))
    foot = HEIGHT - BOTTOM + 15
    drawn.append(_text(LEFT, foot, "0 s", "tick middle"))
    drawn.append(_text(WIDTH - RIGHT, foot, words.seconds(width), "tick middle"))
    drawn.append(_text(LEFT + PLOT / 2, HEIGHT - 4, "when the request was due", "tick middle"))
    described = "; ".join(
        f"{cell.contender.name} at most {words.seconds(max(m.longest for m in moments))}"
        for cell, moments in zip(cells, rounds, strict=True)
        if moments
    )
    return _svg(HEIGHT, label, described, "".join(drawn))


def _worst_round(cell: Cell) -> list[Moment]:
    rounds = [sample.timeline for sample in cell.samples if sample.timeline]
    return max(rounds, key=lambda moments: max(m.longest for m in moments), default=[])


def swatch(number: int) -> str:
    """The short line that stands for a contender in a legend."""
    return (
        '<svg class="swatch" width="26" height="10" aria-hidden="true">'
        f'<path class="curve c{number % COLOURS}" d="M1 5H25"/></svg>'
    )


def _svg(height: float, label: str, description: str, content: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(f"{label}: {description}")}">{content}</svg>'
    )


def _text(x: float, y: float, content: str, classes: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{classes}">{escape(content)}</text>'


def _bar(cell: Cell, by: Yardstick, number: int, longest: float) -> str:
    top = number * ROW
    name = _text(0, top + 13, cell.contender.name)
    score = by.score(cell)
    if score is None:
        why = "left out" if cell.left_out else "no answer" if cell.samples else "not measured"
        return name + _text(WIDTH, top + 13, why, "end")
    low, middle, high = (
        value / longest * (WIDTH - 2) for value in (score.low, score.median, score.high)
    )
    y = top + 29
    return (
        name + f'<text x="{WIDTH}" y="{top + 13}" class="end"><tspan class="strong">'
        f"{by.said(score.median)}</tspan> "
        f'<tspan class="quiet">{by.said(score.low)} to {by.said(score.high)}</tspan>'
        "</text>"
        f'<rect class="track" x="0" y="{y - 8}" width="{WIDTH}" height="16" rx="3"/>'
        f'<rect class="bar c{number % COLOURS}" x="0" y="{y - 8}" width="{max(middle, 1.5):.1f}" '
        'height="16" rx="3"/>'
        f'<path class="whisker" d="M{low:.1f} {y}H{high:.1f}M{low:.1f} {y - 5}v10'
        f'M{high:.1f} {y - 5}v10"/>'
    )


class _Scale:
    """The axis of times, logarithmic, from the tick below the fastest to that above the slowest."""

    def __init__(self, fastest: float, slowest: float) -> None:
        below = [tick for tick in TIME_TICKS if tick <= fastest]
        above = [tick for tick in TIME_TICKS if tick >= slowest]
        self.bottom = below[-1] if below else fastest / 2
        self._top = above[0] if above and above[0] > self.bottom else slowest * 2
        inside = [tick for tick in TIME_TICKS if self.bottom <= tick <= self._top]
        decades = [tick for tick in inside if math.log10(tick) % 1 in (0.0, 1.0)]
        self._ticks = inside if len(inside) <= 5 else decades

    def height(self, seconds: float) -> float:
        """Where a time lies in the chart, from its top."""
        share = math.log(max(seconds, self.bottom) / self.bottom)
        share /= math.log(self._top / self.bottom)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def drawn(self) -> str:
        """Its ticks, with their lines across the chart."""
        parts: list[str] = []
        for seconds in self._ticks:
            y = self.height(seconds)
            parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            parts.append(_text(LEFT - 6, y + 4, words.seconds(seconds), "tick end"))
        return "".join(parts)


class _Axes:
    """Where a percentile and a time lie in the chart of the curves."""

    def __init__(self, finest: float, fastest: float, slowest: float) -> None:
        self._widest = _tail(finest) or 1.0
        self._percents = [p for p in PERCENT_TICKS if p <= finest]
        self._scale = _Scale(fastest, slowest)

    def at(self, percent: float, seconds: float) -> Point:
        """A point of the chart."""
        return LEFT + _tail(percent) / self._widest * PLOT, self._scale.height(seconds)

    def drawn(self) -> str:
        """The grid with its labels."""
        parts: list[str] = []
        for percent in self._percents:
            x, y = self.at(percent, self._scale.bottom)
            parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{y:.1f}"/>')
            parts.append(_text(x, y + 15, f"{percent:g}%", "tick middle"))
        parts.append(self._scale.drawn())
        middle = (LEFT + WIDTH - RIGHT) / 2
        parts.append(_text(middle, HEIGHT - 4, "share of requests answered within", "tick middle"))
        return "".join(parts)


def _tail(percent: float) -> float:
    """How many nines: 0 for 0 %, 1 for 90 %, 2 for 99 %, so that the slow tail has room."""
    return -math.log10(1 - percent / 100)


def _line(points: list[Point], number: int) -> str:
    if not points:
        return ""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="curve c{number % COLOURS}" d="M{path}"/>'


def _bars_in_words(cells: list[Cell], by: Yardstick) -> str:
    return "; ".join(
        f"{cell.contender.name} {by.with_range(score) if score else 'not measured'}"
        for cell in cells
        for score in [by.score(cell)]
    )


def _curves_in_words(cells: list[Cell]) -> str:
    parts: list[str] = []
    for cell in cells:
        p50, p99 = cell.latency(50), cell.latency(99)
        if p50 and p99:
            parts.append(
                f"{cell.contender.name} half within {words.seconds(p50.median)}, "
                f"99 % within {words.seconds(p99.median)}"
            )
    return "; ".join(parts)
