"""How a comparison is made: the load, its length, and the order, which is random but recorded."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from lab.compare.workloads import Workload
from lab.load.job import Job

T = TypeVar("T")
Engine = Literal["own", "locust"]  # who sends the load


@dataclass(frozen=True, slots=True)
class Settings:
    """The load on each server, and how often it is measured.

    The defaults end in less than three minutes, `QUICK` in twenty seconds: gunicorn's sync worker
    answers 20 waiting requests a second, so more connections make every drain longer.
    """

    connections: int = 32
    threads: int = 32  # of the servers that have threads: one for each connection
    duration: float = 0.5  # seconds that one stretch of load is sent; its drain comes on top
    rounds: int = 5
    warm_up: float = 0.2  # seconds, once for each server and workload
    rate: float | None = None  # requests a second on a schedule; None: each client waits its turn
    seed: int = 0  # of the random order
    engine: Engine = "own"
    locust_workers: int = 2  # processes that send, where locust does

    def job(self, port: int, workload: Workload, seconds: float) -> Job:
        """The stretch of load that these settings mean for one server and workload."""
        return Job(
            port,
            workload.path,
            self.connections,
            seconds,
            self.rate or workload.rate,
            timeout=10 + 2 * seconds,
            method=workload.method,
            headers=workload.headers,
            body=workload.body,
            beside=workload.beside,
        )

    @property
    def load(self) -> str:
        """The load in a sentence's words."""
        if self.rate is None:
            whose = f" of locust's, in {self.locust_workers} processes" * (self.engine == "locust")
            return (
                f"{self.connections} clients{whose}, each of which sends its next request "
                "when its last one is answered"
            )
        return (
            f"{self.rate:g} requests a second on a fixed schedule, "
            f"over at most {self.connections} connections"
        )


DEFAULT = Settings()
# What locust is, and its results are not: said wherever they stand.
CLOSED_MODEL = (
    "locust, a closed model: latency counts from when a request was sent, not when it was due"
)
LOCUST_SECONDS = {False: 2.0, True: 1.0}  # of a stretch of load, by --quick: only whole ones
QUICK = Settings(connections=16, threads=16, duration=0.2, warm_up=0.1)
ENOUGH_ROUNDS = 5  # with fewer, two ranges lie apart by chance too often to name a winner


def shuffled_rounds(things: Sequence[T], rounds: int, seed: int) -> list[tuple[int, T]]:
    """Each thing once a round, numbered from 1, in a random order that is new each round."""
    order = random.Random(seed)
    return [
        (number, thing)
        for number in range(1, rounds + 1)
        for thing in order.sample(things, len(things))
    ]
