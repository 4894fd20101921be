"""The thread that looks at slices that take long, and how long is known for certain.

    loop      |---- slice ------------------------------------|   told here, with its length
    watchdog        look   look   look   look   look   look

What counts is the time that the loop's thread was on a processor since the last look; or, if that
is more, the time that has passed, but of that never more than one tick: where the watchdog itself
came late, because the machine was busy or another thread had the GIL, nobody can tell what the loop
would have done meanwhile. What its thread waited for a processor is taken off too. So what is told
has happened, and a hold that is barely as long as the threshold may be missed.
"""

import os
import sys
import threading
from collections.abc import Callable
from threading import get_ident

from lab.sentinel.clocks import Clock
from lab.sentinel.held import Held
from lab.sentinel.slices import Look, Slice
from lab.sentinel.stack import seen

_LOOKS = 10  # in the time of the threshold
_IDLE = 1.0  # seconds without a request until the thread ends
_STILL = 20  # thresholds after which a slice is told of before it is over


class Watchdog:
    """Watches the slices of all loops on which an application runs.

    `tell` is called with each hold of over `threshold` seconds: by the loop's own thread when it is
    over, by the watchdog's where it goes on and on.
    """

    def __init__(self, threshold: float, tell: Callable[[Held], None], clock: Clock) -> None:
        self.threshold = threshold
        self.tick = threshold / _LOOKS
        self.running: dict[int, Slice] = {}  # by thread
        self._tell = tell
        self._clock = clock
        self._requests = 0  # that are under way
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._pid = os.getpid()

    # In the loop's thread.

    def enter(self) -> None:
        """A request has come: watch."""
        with self._wake:
            self._requests += 1
            if self._thread is None or self._pid != os.getpid():  # a fork copies no threads
                self._pid = os.getpid()
                self._thread = threading.Thread(target=self._watch, name="sentinel", daemon=True)
                self._thread.start()
            self._wake.notify()

    def leave(self) -> None:
        """A request is over."""
        with self._wake:
            self._requests -= 1

    def begin(self, request: str) -> Slice | None:
        """A slice begins; gives the one around it, for `end`."""
        thread = get_ident()
        outer = self.running.get(thread)
        self.running[thread] = Slice(request, self._clock.now())
        return outer

    def end(self, outer: Slice | None) -> None:
        """The slice is over: if it was a hold, tell of it."""
        thread = get_ident()
        ended = self.running[thread]
        if outer is None:
            del self.running[thread]
        else:
            self.running[thread] = outer
        if ended.seconds >= self.threshold and not ended.is_told:
            self._report(ended, is_over=True)

    # In the watchdog's.

    def _watch(self) -> None:
        while self._is_wanted():
            self._clock.rest(self.tick)
            self.look()

    def _is_wanted(self) -> bool:
        """Wait for a request; False where none came, and the thread ends."""
        with self._wake:
            if not self._requests:
                self._wake.wait_for(lambda: self._requests, _IDLE)
            if not self._requests:
                self._thread = None
            return self._thread is not None

    def look(self) -> None:
        """See what every loop is doing that is in the same slice as at the last look."""
        for thread, running in list(self.running.items()):
            look = Look(self._clock.now(), self._clock.times(running.native))
            if running.last is not None:
                self._credit(running, running.last, look, thread)
            running.last = look

    def _credit(self, running: Slice, last: Look, look: Look, thread: int) -> None:
        """Add to a slice what is certain of the time since the last look."""
        frame = sys._current_frames().get(thread)  # pyright: ignore[reportPrivateUsage]
        found = None if frame is None else seen(frame)
        del frame
        if self.running.get(thread) is not running:
            return  # over, or in a slice inside it: what was seen may be another's
        certain = min(look.at - last.at, self.tick)
        if last.times is not None and look.times is not None:
            busy = look.times.busy - last.times.busy
            running.busy = (running.busy or 0.0) + busy
            certain = max(busy, certain - (look.times.starved - last.times.starved))
        running.seconds += certain
        running.seen[found] += 1
        if running.seconds >= self.threshold * _STILL and not running.is_told:
            self._report(running, is_over=False)

    def _report(self, running: Slice, *, is_over: bool) -> None:
        """Tell of a slice, unless most of it went into an import."""
        running.is_told = True
        [(found, _)] = running.seen.most_common(1)
        if found is not None:
            share = None if running.busy is None else running.busy / running.seconds
            seconds = self._clock.now() - running.began
            self._tell(Held(running.request, found.place, found.handler, seconds, share, is_over))
