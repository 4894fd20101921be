"""What a comparison has found: samples in cells, a cell for each server and workload."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lab.compare.contenders import Contender
from lab.compare.machine import Machine
from lab.compare.settings import Settings
from lab.compare.spread import Spread, percentile
from lab.compare.target import Target
from lab.compare.workloads import Workload


@dataclass(frozen=True, slots=True)
class Sample:
    """One stretch of load: a server, a workload, a round."""

    round: int  # from 1
    requests: int  # all that were due
    answered: int  # with a 2xx
    seconds: float  # from the first request to the last good answer
    latencies: list[float]  # seconds from due to the last byte, of the good answers, ordered
    errors: dict[str, int]  # by reason
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

    def latency(self, percent: float) -> Spread | None:
        """A percentile of the latency in each round, in seconds, over the rounds."""
        each = [percentile(s.latencies, percent) for s in self.samples if s.latencies]
        return Spread.of(each) if each else None

    @property
    def requests(self) -> int:
        """Requests that were due, over all rounds."""
        return sum(sample.requests for sample in self.samples)

    @property
    def errors(self) -> dict[str, int]:
        """Requests without a good answer, by reason, over all rounds."""
        total: Counter[str] = Counter()
        for sample in self.samples:
            total.update(sample.errors)
        return dict(total)

    @property
    def cpu_per_request(self) -> float | None:
        """The server's processor seconds for each good answer, over all rounds.

        None where they are not known, or were less than the system's clock can tell.
        """
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

    target: Target
    settings: Settings
    machine: Machine
    contenders: list[Contender]
    workloads: list[Workload]
    cells: list[Cell] = field(init=False)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    took: float = 0.0  # seconds
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

    def of(self, workload: Workload) -> list[Cell]:
        """A workload's cells, in the contenders' order."""
        return [cell for cell in self.cells if cell.workload is workload]

    @property
    def measurable(self) -> list[Cell]:
        """The cells that are not left out."""
        return [cell for cell in self.cells if not cell.left_out]
