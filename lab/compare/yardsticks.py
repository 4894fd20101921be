"""What a workload is judged by: answers a second, or the time to an answer."""

from collections.abc import Callable
from dataclasses import dataclass

from lab.compare import words
from lab.compare.results import Cell, Comparison, Sample
from lab.compare.spread import Spread, percentile
from lab.compare.workloads import Workload


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A figure of each round, and how it is read."""

    title: str
    unit: str  # what follows the figures in a sentence
    is_higher_better: bool
    of: Callable[[Sample], float | None]
    said: Callable[[float], str]

    def score(self, cell: Cell) -> Spread | None:
        """The figure over the rounds; None where no round has it."""
        figures = [figure for sample in cell.samples if (figure := self.of(sample)) is not None]
        return Spread.of(figures) if figures else None

    def with_range(self, spread: Spread) -> str:
        """A median with its range: "420 (410 to 430)", "2.1 ms (2 ms to 2.4 ms)"; "420" for one."""
        return words.with_range(spread, self.said)


def _of_percentile(percent: float) -> Callable[[Sample], float | None]:
    return lambda sample: percentile(sample.latencies, percent) if sample.latencies else None


RATE = Yardstick("Answers a second", " requests a second", True, lambda s: s.rate, words.rate)
HALF = Yardstick(
    "Half answered within", " for half of them", False, _of_percentile(50), words.seconds
)
NEARLY_ALL = Yardstick(
    "99 in 100 answered within", " for 99 in 100 of them", False, _of_percentile(99), words.seconds
)


def yardstick(comparison: Comparison, workload: Workload) -> Yardstick:
    """What judges a workload in this comparison.

    On a schedule every server that keeps up answers the same number, so there the time counts: of
    nearly all where the schedule is the measurement, and of half where others are what disturbs.
    """
    if workload.beside is not None:
        return HALF
    return NEARLY_ALL if comparison.settings.rate or workload.rate else RATE
