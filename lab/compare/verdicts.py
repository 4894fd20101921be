"""What may be concluded: a sentence for each workload, and no winner where the ranges overlap."""

from lab.compare.results import Comparison
from lab.compare.spread import Spread
from lab.compare.words import counts, joined, rate_range
from lab.compare.workloads import Workload

GENERATOR_IS_THE_LIMIT = 0.85  # share of its time that it computes
Measured = tuple[str, Spread]  # a contender's name and its rate


def verdict(comparison: Comparison, workload: Workload) -> str:
    """Which server answered most on this workload, with the ranges that say so."""
    measured = [
        (cell.contender.name, cell.rate)
        for cell in comparison.of(workload)
        if cell.rate is not None
    ]
    measured.sort(key=lambda item: -item[1].median)
    if not measured:
        return "Not measured."
    if len(measured) == 1:
        return f"Only {_with_range(measured[0])} was measured: there is nothing to compare it with."
    if any(len(cell.samples) == 1 for cell in comparison.of(workload)):
        return f"No winner is named: one round shows no range. {_list(measured)}."
    tied = [other for other in measured if other[1].overlaps(measured[0][1])]
    return _winner(measured) if len(tied) == 1 else _tie(measured, tied)


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
                f"({counts(cell.errors)}); they are not in its rate."
            )
        if cell.generator_busy > GENERATOR_IS_THE_LIMIT:
            found.append(
                f"{name}: the load generator was computing {cell.generator_busy:.0%} of the time, "
                "so the server may be faster than shown."
            )
    return found


def _winner(measured: list[Measured]) -> str:
    (best, spread), *others = measured
    second, slower = others[0]
    times = spread.median / slower.median if slower.median else 0.0
    compared = f", {times:{'.2g' if times < 10 else ',.0f'}} times {second}" if times >= 1.1 else ""
    return (
        f"{best} answered the most{compared}: {rate_range(spread)} requests a second. "
        f"Then {_list(others)}."
    )


def _tie(measured: list[Measured], tied: list[Measured]) -> str:
    behind = [other for other in measured if other not in tied]
    clear = [other for other in behind if not any(other[1].overlaps(t[1]) for t in tied)]
    unclear = [other for other in behind if other not in clear]
    sentence = f"No winner: the ranges of {_list(tied)} requests a second overlap."
    if unclear:
        sentence += f" Clearly fewer than {measured[0][0]} only: {_list(unclear)}."
    if clear:
        sentence += f" Clearly fewer: {_list(clear)}."
    return sentence


def _list(measured: list[Measured]) -> str:
    return joined([_with_range(item) for item in measured])


def _with_range(item: Measured) -> str:
    return f"{item[0]} {rate_range(item[1])}"
