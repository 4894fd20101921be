"""The same few requests once more, with one thing changed: how the handler waits, how many work.

A picture of `await` says more beside one of `time.sleep`, and one worker beside four. Both are
recorded as the rest is, on real servers: nothing here is computed from something else.
"""

from dataclasses import replace

from lab.compare.contenders import Contender
from lab.compare.results import Comparison
from lab.compare.workloads import Workload

VARIED = "wait"  # the workload that is recorded in other ways too
SLEEPS = ("/sleep", "/blocked")  # where a module waits with time.sleep, if it does
WORKERS = 4


def varied(comparison: Comparison, contender: Contender) -> Workload | None:
    """The workload that is recorded in other ways too; None where it is not measured."""
    cells = (cell for cell in comparison.measurable if cell.contender is contender)
    return next((cell.workload for cell in cells if cell.workload.name == VARIED), None)


def sleeping(workload: Workload, path: str) -> Workload:
    """The workload, asked of the handler that calls time.sleep."""
    return replace(workload, path=path)


def with_more_workers(contender: Contender) -> Contender | None:
    """The contender with four processes; None for one that has several, or can't have them."""
    words = list(contender.arguments)
    if contender.workers != 1 or "--workers" not in words:
        return None
    words[words.index("--workers") + 1] = str(WORKERS)
    return replace(contender, arguments=tuple(words), workers=WORKERS)
