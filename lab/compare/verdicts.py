"""What may be concluded: a sentence for each workload, and no winner where the ranges overlap."""

from lab.compare.results import Cell, Comparison
from lab.compare.settings import ENOUGH_ROUNDS
from lab.compare.spread import Spread
from lab.compare.words import counts, joined
from lab.compare.workloads import Workload
from lab.compare.yardsticks import Yardstick, yardstick

GENERATOR_IS_THE_LIMIT = 0.85  # share of its time that it computes
UNSTEADY = 2.0  # times: rounds that are so far apart say little about a server
LONGEST_LIST = 5  # servers in a sentence; the table has them all
Measured = tuple[str, Spread]  # a contender's name and its score


def verdict(comparison: Comparison, workload: Workload) -> str:
    """Which server did best on this workload, with the ranges that say so."""
    return _Verdict(comparison, workload).sentence()


def winner(comparison: Comparison, workload: Workload) -> str:
    """The name of the server that is clear of all others; "" when none is."""
    found = _Verdict(comparison, workload)
    return found.measured[0][0] if found.has_winner else ""


def notes(comparison: Comparison, workload: Workload) -> list[str]:
    """What a reader must know beside the verdict: what was left out, errors, our own limit."""
    cells = comparison.of(workload)
    found: list[str] = []
    for reason in dict.fromkeys(cell.left_out for cell in cells if cell.left_out):
        names = joined([cell.contender.name for cell in cells if cell.left_out == reason])
        found.append(f"{workload.name} is left out for {names}: {reason}.")
    for cell in cells:
        name = cell.contender.name
        if cell.errors:
            wrong = sum(cell.errors.values())
            found.append(
                f"{name}: {wrong:,} of {cell.requests:,} requests went wrong "
                f"({counts(cell.errors)}); they are not in its figures."
            )
        if cell.beside_errors:
            found.append(
                f"{name}: of the clients beside those measured some went wrong "
                f"({counts(cell.beside_errors)})."
            )
        if cell.generator_busy > GENERATOR_IS_THE_LIMIT:
            found.append(
                f"{name}: the load generator was computing {cell.generator_busy:.0%} of the time, "
                "so the server may be faster than shown."
            )
    return found + _unsteady(comparison, cells)


def _unsteady(comparison: Comparison, cells: list[Cell]) -> list[str]:
    """Whose rounds are far apart, where answers are counted: a time may well vary by itself."""
    times: dict[str, float] = {}
    for cell in cells:
        rate, counts_answers = cell.rate, yardstick(comparison, cell.workload).is_higher_better
        if counts_answers and rate and rate.low and rate.high / rate.low >= UNSTEADY:
            times[cell.contender.name] = rate.high / rate.low
    if not times:
        return []
    return [
        f"{joined(list(times))}: the best round has up to {max(times.values()):.2g} times the "
        "answers of the worst. Perhaps something else was at work on this machine: measure again, "
        "or longer (--duration)."
    ]


class _Verdict:
    """The scores of a workload, the best first, and what they allow to be said."""

    def __init__(self, comparison: Comparison, workload: Workload) -> None:
        self.by: Yardstick = yardstick(comparison, workload)
        cells = comparison.of(workload)
        self.measured: list[Measured] = [
            (cell.contender.name, score) for cell in cells if (score := self.by.score(cell))
        ]
        self.measured.sort(
            key=lambda item: -item[1].median if self.by.is_higher_better else item[1].median
        )
        self.silent = [
            cell.contender.name for cell in cells if cell.samples and not self.by.score(cell)
        ]
        self.rounds = min((len(cell.samples) for cell in cells if cell.samples), default=0)
        self.tied = [other for other in self.measured if not self._is_behind_the_best(other)]

    @property
    def has_winner(self) -> bool:
        """Whether one is clear of all others, in rounds enough to tell."""
        return len(self.measured) > 1 and len(self.tied) == 1 and self.rounds >= ENOUGH_ROUNDS

    def sentence(self) -> str:
        """The verdict."""
        if not self.measured and not self.silent:
            return "Not measured."
        silent = f" No good answer at all: {joined(self.silent)}." if self.silent else ""
        return (self._compared() + silent).strip()

    def _compared(self) -> str:
        if not self.measured:
            return ""
        if len(self.measured) == 1:
            only = self._with_range(self.measured[0])
            return f"Only {only}{self.by.unit}: there is nothing to compare it with."
        if self.rounds < ENOUGH_ROUNDS:
            are = "is" if self.rounds == 1 else "are"
            return (
                f"No winner is named: that takes {ENOUGH_ROUNDS} rounds, and there {are} "
                f"{self.rounds}. {self._list(self.measured)}{self.by.unit}."
            )
        return self._winner() if self.has_winner else self._tie()

    def _winner(self) -> str:
        (best, spread), *others = self.measured
        second, slower = others[0]
        if self.by.is_higher_better:
            did, compared = "answered the most", _times(spread.median, slower.median, "")
        else:
            did, compared = "answered soonest", _times(slower.median, spread.median, "sooner than ")
        compared = compared and f", {compared}{second}"
        return (
            f"{best} {did}{compared}: {self.by.with_range(spread)}{self.by.unit}. "
            f"Then {self._list(others)}."
        )

    def _tie(self) -> str:
        worse = "fewer" if self.by.is_higher_better else "slower"
        behind = [other for other in self.measured if other not in self.tied]
        clear = [o for o in behind if all(o[1].is_clear_of(tied[1]) for tied in self.tied)]
        unclear = [other for other in behind if other not in clear]
        names = joined([name for name, _ in self.tied])
        said = f"{names} are ahead, with no winner among them" if behind else "No winner"
        sentence = f"{said}: the ranges of {self._list(self.tied)}{self.by.unit} "
        sentence += "overlap." if self._overlap() else "are too near to each other."
        if unclear:
            sentence += f" Clearly {worse} than {self.measured[0][0]} only: {self._list(unclear)}."
        if clear:
            sentence += f" Clearly {worse}: {self._list(clear)}."
        return sentence

    def _overlap(self) -> bool:
        best = self.measured[0]
        return any(other[1].overlaps(best[1]) for other in self.tied if other is not best)

    def _is_behind_the_best(self, item: Measured) -> bool:
        best = self.measured[0]
        return item is not best and item[1].is_clear_of(best[1])

    def _list(self, measured: list[Measured]) -> str:
        named = [self._with_range(item) for item in measured[:LONGEST_LIST]]
        more = len(measured) - LONGEST_LIST
        return joined([*named, f"{more} more"] if more > 0 else named)

    def _with_range(self, item: Measured) -> str:
        return f"{item[0]} {self.by.with_range(item[1])}"


def _times(more: float, less: float, than: str) -> str:
    """How many times as much: "2 times ", then `than`; "" for less than a tenth more."""
    times = more / less if less else 0.0
    return f"{times:{'.2g' if times < 10 else ',.0f'}} times {than}" if times >= 1.1 else ""
