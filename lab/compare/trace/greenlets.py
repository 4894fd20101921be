"""Requests under gevent: greenlet itself tells at every switch which of them goes on.

A gevent worker has one thread of the system, and its requests take turns on it, as coroutines do on
a loop. So they are recorded like those: in slices, from one switch to the next. Whoever computes
for long holds all others here too.
"""

import sys
from importlib import import_module
from time import monotonic
from types import FrameType
from typing import Any

from lab.compare.trace.life import PERIOD, Life, Look
from lab.compare.trace.watchdog import user_line


def is_patched() -> bool:
    """Whether gevent has put greenlets in the place of this process's threads."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("threading"))


class GreenletWatch:
    """What a `Watchdog` is for threads: knows who runs, and looks at what line."""

    def __init__(self) -> None:
        monkey, greenlet = import_module("gevent.monkey"), import_module("greenlet")
        self.lives: set[Life] = set()
        self._of: dict[Any, Life] = {}  # by greenlet
        self._running: Life | None = None
        self._current = greenlet.getcurrent
        self._sleep, self._start = (
            monkey.get_original(module, name)
            for module, name in (("time", "sleep"), ("_thread", "start_new_thread"))
        )
        self._thread: int = monkey.get_original("_thread", "get_ident")()
        self._before = greenlet.gettrace()
        greenlet.settrace(self._switched)  # of this thread, the only one that serves

    def start(self) -> None:
        """Look from a real thread: a greenlet would never see another at work."""
        self._start(self._look_on, ())

    def enter(self, life: Life) -> None:
        """This greenlet is the request's own, until `leave`."""
        life.lane = str(self._thread)
        self._of[self._current()] = life
        self._go_on(life)

    def leave(self, life: Life) -> None:
        """The greenlet has done with it."""
        self._of.pop(self._current(), None)
        self._pause(life)

    def look(self) -> None:
        """Note the line of the request that runs, if one does."""
        life = self._running
        frame: FrameType | None = sys._current_frames().get(self._thread)  # pyright: ignore[reportPrivateUsage]
        if life is not None and frame is not None:
            life.seen.append(Look(monotonic(), 0, self._thread, PERIOD, user_line(frame)))

    def _look_on(self) -> None:
        while True:
            self._sleep(PERIOD)
            if self.lives:
                self.look()

    def _switched(self, event: str, between: tuple[Any, Any]) -> None:
        """Called by greenlet, at "switch" and "throw", with who leaves and who goes on."""
        if self._before is not None:
            self._before(event, between)
        leaving, coming = (self._of.get(greenlet) for greenlet in between)
        if leaving is not None:
            self._pause(leaving)
        if coming is not None:
            self._go_on(coming)

    def _go_on(self, life: Life) -> None:
        life.enter_loop()
        self._running = life

    def _pause(self, life: Life) -> None:
        self._running = None
        life.leave_loop()
