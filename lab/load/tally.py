"""What a stretch of load has shown where only sums are kept: locust's results.

Locust rounds each time to a millisecond, from 100 ms on to two digits, and counts how often each
came. So there are percentiles, but not when each request was sent.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """One stretch of load; the names are those of a `Record`."""

    answered: int = 0  # with a 2xx
    seconds: float = 0.0  # from the first request to the last good answer
    times: list[float] = field(default_factory=list[float])  # seconds, of the good answers
    errors: dict[str, int] = field(default_factory=dict[str, int])  # by reason
    beside_failures: dict[str, int] = field(default_factory=dict[str, int])  # there is nobody
    busy: float = 0.0  # share of its time that the busiest worker was computing, 0 to 1

    @property
    def requests(self) -> int:
        """All that were sent."""
        return self.answered + sum(self.errors.values())

    def latencies(self, since: str = "sent") -> list[float]:  # noqa: ARG002 - as a Record's
        """Seconds from sent to the last byte of each good answer: there is no due time."""
        return self.times

    @classmethod
    def from_locust(cls, text: str, path: str, busy: Iterable[str]) -> "Tally":
        """The tally in what `locust --json-file` writes, of a `locustfile`.

        `busy` has what its workers said of themselves. The entry named `path` has the good answers;
        each other one is a way of going wrong.
        """
        tally = cls(busy=max(map(float, busy), default=0.0))
        for entry in json.loads(text):
            if entry["name"] != path:
                count = tally.errors.get(entry["name"], 0)
                tally.errors[entry["name"]] = count + entry["num_requests"]
                continue
            tally.answered = entry["num_requests"]
            tally.seconds = entry["last_request_timestamp"] - entry["start_time"]
            for milliseconds, count in entry["response_times"].items():
                tally.times += [float(milliseconds) / 1000] * count
        tally.times.sort()
        return tally
