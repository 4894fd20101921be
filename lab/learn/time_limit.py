"""The time that a check may take, and the learner's line that was reached when it was over.

SIGALRM comes to the main thread, also while it sleeps or waits: there every thread's frames and
every task's coroutines can be seen. What can't be interrupted (one very long step in C) is ended by
faulthandler a little later, which writes its own lines between the events.
"""

import asyncio
import faulthandler
import gc
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import AsyncGeneratorType, CoroutineType, FrameType, GeneratorType
from typing import Any

from lab.learn.mistakes import is_learners

LATER = 0.5  # seconds from the signal to faulthandler
ENDED = 1  # the exit code

WAITING = frozenset({"join", "result", "shutdown", "run_forever"})  # for threads, futures, tasks

Line = tuple[str, int]  # a file's path, and the number of a line


def limited(
    seconds: float, say: Callable[..., None], descriptor: int, folder: Path, check: Path
) -> None:
    """Have this process end after so many seconds, with an event "timeout"; 0 for no limit."""
    if not seconds:
        return

    def over(_number: int, frame: FrameType | None) -> None:
        reached = where(frame, lambda file: is_learners(file, folder, check))
        file, line = reached or ("", 0)
        say("timeout", seconds=seconds, file=file and os.path.relpath(file, folder), line=line)
        os._exit(ENDED)

    signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    faulthandler.dump_traceback_later(seconds + LATER, exit=True, file=descriptor)


def where(main: FrameType | None, is_ours: Callable[[str], bool]) -> Line | None:
    """The learner's line that holds everything up, as far as can be told.

    It is that of the main thread, unless the main thread waits for others: for a thread to end,
    say, or in an event loop. Then it is that of a thread or a task, where there is one.
    """
    ours = _innermost(_frames(main), is_ours)
    if ours and not _waits_for_others(main, is_ours):
        return ours
    threads = [
        _innermost(_frames(frame), is_ours)
        for ident, frame in sys._current_frames().items()  # pyright: ignore[reportPrivateUsage]
        if ident != threading.main_thread().ident
    ]
    tasks = [_innermost(_waiting(task.get_coro()), is_ours) for task in _tasks()]
    return next(filter(None, (*threads, *tasks)), ours)


def _waits_for_others(frame: FrameType | None, is_ours: Callable[[str], bool]) -> bool:
    """Whether the learner's innermost line has called what ends when somebody else has."""
    while frame is not None and not is_ours(frame.f_code.co_filename):
        if frame.f_code.co_name in WAITING:
            return True
        frame = frame.f_back
    return False


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    """The innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _innermost(frames: Iterable[FrameType], is_ours: Callable[[str], bool]) -> Line | None:
    for frame in frames:
        if is_ours(frame.f_code.co_filename):
            return frame.f_code.co_filename, frame.f_lineno
    return None


def _tasks() -> list[asyncio.Task[Any]]:
    """Those of every loop that wait; the youngest first, for an older one may wait for it."""
    # by its type: what a weak proxy stands for may be gone, and `isinstance` would ask it
    tasks = [it for it in gc.get_objects() if issubclass(type(it), asyncio.Task)]
    found = [task for task in tasks if not task.done()]
    return sorted(found, key=_number, reverse=True)


def _number(task: asyncio.Task[Any]) -> int:
    """That of its name, "Task-12"."""
    found = re.search(r"\d+$", task.get_name())
    return int(found[0]) if found else 0


def _waiting(coroutine: Any) -> list[FrameType]:
    """The frames of a coroutine, and of what it awaits; the innermost first."""
    found: list[FrameType] = []
    awaited = coroutine
    while awaited is not None:
        kind = _KINDS.get(type(awaited))
        if kind is not None:
            frame, awaited = (getattr(awaited, name) for name in kind)
            if frame is not None:
                found.insert(0, frame)
        else:  # what `async for` waits for, say, which tells only the collector what it is of
            inner = [it for it in gc.get_referents(awaited) if type(it) in _KINDS]
            awaited = inner[0] if inner else None
    return found


_KINDS: dict[type, tuple[str, str]] = {  # where each has its frame, and what it awaits
    CoroutineType: ("cr_frame", "cr_await"),
    GeneratorType: ("gi_frame", "gi_yieldfrom"),
    AsyncGeneratorType: ("ag_frame", "ag_await"),
}
