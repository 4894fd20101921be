"""A page over the lesson: as many lines as fit, and keys to go on and back in it."""

from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.text import Text


class Pager:
    """Something to read; `key` moves in it, and says whether it stays open."""

    def __init__(
        self, title: str, content: RenderableType, asks: str = "", passes: str = ""
    ) -> None:
        self.passes = passes  # keys that do what they do without it, too
        self.title = title
        self._content = content
        self.asks = asks  # shown below, in place of how to go back
        self._top = 0
        self._last_top = 0
        self._step = 1

    def draw(self, console: Console) -> None:
        """Print what fits."""
        height = max(3, console.height - 3)  # without title, foot, and the cursor's line
        lines = console.render_lines(self._content, pad=False)
        self._step, self._last_top = height - 1, max(0, len(lines) - height)
        self._top = min(self._top, self._last_top)
        console.print(Text(self.title, style="bold reverse"), no_wrap=True, overflow="ellipsis")
        for line in lines[self._top : self._top + height]:
            console.print(_Line(line))
        console.print(Text(self._foot(), style="dim"), no_wrap=True, overflow="ellipsis", end="")

    def key(self, name: str) -> bool:
        """Take a key; whether the page stays."""
        moves = {
            "on": self._step,
            "down": 1,
            "j": 1,
            "enter": 1,
            "back": -self._step,
            "b": -self._step,
            "up": -1,
            "k": -1,
            "g": -self._last_top,
            "G": self._last_top,
        }
        if name not in moves or not self._last_top:
            return False
        self._top = min(max(0, self._top + moves[name]), self._last_top)
        return True

    def _foot(self) -> str:
        if not self._last_top:
            return self.asks or "any key goes back"
        share = 100 * self._top // self._last_top
        return f"{share} %  Space on, b back, arrows; {self.asks or 'any other key goes back'}"


class _Line:
    """A line that is rendered already."""

    def __init__(self, segments: list[Segment]) -> None:
        self._segments = segments

    def __rich_console__(self, _console: Console, _options: object) -> list[Segment]:
        return [*self._segments, Segment.line()]
