"""A clock that goes while somebody waits for a number of looks, a tick for each.

How fast the machine is makes no difference.
"""

import threading

from lab.sentinel.clocks import Times


class Clock:
    """What a thread gets of the processors is told by a test."""

    def __init__(self):
        self.time = 0.0  # seconds
        self.late = 0  # ticks by which each look is late
        self.busy_share = 0.0  # of the time on a processor
        self.starved_share = 0.0  # and ready for one
        self.knows_times = True
        self._counts = {"looks": 0, "idle rests": 0}
        self._waiting = []  # (what is counted, up to what, the event that is set then)
        self._has_looked = False  # at a slice, since the last rest
        self._lock = threading.Lock()

    def now(self):
        return self.time

    def rest(self, seconds):
        with self._lock:
            is_idle, self._has_looked = not self._has_looked, False
            counted = "idle rests" if is_idle else "looks"
            if any(what == counted for what, _, _ in self._waiting):
                self.time += seconds * (1 + self.late)
            if is_idle:
                self._count("idle rests")
        threading.Event().wait(0.0001)  # so that others may run

    def times(self, thread):
        with self._lock:
            self._has_looked = True
            self._count("looks")
        if not self.knows_times:
            return None
        return Times(self.time * self.busy_share, self.time * self.starved_share)

    def _count(self, name):
        self._counts[name] += 1
        for waiting in list(self._waiting):
            what, target, event = waiting
            if self._counts[what] >= target:
                self._waiting.remove(waiting)
                event.set()

    def after_looks(self, number):
        """An event: the watchdog has looked so many times at a slice, from now on."""
        return self._after("looks", number)

    def after_idle_rests(self, number):
        """An event: so many times there was no slice for the watchdog to look at."""
        return self._after("idle rests", number)

    def _after(self, name, number):
        event = threading.Event()
        with self._lock:
            self._waiting.append((name, self._counts[name] + number, event))
        return event
