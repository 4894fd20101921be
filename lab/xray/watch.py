"""An application that does not come back: its line is told on stderr, and it is ended if possible.

A handler that blocks holds the thread that x-ray runs in; so another thread looks on. It tells the
line, and when x-ray's patience is at its end it has GivenUp raised there, by a signal that nobody
else uses. That needs the main thread, and code that runs Python or waits for the system.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any

from lab.sentinel.stack import is_of_user

TELL_AFTER = 10.0  # seconds of silence, then a line on stderr; before, where patience is shorter
LEAST = 1.0  # seconds of patience: a busy machine may hold any thread for a while
_ELSEWHERE = "code that is not yours"
_DRIVE = str(Path(__file__).with_name("drive.py"))  # outside of it no frame is the application's


class GivenUp(BaseException):
    """Raised in an application that was silent too long; no `except Exception` catches it."""

    def __init__(self) -> None:
        super().__init__("ended by x-ray: it was silent for as long as --timeout allows")


class Watch:
    """While its `with` lasts, this thread is looked after."""

    def __init__(self, patience: float) -> None:
        self._patience = max(patience, LEAST)  # seconds
        self._since = monotonic()
        self._watched = threading.get_ident()
        self._is_over = threading.Event()
        self._is_told = False
        self._before: set[threading.Thread] = set()
        self._replaced: Any = None  # the signal's handler
        self.is_idle: Callable[[], bool] = bool  # whether nothing of the application's runs
        self._thread = threading.Thread(target=self._look_on, name="x-ray's watch", daemon=True)

    def alive(self) -> None:
        """The application has done something that a client sees; or its loop has turned."""
        self._since = monotonic()

    @property
    def interval(self) -> float:
        """Seconds from one look to the next."""
        return min(TELL_AFTER, self._patience) / 20

    def __enter__(self) -> "Watch":
        self._before = set(threading.enumerate())
        self._can_raise = threading.current_thread() is threading.main_thread() and hasattr(
            signal, "pthread_kill"
        )
        if self._can_raise:
            self._replaced = signal.signal(signal.SIGVTALRM, self._end)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        if self._can_raise:
            signal.signal(signal.SIGVTALRM, self._replaced)
        for thread in set(threading.enumerate()) - self._before:
            if not thread.daemon and (line := _line_of(thread.ident)):
                _tell(f"a thread is still in {line}: Python can't end it, and waits for it")

    def _look_on(self) -> None:
        while not self._is_over.wait(self.interval):
            silent = monotonic() - self._since
            if silent >= min(TELL_AFTER, self._patience) and not self._is_told:
                self._is_told = True
                _tell(f"still in {_line_of(self._watched) or _ELSEWHERE}")
            if silent >= self._patience and self._can_raise:
                signal.pthread_kill(self._watched, signal.SIGVTALRM)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        """Raise in whatever runs; not once that has ended, or where it is no application's."""
        if self._is_over.is_set() or self.is_idle():
            return
        if monotonic() - self._since >= self._patience:
            self.alive()
            raise GivenUp


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _line_of(thread: int | None) -> str:
    """Where a thread is, in the innermost code that the user wrote; "" for in none."""
    frames = sys._current_frames()  # pyright: ignore[reportPrivateUsage]
    for frame in _outwards(frames.get(thread or 0)):
        if frame.f_code.co_filename == _DRIVE:
            break
        if is_of_user(frame.f_code.co_filename):
            name = f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}"
            return f"`{name}`, line {frame.f_lineno}"
    return ""


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
