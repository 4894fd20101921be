"""What the load generator writes down: one row a request, nothing summed up and nothing dropped."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field

Row = tuple[float, float, float, float, int]  # due, sent, first, done in seconds; status


@dataclass(slots=True)
class Record:
    """Every request of one job, in columns. Times are whole microseconds since the job began."""

    due: list[int] = field(default_factory=list[int])  # when it should have been sent
    sent: list[int] = field(default_factory=list[int])
    first: list[int] = field(default_factory=list[int])  # the answer's first byte
    done: list[int] = field(default_factory=list[int])  # its last byte, or when it failed
    status: list[int] = field(default_factory=list[int])  # HTTP status; 0: no answer
    failures: dict[str, int] = field(default_factory=dict[str, int])  # why there was no answer
    opened: int = 0  # connections made
    number: list[int] = field(default_factory=list[int])  # of each request, as it was handed out
    began: float = 0.0  # when the job began, in seconds of this machine's monotonic clock
    beside: int = 0  # requests of those beside that were seen through
    beside_failures: dict[str, int] = field(default_factory=dict[str, int])  # and that were not
    busy: float = 0.0  # share of the job's time that the generator itself was computing, 0 to 1

    def latencies(self, since: str = "due") -> list[float]:
        """Seconds until the last byte of each good answer, counted from "due" or from "sent"."""
        begins = self.due if since == "due" else self.sent
        return [
            (done - begin) / 1e6
            for begin, done, status in zip(begins, self.done, self.status, strict=True)
            if is_good(status)
        ]

    def good(self, column: str) -> list[float]:
        """A column, "due" to "done", in seconds, of the good answers alone."""
        values: list[int] = getattr(self, column)
        return [
            value / 1e6
            for value, status in zip(values, self.status, strict=True)
            if is_good(status)
        ]

    @property
    def requests(self) -> int:
        """All that were due."""
        return len(self.due)

    @property
    def answered(self) -> int:
        """How many requests had a good answer."""
        return sum(map(is_good, self.status))

    @property
    def seconds(self) -> float:
        """From the job's beginning to the last good answer."""
        good = (
            done for done, status in zip(self.done, self.status, strict=True) if is_good(status)
        )
        return max(good, default=0) / 1e6

    @property
    def errors(self) -> dict[str, int]:
        """How many requests went wrong, by reason: no answer, or another status than 2xx."""
        counts = Counter(
            f"answered {status}" for status in self.status if status and not is_good(status)
        )
        return dict(counts + Counter(self.failures))

    def to_json(self) -> str:
        """One line of JSON, which `from_json` reads."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> "Record":
        """The record in a line of JSON."""
        return cls(**json.loads(line))

    @classmethod
    def from_rows(cls, rows: list[Row], began: float, failures: Counter[str]) -> "Record":
        """The columns of rows whose times are seconds of the generator's clock."""
        due, sent, first, done = ([round((row[i] - began) * 1e6) for row in rows] for i in range(4))
        status = [row[4] for row in rows]
        return cls(due, sent, first, done, status, dict(failures))


def is_good(status: int) -> bool:
    """Whether a status counts as an answer: 2xx."""
    return 200 <= status < 300
