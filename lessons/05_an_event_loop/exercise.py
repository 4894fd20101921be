"""An event loop with a third kind of wait: a task can wait for the end of another.

    python exercise.py      runs three tasks, and prints what happens in which order (before you
                            have written it nothing wakes them, and it runs until Ctrl-C)

All is there but for most of `run_once`. What is awaited by whom is in `ready`, `sleeping`,
`selector` and `waiting`; `park` has put it there.
"""

import heapq
import inspect
import itertools
import selectors
import socket
import time
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass


@dataclass(frozen=True)
class Sleep:
    """A task yields this to wait for some time."""

    seconds: float


@dataclass(frozen=True)
class Readable:
    """A task yields this to wait until there is something to read, or a client to accept."""

    socket: socket.socket


@dataclass(frozen=True)
class Ended:
    """A task yields this to wait until another has returned."""

    task: "Task"


Wait = Sleep | Readable | Ended | None  # None: the others have a turn
Task = Generator[Wait, None, None]


class Loop:
    """Who can go on, who sleeps, and who waits for a socket."""

    def __init__(self) -> None:
        self.ready: deque[Task] = deque()
        self.sleeping: list[tuple[float, int, Task]] = []  # a heap: who is due first is first
        self.selector = selectors.DefaultSelector()  # knows sockets, and who waits for each
        self.waiting: dict[Task, list[Task]] = {}  # for each task, who waits for its end
        self._numbers = itertools.count()  # tells apart who is due at the same time

    def start(self, task: Task) -> None:
        """From the next round on this task has its turns too."""
        self.ready.append(task)

    def run(self) -> None:
        """Go on until no task is left."""
        while self.ready or self.sleeping or self.selector.get_map():
            self.run_once()

    def run_once(self) -> None:
        """One round: wake whose wait is over, then give each one turn."""
        # Your turn: sockets, sleepers, the end of a task, and those who wait for it.
        for _ in range(len(self.ready)):
            task = self.ready.popleft()
            self.park(task, next(task))

    def patience(self) -> float | None:
        """How many seconds nothing will happen but on sockets; None: as long as you like."""
        if self.ready:
            return 0
        return max(0, self.sleeping[0][0] - time.monotonic()) if self.sleeping else None

    def park(self, task: Task, wait: Wait) -> None:
        """Keep a task where it is found again when its wait is over."""
        match wait:
            case Sleep(seconds):
                due = time.monotonic() + seconds
                heapq.heappush(self.sleeping, (due, next(self._numbers), task))
            case Readable(socket):
                self.selector.register(socket, selectors.EVENT_READ, task)
            case Ended(other) if inspect.getgeneratorstate(other) != inspect.GEN_CLOSED:
                self.waiting.setdefault(other, []).append(task)
            case _:
                self.ready.append(task)


def count(name: str, seconds: float) -> Task:
    """A task for a try: it counts to three, and sleeps before each number."""
    for number in (1, 2, 3):
        yield Sleep(seconds)
        print(name, number)


def last(loop: Loop, others: list[Task]) -> Task:
    """A task that starts others, and waits for the end of each."""
    for other in others:
        loop.start(other)
    for other in others:
        yield Ended(other)
    print("all have ended")


if __name__ == "__main__":
    loop = Loop()
    loop.start(last(loop, [count("quick", 0.1), count("slow", 0.25)]))
    loop.run()
