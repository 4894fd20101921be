"""An event loop in 60 lines: one thread, and many tasks that take turns.

A task is a generator. It runs until it has to wait; then it yields for what, and the loop runs
others until the wait is over.
"""

import heapq
import itertools
import selectors
import socket
import time
from collections import deque
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True)
class Sleep:
    """A task yields this to wait for some time."""

    seconds: float


@dataclass(frozen=True)
class Readable:
    """A task yields this to wait until there is something to read, or a client to accept."""

    socket: socket.socket


Task = Generator[Sleep | Readable | None, None, None]  # None: the others have a turn


class Loop:
    """Who can go on, who sleeps, and who waits for a socket."""

    def __init__(self) -> None:
        self.ready: deque[Task] = deque()
        self.sleeping: list[tuple[float, int, Task]] = []  # a heap: who is due first is first
        self.selector = selectors.DefaultSelector()  # knows sockets, and who waits for each
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
        for key, _ in self.selector.select(self.patience()):
            self.selector.unregister(key.fileobj)
            self.ready.append(key.data)
        while self.sleeping and self.sleeping[0][0] <= time.monotonic():
            self.ready.append(heapq.heappop(self.sleeping)[2])
        for _ in range(len(self.ready)):
            task = self.ready.popleft()
            with suppress(StopIteration):  # it has returned, and nobody keeps it
                self.park(task, next(task))  # runs the task to its next `yield`

    def patience(self) -> float | None:
        """How many seconds nothing will happen but on sockets; None: as long as you like."""
        if self.ready:
            return 0
        return max(0, self.sleeping[0][0] - time.monotonic()) if self.sleeping else None

    def park(self, task: Task, wait: Sleep | Readable | None) -> None:
        """Keep a task where it is found again when its wait is over."""
        match wait:
            case Sleep(seconds):
                due = time.monotonic() + seconds
                heapq.heappush(self.sleeping, (due, next(self._numbers), task))
            case Readable(socket):
                self.selector.register(socket, selectors.EVENT_READ, task)
            case None:
                self.ready.append(task)
