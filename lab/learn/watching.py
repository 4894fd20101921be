"""The watch mode on a real terminal: keys, saves and verdicts come in, screens go out.

One loop in the main thread waits for all of them. Two threads bring what it can't wait for: one
waits for saves, one for the judge; each leaves what came in a queue and rings the bell.
"""

import queue
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.text import Text

from lab.learn.checking import Checking
from lab.learn.course import Lesson
from lab.learn.desk import Desk
from lab.learn.experiments import run_command
from lab.learn.keyboard import Keyboard
from lab.learn.saves import saves
from lab.learn.watch import Outside, Watch
from lab.run.bell import Bell, rung_by_signals

TICK = 1.0  # seconds; a signal that comes just before the wait is heard after it


def watch(desk: Desk, console: Console, *, poll: bool = False, limit: float | None = None) -> None:
    """Watch until `q`, Ctrl-C, or a signal that ends us; the terminal is as it was then."""
    with rung_by_signals() as bell, Keyboard(sys.stdin.fileno()) as keyboard:
        watching = _Watching(desk, console, bell, keyboard, limit)
        with _signals_of_a_terminal(watching.redraw), watching.looking(desk.folder, poll):
            watching.run()
    console.print()


class _Watching:
    """The loop, and what the watch mode has done outside of it."""

    def __init__(
        self, desk: Desk, console: Console, bell: Bell, keyboard: Keyboard, limit: float | None
    ) -> None:
        self._desk = desk
        self._console = console
        self._bell = bell
        self._keyboard = keyboard
        self._news: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        outside = Outside(self._check, self._run_command, self._browse)
        self._watch = Watch(desk, console, outside)
        self._checking = Checking(desk, self._tell, self._watch.heard, limit)

    def run(self) -> None:
        """Until it is over."""
        try:
            self._watch.begin()
            self._watch.draw()
            while not (self._watch.is_over or self._bell.stops):
                self._bell.wait(TICK, self._keyboard.descriptor)
                self._take_in()
        finally:
            self._checking.drop()

    def redraw(self) -> None:
        """The terminal has another size, or is ours again."""
        self._tell(self._keyboard.take)

    @contextmanager
    def looking(self, folder: Path, poll: bool) -> Generator[None]:
        """Take in what is saved, for the length of the block."""
        stopping = threading.Event()
        noticed = saves(folder, stopping, poll=poll)  # from now on

        def look() -> None:
            for paths in noticed:
                self._tell(partial(self._watch.saved, paths))

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()

    def _take_in(self) -> None:
        is_changed = False
        if self._keyboard.has_keys():
            for name in self._keyboard.read():
                self._watch.key(name)
            is_changed = True
        while not self._news.empty():
            self._news.get()()
            is_changed = True
        if is_changed and not self._watch.is_over:
            self._watch.draw()

    def _tell(self, news: Callable[[], None]) -> None:
        self._news.put(news)
        self._bell.ring()

    def _check(self, lesson: Lesson) -> None:
        self._checking.begin(lesson)

    def _run_command(self, command: str, folder: Path) -> int:
        with self._keyboard.lent():
            self._console.clear()
            self._console.print(Text(f"$ {command}\n", style="bold"))
            return run_command(command, folder)

    def _browse(self, address: str) -> bool:
        with self._keyboard.lent():  # it may be a browser for terminals
            return webbrowser.open(address)


@contextmanager
def _signals_of_a_terminal(redraw: Callable[[], None]) -> Generator[None]:
    """Draw again when the window has another size, and after Ctrl-Z and `fg`."""

    def again(_number: int, _frame: FrameType | None) -> None:
        redraw()

    before = {it: signal.signal(it, again) for it in (signal.SIGWINCH, signal.SIGCONT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
