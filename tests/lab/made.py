"""Comparisons with made-up figures, for tests of what is said about them."""

from dataclasses import replace

from lab.compare.contenders import default_contenders
from lab.compare.machine import Machine
from lab.compare.results import Comparison, Moment, Sample
from lab.compare.settings import QUICK
from lab.compare.target import Target
from lab.compare.workloads import WORKLOADS

SAMPLE = Sample(
    round=1,
    requests=100,
    answered=100,
    seconds=1.0,
    latencies=[number / 1000 for number in range(1, 101)],
    since_sent=[number / 2000 for number in range(1, 101)],
    timeline=[Moment(0.1, 0.02, 0.1), Moment(0.3, 0.03, 0.09)],
    errors={},
    beside_errors={},
    cpu_seconds=0.5,
    memory_bytes=25_000_000,
    generator_busy=0.2,
)


def five(low: int, high: int) -> list[int]:
    """Five rounds from `low` to `high`, whose median lies in the middle."""
    return [low, low, (low + high) // 2, high, high]


def comparison(*rates: list[int], module: str = "shop") -> Comparison:
    """A comparison whose contenders had these good answers a second, round by round, on hello."""
    machine = Machine("A processor", 2, "Linux", {"python": "3.11", "gunicorn": "23"})
    target = Target(module)
    made = Comparison([target], QUICK, machine, default_contenders(target, 16), list(WORKLOADS))
    for cell, each in zip(made.of(WORKLOADS[0]), rates, strict=False):
        cell.samples = [
            replace(SAMPLE, round=number, requests=rate, answered=rate, errors={})
            for number, rate in enumerate(each, 1)
        ]
    return made
