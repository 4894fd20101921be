"""From the rounds to figures: medians, the cost over the bare callable, and ratios of costs."""

from dataclasses import dataclass
from statistics import median, quantiles

from benchmarks.contenders import BARE
from benchmarks.in_process.measure import Timings


@dataclass(frozen=True)
class Figure:
    """One contender in one case, in microseconds a call."""

    median: float
    quarter: float  # a quarter of the rounds took less
    three_quarters: float  # a quarter of the rounds took more
    lowest: float
    highest: float
    cost: float  # the median less the bare callable's


Figures = dict[str, dict[str, Figure]]  # case -> contender -> figure


def figures_of(timings: Timings) -> Figures:
    """The figures of every case and contender that was timed."""
    figures: Figures = {}
    for (case, contender), rounds in timings.items():
        floor = median(timings[case, BARE])
        figures.setdefault(case, {})[contender] = _figure(rounds, floor)
    return figures


def ratio(figures: Figures, case: str, ours: str, theirs: str) -> float | None:
    """Our cost over bare, divided by theirs; None where one of the two was not timed."""
    row = figures.get(case, {})
    if ours not in row or theirs not in row or row[theirs].cost <= 0:
        return None
    return row[ours].cost / row[theirs].cost


def _figure(rounds: list[float], floor: float) -> Figure:
    quarter, middle, three_quarters = quantiles(rounds, n=4, method="inclusive")
    return Figure(
        median=middle,
        quarter=quarter,
        three_quarters=three_quarters,
        lowest=min(rounds),
        highest=max(rounds),
        cost=middle - floor,
    )
