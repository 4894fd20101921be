"""The charts of the report, as SVG: bars with a whisker for the range, and latency curves.

Both are 360 units wide, so that they are drawn about one to one in a column of the page and on a
phone. Colours are classes (`c0`, `c1` ...), which the page's style sheet fills for light and dark;
the curves also differ in their dashes, for readers who don't see the difference in colour.
"""

import math
from html import escape

from lab.compare import words
from lab.compare.results import Cell
from lab.compare.spread import curve

WIDTH = 360
ROW = 46  # height of one bar with its text
LEFT, RIGHT, TOP, BOTTOM = 46, 20, 10, 36  # margins around the curves
HEIGHT = 230
PERCENT_TICKS = (50, 90, 99, 99.9, 99.99)
TIME_TICKS = [step * 10.0**power for power in range(-6, 3) for step in (1, 2, 5)]  # seconds

Point = tuple[float, float]


def bars(cells: list[Cell], label: str) -> str:
    """Good answers a second: a bar to the median, a whisker from lowest to highest round."""
    longest = max((cell.rate.high for cell in cells if cell.rate), default=0) or 1
    rows = [_bar(cell, number, longest) for number, cell in enumerate(cells)]
    return _svg(len(cells) * ROW, label, _bars_in_words(cells), "".join(rows))


def curves(cells: list[Cell], label: str) -> str:
    """Latency by percentile, both axes logarithmic; "" when nothing was answered."""
    lines = [[p for p in curve(cell.latencies) if p[0] < 100] for cell in cells]
    values = [seconds for line in lines for _, seconds in line if seconds > 0]
    if not values:
        return ""
    axes = _Axes(max(percent for line in lines for percent, _ in line), min(values), max(values))
    drawn = "".join(_curve(axes, line, number) for number, line in enumerate(lines) if line)
    return _svg(HEIGHT, label, _curves_in_words(cells), axes.drawn() + drawn)


def swatch(number: int) -> str:
    """The short line that stands for a contender in a legend."""
    return (
        '<svg class="swatch" width="26" height="10" aria-hidden="true">'
        f'<path class="curve c{number}" d="M1 5H25"/></svg>'
    )


def _svg(height: float, label: str, description: str, content: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(f"{label}: {description}")}">{content}</svg>'
    )


def _text(x: float, y: float, content: str, classes: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{classes}">{escape(content)}</text>'


def _bar(cell: Cell, number: int, longest: float) -> str:
    top = number * ROW
    name = _text(0, top + 13, cell.contender.name)
    if cell.rate is None:
        return name + _text(WIDTH, top + 13, "left out" if cell.left_out else "not measured", "end")
    low, middle, high = (
        value / longest * (WIDTH - 2) for value in (cell.rate.low, cell.rate.median, cell.rate.high)
    )
    y = top + 29
    return (
        name + f'<text x="{WIDTH}" y="{top + 13}" class="end"><tspan class="strong">'
        f"{words.rate(cell.rate.median)}</tspan> "
        f'<tspan class="quiet">{words.rate(cell.rate.low)} to {words.rate(cell.rate.high)}</tspan>'
        "</text>"
        f'<rect class="track" x="0" y="{y - 8}" width="{WIDTH}" height="16" rx="3"/>'
        f'<rect class="bar c{number}" x="0" y="{y - 8}" width="{max(middle, 1.5):.1f}" '
        'height="16" rx="3"/>'
        f'<path class="whisker" d="M{low:.1f} {y}H{high:.1f}M{low:.1f} {y - 5}v10'
        f'M{high:.1f} {y - 5}v10"/>'
    )


class _Axes:
    """Where a percentile and a time lie in the chart of the curves."""

    def __init__(self, finest: float, fastest: float, slowest: float) -> None:
        self._widest = _tail(finest) or 1.0
        self._percents = [p for p in PERCENT_TICKS if p <= finest]
        below = [tick for tick in TIME_TICKS if tick <= fastest]
        above = [tick for tick in TIME_TICKS if tick >= slowest]
        self._bottom = below[-1] if below else fastest / 2
        self._top = above[0] if above and above[0] > self._bottom else slowest * 2
        inside = [tick for tick in TIME_TICKS if self._bottom <= tick <= self._top]
        decades = [tick for tick in inside if math.log10(tick) % 1 in (0.0, 1.0)]
        self._times = inside if len(inside) <= 5 else decades

    def at(self, percent: float, seconds: float) -> Point:
        """A point of the chart."""
        x = _tail(percent) / self._widest
        y = math.log(max(seconds, self._bottom) / self._bottom) / math.log(self._top / self._bottom)
        return LEFT + x * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM)

    def drawn(self) -> str:
        """The grid with its labels."""
        parts: list[str] = []
        for percent in self._percents:
            x, y = self.at(percent, self._bottom)
            parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{y:.1f}"/>')
            parts.append(_text(x, y + 15, f"{percent:g}%", "tick middle"))
        for seconds in self._times:
            x, y = self.at(0, seconds)
            parts.append(f'<path class="grid" d="M{x:.1f} {y:.1f}H{WIDTH - RIGHT}"/>')
            parts.append(_text(x - 6, y + 4, words.seconds(seconds), "tick end"))
        middle = (LEFT + WIDTH - RIGHT) / 2
        parts.append(_text(middle, HEIGHT - 4, "share of requests answered within", "tick middle"))
        return "".join(parts)


def _tail(percent: float) -> float:
    """How many nines: 0 for 0 %, 1 for 90 %, 2 for 99 %, so that the slow tail has room."""
    return -math.log10(1 - percent / 100)


def _curve(axes: _Axes, line: list[Point], number: int) -> str:
    points = (axes.at(*point) for point in line)
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="curve c{number}" d="M{path}"/>'


def _bars_in_words(cells: list[Cell]) -> str:
    return "; ".join(
        f"{cell.contender.name} {words.rate_range(cell.rate) if cell.rate else 'not measured'}"
        for cell in cells
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
