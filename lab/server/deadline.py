"""One moment after which waiting is over: set, moved on by every read, and an end of it.

The seed of this server had three functions for that: one schedules, one cancels, one answers and
closes. A deadline is the three as one object, and works with any clock that has `time` and
`call_later`, so that a test lets five seconds pass at once.

Moving a timer at every read would cost more than the read. So the timer stays where it is: when it
fires too early, it is set again for what is left.
"""

from collections.abc import Callable
from typing import Any, Protocol


class Timer(Protocol):
    """What `call_later` returns."""

    def cancel(self) -> None:
        """Do not call."""
        ...

    def when(self) -> float:
        """The moment of the call, by the clock."""
        ...


class Clock(Protocol):
    """What is needed of an event loop here."""

    def time(self) -> float:
        """Seconds since some moment."""
        ...

    def call_later(self, delay: float, callback: Callable[..., Any], /) -> Timer:
        """Call it after so many seconds."""
        ...


class Deadline:
    """Calls `expired` unless it is moved on, or cancelled, in time."""

    def __init__(self, clock: Clock, expired: Callable[[], None], least_rate: float) -> None:
        self._clock = clock
        self._expired = expired
        self._least_rate = least_rate  # bytes a second
        self._seconds = 0.0  # for which it was set
        self._due: float | None = None
        self._timer: Timer | None = None

    @property
    def is_set(self) -> bool:
        """Whether something is awaited."""
        return self._due is not None

    def set(self, seconds: float) -> None:
        """From now on there are so many seconds."""
        self._seconds = seconds
        self._due = self._clock.time() + seconds
        if self._timer is not None and self._timer.when() > self._due:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._clock.call_later(seconds, self._fire)

    def extend(self, octets: int) -> None:
        """These bytes have come: they buy the time that they take at the least rate.

        Never more than the whole time from now on; and a byte buys so little that who drips bytes
        to hold a connection is cut in time, where a plain reset would wait for ever.
        """
        if self._due is not None:
            bought = self._due + octets / self._least_rate
            self._due = min(bought, self._clock.time() + self._seconds)

    def cancel(self) -> None:
        """Nothing is awaited any more. The timer finds that out by itself."""
        self._due = None

    def close(self) -> None:
        """Nothing will be awaited again: let go of the timer, which holds on to the connection."""
        self._due = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        if self._due is None:
            return
        left = self._due - self._clock.time()
        if left > 0:
            self._timer = self._clock.call_later(left, self._fire)
        else:
            self._due = None
            self._expired()
