"""A thread that looks, every millisecond, at what the threads of its process are doing.

For each that works for a request it notes the source line and how far the thread's own processor
clock has moved: it computed for so long, and else it only waited. The line is the innermost of the
user's own files.
"""

import asyncio
import os
import sys
import threading
import time
from contextvars import Context, ContextVar
from pathlib import Path
from types import FrameType
from typing import Any

import asgi_adapter
import core
import lab
import wsgi_adapter
from lab.compare.trace.life import PERIOD, Life, Look

OURS = tuple(str(Path(m.__file__ or "").parent) for m in (asgi_adapter, core, lab, wsgi_adapter))
NOT_THE_USERS = ("site-packages", "dist-packages", "<frozen", "<string>")
STANDARD_LIBRARY = str(Path(threading.__file__).parent)
OUTERMOST = 12  # frames of a thread that are searched for its request


class Watchdog(threading.Thread):
    """Looks at all threads as long as there are lives."""

    def __init__(self, current: "ContextVar[Life | None]") -> None:
        super().__init__(name="tandem watchdog", daemon=True)
        self.lives: set[Life] = set()
        self._current = current
        self._looks = 0
        self._clocks: dict[int, float] = {}  # processor seconds of each thread at the last look

    def enter(self, life: Life) -> None:
        """This thread is the request's own, until `leave`."""
        life.enter_thread()

    def leave(self, life: Life) -> None:
        """The thread is free again."""
        life.leave_thread()

    def run(self) -> None:
        """Look, and sleep a little."""
        while True:
            time.sleep(PERIOD)
            if self.lives:
                self.look()

    def look(self) -> None:
        """Note what every thread that works for a request is doing."""
        now = time.monotonic()
        self._looks += 1
        main = threading.main_thread().ident  # its native id is stale after a fork
        system = {thread.ident: thread.native_id or 0 for thread in threading.enumerate()}
        working = {life.runs: life for life in list(self.lives) if life.runs is not None}
        for ident, frame in sys._current_frames().items():  # pyright: ignore[reportPrivateUsage]
            if ident == self.ident:
                continue
            life = working.get(ident) or self._life_of(frame)
            if life is not None:
                line = user_line(frame) or awaited_line(frame)
                native = os.getpid() if ident == main else system.get(ident, 0)
                computed = self._computed(native)
                life.seen.append(Look(now, self._looks, ident, computed, line))

    def _computed(self, native_id: int) -> float:
        """Seconds of processor time that a thread has had since it was seen last; 0 at first."""
        try:
            clock = time.clock_gettime(thread_clock(native_id))
        except OSError:  # the thread has just ended
            return 0.0
        before = self._clocks.get(native_id, clock)
        self._clocks[native_id] = clock
        return clock - before

    def _life_of(self, frame: FrameType) -> Life | None:
        """The request for which a thread of a pool works: the one in whose context it runs."""
        for outer in list(_outwards(frame))[-OUTERMOST:]:
            for context in filter(None, map(_context_in, list(outer.f_locals.values()))):
                life = context.get(self._current)
                if life is not None and life in self.lives:
                    return life
        return None


def _context_in(value: Any) -> Context | None:
    """The context in which a pool's thread runs a job, if a variable of its frames leads to it."""
    job = getattr(getattr(value, "fn", None), "func", None)  # asyncio.to_thread: `context.run`
    for found in (value, getattr(value, "_context", None), getattr(job, "__self__", None)):
        if isinstance(found, Context):  # a variable of anyio's; of our own pool's job
            return found
    return None


def thread_clock(native_id: int) -> int:
    """The processor clock of a thread, by the system's own number for it (Linux).

    It is what `time.pthread_getcpuclockid` gives, which must not be asked about a thread that may
    just have ended; to read the clock of one that has is an OSError.
    """
    return (~native_id << 3) | 6


def user_line(frame: FrameType) -> str:
    """Where a thread is, "tasks.py:120 wait": the innermost frame of the user's own files."""
    return next(filter(None, map(_line_of, _outwards(frame))), "")


def awaited_line(frame: FrameType) -> str:
    """Where the coroutine stands for which a thread runs a loop of its own; "" without one."""
    for outer in _outwards(frame):
        if isinstance(loop := outer.f_locals.get("self"), asyncio.BaseEventLoop):
            for task in asyncio.all_tasks(loop):
                if line := _line_of_coroutine(task.get_coro()):
                    return line
    return ""


def _line_of_coroutine(coroutine: Any) -> str:
    """The innermost line of the user's in a chain of coroutines that await each other."""
    found = ""
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "ag_frame", None)
        found = (_line_of(frame) if frame else "") or found
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "ag_await", None)
    return found


def _line_of(frame: FrameType) -> str:
    name = frame.f_code.co_filename
    if name.startswith((*OURS, STANDARD_LIBRARY)) or any(no in name for no in NOT_THE_USERS):
        return ""
    return f"{Path(name).name}:{frame.f_lineno} {frame.f_code.co_name}"


def _outwards(frame: FrameType) -> list[FrameType]:
    found: list[FrameType] = []
    inner: FrameType | None = frame
    while inner is not None:
        found.append(inner)
        inner = inner.f_back
    return found
