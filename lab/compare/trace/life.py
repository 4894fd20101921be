"""One request inside a server, as it goes: where it ran, and what was seen of it.

Its segments are exact on a loop: from one `send()` of its coroutine to the next. In a thread they
come from looks, a millisecond apart or as far as others hold the interpreter's lock: the thread's
own processor clock says how much of the time between two looks it computed.
"""

import threading
import time
from collections import Counter
from itertools import pairwise
from typing import Any, NamedTuple

PERIOD = 0.001  # seconds between two looks
LONG = 0.010  # seconds: a slice of the loop that others feel
LEAST = PERIOD / 10  # seconds of computing that are worth telling


class Look(NamedTuple):
    """What was seen of a thread that works for a request."""

    at: float
    number: int  # of the look: who is seen in two that follow each other was there in between
    thread: int
    computed: float  # seconds of processor time since the thread was seen last
    line: str  # of the source


class Life:
    """One request inside a server, as it goes."""

    def __init__(self, number: int, path: str, pid: int) -> None:
        self.number = number  # 0: a client beside the measured ones
        self.path = path
        self.pid = pid
        self.began = self.ended = 0.0  # seconds of the machine's monotonic clock
        self.computed = 0  # nanoseconds of processor time, of the thread in which it began
        self.lane = str(threading.get_ident())
        self.thread = threading.current_thread().name
        self.on_loop = False
        self.runs: int | None = None  # the thread that works for it at this moment
        self.slices: list[tuple[float, float]] = []  # on the loop
        self.seen: list[Look] = []
        self._since = 0.0

    def enter_thread(self) -> None:
        """This thread is the request's own, until `leave_thread`."""
        self.runs = threading.get_ident()

    def leave_thread(self) -> None:
        """The thread is free again."""
        self.runs = None

    def enter_loop(self) -> None:
        """A slice of the loop begins."""
        self.on_loop = True
        self.runs = threading.get_ident()
        self._since = time.monotonic()

    def leave_loop(self) -> None:
        """The slice is over: the loop may do something else."""
        self.slices.append((self._since, time.monotonic()))
        self.runs = None

    def told(self) -> dict[str, Any]:
        """What is written down: times in seconds, segments as [start, end, kind, lane, line].

        The kinds: "run" computes; "wait" holds a thread and computes nothing; "hold" is a slice of
        the loop that was longer than 10 ms.
        """
        return {
            "number": self.number,
            "path": self.path,
            "pid": self.pid,
            "lane": self.lane,
            "thread": self.thread,
            "loop": self.on_loop,
            "began": self.began,
            "ended": self.ended,
            "computed": self.computed / 1e9,
            "segments": self._loop_segments() + self._thread_segments(),
        }

    def _loop_segments(self) -> list[list[Any]]:
        return [
            [start, end, "hold" if end - start > LONG else "run", self.lane, self._line(start, end)]
            for start, end in self.slices
        ]

    def _line(self, start: float, end: float) -> str:
        lines = [look.line for look in self.seen if start <= look.at <= end and look.line]
        return Counter(lines).most_common(1)[0][0] if lines else ""

    def _thread_segments(self) -> list[list[Any]]:
        """What was seen in threads, neighbours of one kind joined."""
        found: list[list[Any]] = []
        before: dict[int, Look] = {}  # by thread
        for look in self.seen:
            if self.on_loop and self._is_in_a_slice(look.at):
                continue
            for segment in self._until(look, before.get(look.thread)):
                _add(found, segment)
            before[look.thread] = look
        if not self.on_loop:
            found = self._filled(found)
        return found

    def _until(self, look: Look, before: Look | None) -> list[list[Any]]:
        """What a thread did until this look: it waited, and then computed for as long as it did.

        Which of them was first is not known, and matters little at this length.
        """
        start = max(self.began, look.at - max(PERIOD, look.computed))
        if before:
            follows = look.number - before.number == 1
            start = before.at if follows else max(start, before.at)
        turn = max(start, look.at - look.computed)
        if turn - start < LEAST:
            turn = start
        if look.at - turn < LEAST:
            turn = look.at
        parts = (start, turn, "wait"), (turn, look.at, "run")
        return [[*part, str(look.thread), look.line] for part in parts if part[1] > part[0]]

    def _filled(self, found: list[list[Any]]) -> list[list[Any]]:
        """A thread's segments without gaps: it was the request's own from end to end."""
        if not found:
            return [[self.began, self.ended, "run", self.lane, ""]]
        for earlier, later in pairwise(found):
            earlier[1] = later[0]
        found[0][0], found[-1][1] = self.began, self.ended
        return found

    def _is_in_a_slice(self, at: float) -> bool:
        return any(start <= at <= end for start, end in self.slices)


def _add(found: list[list[Any]], segment: list[Any]) -> None:
    """Join it to the last of its thread where that is of the same kind and place, and near."""
    last = next((it for it in reversed(found) if it[3] == segment[3]), None)
    if last and last[2:] == segment[2:] and segment[0] - last[1] < 10 * PERIOD:
        last[1] = segment[1]
    else:
        found.append(segment)
