"""How far a long step is: a bar with the time that is left in a terminal, lines elsewhere."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

PAUSE = 15.0  # seconds between two lines where there is no terminal


@contextmanager
def progress(console: Console, about: str, total: int) -> Generator[Callable[[], None]]:
    """A function that is called after each of `total` parts of a step."""
    if console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(about, total=total)
            yield lambda: bar.advance(task)
    else:
        yield _Lines(console, about, total).advance


class _Lines:
    """A line now and then, for a log."""

    def __init__(self, console: Console, about: str, total: int) -> None:
        self._console = console
        self._about = about
        self._total = total
        self._done = 0
        self._last = monotonic()

    def advance(self) -> None:
        """One part more is done."""
        self._done += 1
        if monotonic() - self._last >= PAUSE:
            self._last = monotonic()
            self._console.print(f"[dim]{self._about}: {self._done} of {self._total}[/]")
