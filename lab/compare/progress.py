"""What a run is doing and how long it will take: a bar in a terminal, lines of text elsewhere."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from lab.compare.measure import Watch

PAUSE = 15.0  # seconds between two lines where there is no terminal


@contextmanager
def progress(console: Console) -> Generator[Watch]:
    """A function that is told how far the run is, for the length of the block."""
    if console.is_terminal:
        with _bar(console) as bar:
            task = bar.add_task("", total=1.0, left="")

            def move(what: str, share: float, left: float | None) -> None:
                bar.update(task, description=what, completed=share, left=time_left(left))

            yield move
    else:
        yield _Lines(console).tell


def time_left(seconds: float | None) -> str:
    """The time in words, to 5 seconds: "about 2 min 10 s left"; "" for None, and for 0."""
    if not seconds:
        return ""
    rounded = max(5, round(seconds / 5) * 5)
    minutes, rest = divmod(rounded, 60)
    spoken = [f"{minutes} min"] * bool(minutes) + [f"{rest} s"] * bool(rest)
    return f"about {' '.join(spoken)} left"


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<40}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[left]}"),
        console=console,
        transient=True,
    )


class _Lines:
    """A line for each part that has a name before a colon, as a round, and one every 15 seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._round = ""  # of the last line
        self._next = 0.0  # when the next line is due

    def tell(self, what: str, share: float, left: float | None) -> None:
        round_ = what.partition(":")[0]
        if ":" not in what or (round_ == self._round and time.monotonic() < self._next):
            return
        self._round = round_
        self._next = time.monotonic() + PAUSE
        line = ", ".join(filter(None, [f"{share:4.0%}  {what}", time_left(left)]))
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)
