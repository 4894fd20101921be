"""What a comparison has found: samples in cells, a cell for each server and workload."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from lab.compare.contenders import Contender
from lab.compare.machine import Machine
from lab.compare.settings import Settings
from lab.compare.spread import Spread, percentile
from lab.compare.target import Target
from lab.compare.trace.tape import Tape
from lab.compare.words import joined
from lab.compare.workloads import Workload


class Moment(NamedTuple):
    """The requests that were due in one part of a stretch of load."""

    at: float  # seconds since the stretch began
    median: float  # seconds to a good answer
    longest: float


@dataclass(frozen=True, slots=True)
class Sample:
    """One stretch of load: a server, a workload, a round."""

    round: int  # from 1
    requests: int  # all that were due
    answered: int  # with a 2xx
    seconds: float  # from the first request to the last good answer
    latencies: list[float]  # seconds from due to the last byte, of the good answers, ordered
    since_sent: list[float]  # the same from when each was sent: what a stall hides in
    timeline: list[Moment]  # the latencies from due, over the time
    errors: dict[str, int]  # by reason
    beside_errors: dict[str, int]  # of the clients beside the measured ones
    cpu_seconds: float | None  # of the server, for all these requests
    memory_bytes: int | None  # of the server, after them
    generator_busy: float  # share of the time that the load generator was computing, 0 to 1

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class Cell:
    """All rounds of one workload on one server."""

    contender: Contender
    workload: Workload
    left_out: str = ""  # why it is not measured
    samples: list[Sample] = field(default_factory=list[Sample])

    @property
    def rate(self) -> Spread | None:
        """Good answers a second, over the rounds."""
        return Spread.of([sample.rate for sample in self.samples]) if self.samples else None

    @property
    def latencies(self) -> list[float]:
        """Seconds from due to answered, of all rounds, ordered."""
        return sorted(value for sample in self.samples for value in sample.latencies)

    def latency(self, percent: float, since: str = "due") -> Spread | None:
        """A percentile of the latency in each round, in seconds, from "due" or from "sent"."""
        rounds = [s.latencies if since == "due" else s.since_sent for s in self.samples]
        each = [percentile(latencies, percent) for latencies in rounds if latencies]
        return Spread.of(each) if each else None

    @property
    def requests(self) -> int:
        """Requests that were due, over all rounds."""
        return sum(sample.requests for sample in self.samples)

    @property
    def errors(self) -> dict[str, int]:
        """Requests without a good answer, by reason, over all rounds."""
        return _total(sample.errors for sample in self.samples)

    @property
    def beside_errors(self) -> dict[str, int]:
        """The same of the clients beside the measured ones."""
        return _total(sample.beside_errors for sample in self.samples)

    @property
    def cpu_per_request(self) -> float | None:
        """The server's processor seconds for each good answer, over all rounds.

        None where they are not known, were less than the system's clock can tell, or went into
        others' requests as well.
        """
        if self.workload.beside is not None:
            return None
        spent = sum(s.cpu_seconds for s in self.samples if s.cpu_seconds is not None)
        answered = sum(s.answered for s in self.samples if s.cpu_seconds is not None)
        return spent / answered if answered and spent > 0 else None

    @property
    def generator_busy(self) -> float:
        """How busy the load generator was, 0 to 1: near 1 it is the limit, not the server."""
        return Spread.of([s.generator_busy for s in self.samples]).median if self.samples else 0.0

    @property
    def memory(self) -> Spread | None:
        """The server's memory in bytes after each round."""
        known = [s.memory_bytes for s in self.samples if s.memory_bytes is not None]
        return Spread.of(known) if known else None


@dataclass(slots=True)
class Comparison:
    """A whole run, filled in as it goes, so that one cut short still has its results."""

    targets: list[Target]
    settings: Settings
    machine: Machine
    contenders: list[Contender]
    workloads: list[Workload]
    cells: list[Cell] = field(init=False)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    took: float = 0.0  # seconds
    tapes: list[Tape] = field(default_factory=list[Tape])  # of the traced pass
    variants: list[Tape] = field(default_factory=list[Tape])  # with one thing changed
    failures: dict[str, str] = field(default_factory=dict[str, str])  # why a contender dropped out
    cut_short: bool = False

    def __post_init__(self) -> None:
        self.cells = [Cell(c, w) for w in self.workloads for c in self.contenders]

    def cell(self, contender: str, workload: str) -> Cell:
        """The cell of a server and a workload, by their names."""
        return next(
            cell
            for cell in self.cells
            if (cell.contender.name, cell.workload.name) == (contender, workload)
        )

    @property
    def title(self) -> str:
        """What is compared, in a few words."""
        return joined([target.shown for target in self.targets])

    def of(self, workload: Workload) -> list[Cell]:
        """A workload's cells, in the contenders' order."""
        return [cell for cell in self.cells if cell.workload is workload]

    @property
    def measurable(self) -> list[Cell]:
        """The cells that are not left out."""
        return [cell for cell in self.cells if not cell.left_out]

    @property
    def is_whole(self) -> bool:
        """Whether every round is there of all that is measured."""
        return all(len(cell.samples) >= self.settings.rounds for cell in self.measurable)

    def is_left_out(self, workload: Workload) -> bool:
        """Whether no contender is measured on a workload."""
        return all(cell.left_out for cell in self.of(workload))


def _total(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)
