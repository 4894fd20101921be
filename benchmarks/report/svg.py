"""The few elements that the chart is drawn of (SVG 1.1), and its colours, light and dark."""

from xml.sax.saxutils import escape, quoteattr

STYLE = """
svg { --ground: #ffffff; --text: #1f2937; --dim: #6b7280; --grid: #e5e7eb; --tandem: #c2410c;
  --bare: #9ca3af; --one: #2563eb; --two: #15803d; --good: #15803d; --bad: #b91c1c;
  font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px }
@media (prefers-color-scheme: dark) {
svg { --ground: #0f172a; --text: #e5e7eb; --dim: #9ca3af; --grid: #334155; --tandem: #fb923c;
  --bare: #64748b; --one: #60a5fa; --two: #4ade80; --good: #4ade80; --bad: #f87171 } }
.ground { fill: var(--ground) } .text { fill: var(--text) } .dim { fill: var(--dim) }
.good { fill: var(--good) } .bad { fill: var(--bad) } .bold { font-weight: 600 }
.big, .head { fill: var(--text) }
.big { font-size: 20px; font-weight: 600 } .head { font-size: 14px; font-weight: 600 }
.small { font-size: 10.5px }
.fill-tandem { fill: var(--tandem) } .fill-bare { fill: var(--bare) }
.fill-one { fill: var(--one) } .fill-two { fill: var(--two) }
.peer { fill: var(--ground); stroke: var(--dim); stroke-width: 1.3 }
.grid { stroke: var(--grid); stroke-width: 1 }
.bare { stroke: var(--bare); stroke-dasharray: 4 3 } .tandem { stroke: var(--tandem) }
.one { stroke: var(--one) } .two { stroke: var(--two) } .whisker { stroke: var(--text) }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round }
"""


class Drawing:
    """Elements in the order in which they are painted."""

    def __init__(self, left: float = 0) -> None:
        self._left = left  # of all that is drawn, points from the edge
        self._elements: list[str] = []

    def text(
        self, x: float, y: float, text: str, kind: str = "text", anchor: str = "start"
    ) -> None:
        """A line of text whose baseline is at y."""
        self._add("text", text, x=x, y=y, kind=kind, text_anchor=anchor)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> None:
        """A straight line."""
        self._add("line", None, x1=x1, y1=y1, x2=x2, y2=y2, kind=kind)

    def dot(self, x: float, y: float, radius: float, kind: str, about: str) -> None:
        """A dot, which says what it is when it is pointed at."""
        self._add("circle", None, about, cx=x, cy=y, r=radius, kind=kind)

    def bar(self, x: float, y: float, width: float, height: float, kind: str, about: str) -> None:
        """A filled rectangle, which says what it is when it is pointed at."""
        self._add("rect", None, about, x=x, y=y, width=width, height=height, rx=2, kind=kind)

    def curve(self, points: list[tuple[float, float]], kind: str) -> None:
        """A line through points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._add("polyline", None, points=path, kind=f"curve {kind}")

    def document(self, width: int, height: float, about: str) -> str:
        """The whole as an SVG document."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" '
            f'width="{width}" height="{height:.0f}" role="img" aria-label={quoteattr(about)}>'
        )
        ground = '<rect class="ground" width="100%" height="100%"/>'
        body = "\n".join([f'<g transform="translate({self._left:g} 0)">', *self._elements, "</g>"])
        return f"{head}\n<style>{STYLE}</style>\n{ground}\n{body}\n</svg>\n"

    def _add(
        self, name: str, text: str | None, about: str = "", *, kind: str, **attributes: float | str
    ) -> None:
        parts = [f"<{name} class={quoteattr(kind)}"]
        for key, value in attributes.items():
            told = value if isinstance(value, str) else f"{value:.1f}"
            parts.append(f"{key.replace('_', '-')}={quoteattr(told)}")
        inside = f"<title>{escape(about)}</title>" if about else escape(text or "")
        self._elements.append(f"{' '.join(parts)}>{inside}</{name}>")
