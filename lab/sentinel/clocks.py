"""Time as the sentinel takes it: by the clock, and what a thread got of the processors.

A machine that is busy makes everything slow, and no handler is to blame. Linux tells how long a
thread has run, and how long it was ready to and had no processor: the first two fields, in
nanoseconds, of a task's `schedstat` (the kernel's Documentation/scheduler/sched-stats).
"""

import os
import time
from typing import NamedTuple, Protocol


class Times(NamedTuple):
    """What a thread has got, in seconds since it began."""

    busy: float  # on a processor
    starved: float  # ready, and without one


class Clock(Protocol):
    """Where the time comes from; tests have one of their own."""

    def now(self) -> float:
        """Seconds, from some moment on."""
        ...

    def rest(self, seconds: float) -> None:
        """Let so much time pass."""
        ...

    def times(self, thread: int) -> Times | None:
        """What the thread with this number of the system's has got; None where nobody knows."""
        ...


class RealClock:
    """The machine's."""

    def now(self) -> float:
        """Seconds that no change of the clock moves."""
        return time.perf_counter()

    def rest(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def times(self, thread: int) -> Times | None:
        """As Linux tells it; other systems don't."""
        try:
            with open(f"/proc/{os.getpid()}/task/{thread}/schedstat", "rb") as file:
                busy, starved, _ = file.read().split()
        except (OSError, ValueError):
            return None
        return Times(int(busy) / 1e9, int(starved) / 1e9)
