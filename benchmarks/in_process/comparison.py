"""What is compared: each comparison has its contenders, its cases, and the goals of Tandem."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any

from benchmarks.cases import Case
from benchmarks.contenders import Row


@dataclass(frozen=True)
class Comparison:
    """Some contenders in some cases, timed in turn."""

    name: str  # in results.json
    title: str  # of its tables
    world: type[Any]
    rows: tuple[Row, ...]  # the bare callable first
    cases: tuple[Case, ...]
    divisor: int = 1  # a block has so many times fewer calls than the plan says
    waits: bool = False  # for threads, so that real time counts; else processor time does
    goals: Mapping[str, float] = field(default_factory=dict)  # peer -> the ratio aimed at

    @property
    def unit(self) -> str:
        """What the figures are microseconds of."""
        return "chunk" if self.cases[0].chunks else "call"

    @property
    def clock(self) -> Callable[[], float]:
        """The clock that its blocks are timed by."""
        return perf_counter if self.waits else process_time

    @property
    def clock_name(self) -> str:
        """What that clock counts."""
        return "real time" if self.waits else "processor time"
