"""Exercise 18: a tester that does not look away while the server stands still.

`measured` sends its next request when the last one is answered. While the server stands still it
sends nothing, so nothing is slow. Mend it: request number n is due n / rate seconds after the
beginning, whatever the server does, and its time counts from then.
"""

import time
import urllib.request
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """The two functions of the module `time` that are needed; the check has a clock of its own."""

    def monotonic(self) -> float:
        """Now, in seconds."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Wait; raises ValueError for less than 0 seconds."""


def measured(ask: Callable[[], object], clock: Clock, rate: float, count: int) -> list[float]:
    """Seconds that each of `count` requests took, of which `rate` a second are due.

    `ask()` sends a request and returns when it is answered. A request that can't be sent when it is
    due, for the one before it is not answered yet, is sent as soon as it can be.
    """
    times = list[float]()
    for _ in range(count):
        # Your turn: when is this request due? It is not sent before, and its time counts from then.
        sent = clock.monotonic()
        ask()
        times.append(clock.monotonic() - sent)
        clock.sleep(1 / rate)
    return times


def percentile(times: list[float], percent: float) -> float:
    """The time within which so many percent of the requests were answered."""
    in_order = sorted(times)
    place = round(len(in_order) * percent / 100) - 1
    return in_order[max(0, place)]


def get_hello() -> None:
    """One request to a server on port 8000."""
    with urllib.request.urlopen("http://127.0.0.1:8000/hello") as answer:
        answer.read()


if __name__ == "__main__":
    found = measured(get_hello, time, rate=100, count=300)
    print(f"p50 {percentile(found, 50):.4f} s, p99 {percentile(found, 99):.4f} s")
