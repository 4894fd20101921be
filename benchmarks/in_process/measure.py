"""The timing: many short rounds, everyone in each of them, in an order that is shuffled anew."""

import gc
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import sleep
from typing import Any

from benchmarks.cases import Case
from benchmarks.contenders import Contender

SETTLE = 0.001  # seconds, in which the threads of the one before end what they still do

# (case, contender) -> of each round the microseconds a call, or a chunk where a case has chunks
Timings = dict[tuple[str, str], list[float]]


@dataclass(frozen=True)
class Plan:
    """How much is timed."""

    rounds: int
    calls: int  # in one block, that is for one contender, in one case, in one round

    def share(self, divisor: int) -> "Plan":
        """The same with fewer calls, for what takes longer."""
        return replace(self, calls=max(1, self.calls // divisor))


FULL = Plan(rounds=31, calls=300)
QUICK = Plan(rounds=7, calls=100)


def measure(
    world: Any,
    contenders: Sequence[Contender],
    cases: Sequence[Case],
    plan: Plan,
    advance: Callable[[], object] = lambda: None,
) -> Timings:
    """The microseconds of every round; `advance` is called after each. Round 0 warms up only."""
    timings: Timings = {}
    _settle_garbage()
    for number in range(plan.rounds + 1):
        for case in cases:
            calls = plan.share(case.divisor).calls
            for contender in _shuffled(contenders, case):
                sleep(SETTLE)
                gc.collect(0)  # nobody pays for what the one before left behind
                taken = world.block(contender.app(case), case, calls)
                if number > 0:
                    each = taken / (case.chunks or 1)
                    timings.setdefault((case.name, contender.name), []).append(each)
        advance()
    return timings


def _settle_garbage() -> None:
    """Move all that was built out of the collector's sight.

    Collection stays on, as on a server, so each contender pays for the cycles of its own calls,
    but not for walking through the objects of all the others.
    """
    gc.collect()
    gc.freeze()


def _shuffled(contenders: Sequence[Contender], case: Case) -> list[Contender]:
    right = [contender for contender in contenders if case.name not in contender.faults]
    return random.sample(right, len(right))
