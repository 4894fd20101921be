"""The method: all servers up, warm, drained, then rounds in random order, one server at a time.

Each rule is here because leaving it out gave a wrong result once:

- every stretch of load ends when its last request is answered, for the load that one leaves behind
  would be measured as the slowness of the next;
- servers and workloads alternate in an order that is new each round, so that a slow moment of the
  machine does not fall on one server;
- processor time and memory are read before and after, when no request is under way.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from lab.compare.contenders import Contender, environment
from lab.compare.resources import Usage, usage
from lab.compare.results import Cell, Comparison, Sample
from lab.compare.settings import shuffled_rounds
from lab.compare.workloads import refusal
from lab.errors import LabError
from lab.load.generator import LoadGenerator, load_generator
from lab.load.record import Record
from lab.processes import Server, running

DRAIN_TIMEOUT = 60.0  # seconds
# Told what comes next, and how much of the whole is done (0 to 1).
Watch = Callable[[str, float], None]


def measure(comparison: Comparison, directory: Path, logs: Path, watch: Watch) -> None:
    """Fill in `comparison`, with servers that run in `directory` and write their logs to `logs`.

    Raises ServerStartError when a server does not start, LabError when a process ends midway.
    """
    began = time.monotonic()
    try:
        with ExitStack() as stack:
            servers = {
                contender.name: stack.enter_context(started)
                for contender, started in _starting(comparison, directory, logs, watch)
            }
            generator = stack.enter_context(load_generator())
            _Run(comparison, servers, generator, watch).all()
    finally:
        comparison.took = time.monotonic() - began


def _starting(
    comparison: Comparison, directory: Path, logs: Path, watch: Watch
) -> Iterator[tuple[Contender, AbstractContextManager[Server]]]:
    for contender in comparison.contenders:
        watch(f"starting {contender.name}", 0.0)
        yield (
            contender,
            running(
                contender.command,
                cwd=directory,
                env=environment(),
                ready=comparison.workloads[0].path,
                log_file=logs / f"{contender.file_name}.log",
            ),
        )


@dataclass(frozen=True, slots=True)
class _Run:
    """The servers are up: find out what they answer, warm them up, measure."""

    comparison: Comparison
    servers: dict[str, Server]
    generator: LoadGenerator
    watch: Watch

    def all(self) -> None:
        """Every step, in order; none but the first when nothing can be measured."""
        for cell in self.comparison.cells:
            cell.left_out = refusal(self.servers[cell.contender.name].port, cell.workload.path)
        cells = self.comparison.measurable
        settings = self.comparison.settings
        steps = [(0, cell) for cell in cells]  # round 0 is the warm-up
        steps += shuffled_rounds(cells, settings.rounds, settings.seed)
        for number, (round_, cell) in enumerate(steps):
            what = f"round {round_} of {settings.rounds}" if round_ else "warming up"
            self.watch(
                f"{what}: {cell.workload.name} on {cell.contender.name}", number / len(steps)
            )
            self.step(round_, cell)
        self.watch("done", 1.0)

    def step(self, round_: int, cell: Cell) -> None:
        """One stretch of load, from its first request to its last answer."""
        settings = self.comparison.settings
        server = self.servers[cell.contender.name]
        seconds = settings.duration if round_ else settings.warm_up
        before = usage(server.pid)
        record = self.generator.run(settings.job(server.port, cell.workload.path, seconds))
        if record.errors:  # a request we gave up is still in the server's queue: wait behind it
            refusal(server.port, cell.workload.path, timeout=DRAIN_TIMEOUT)
        after = usage(server.pid)
        if server.returncode is not None:
            raise LabError(server.failure("ended in the middle"))
        if round_:
            cell.samples.append(sample(round_, record, before, after))


def sample(round_: int, record: Record, before: Usage, after: Usage) -> Sample:
    """What one stretch of load has shown."""
    return Sample(
        round=round_,
        requests=len(record.due),
        answered=record.answered,
        seconds=record.seconds,
        latencies=sorted(record.latencies()),
        errors=record.errors,
        cpu_seconds=after.cpu_since(before),
        memory_bytes=after.memory_bytes,
        generator_busy=record.busy,
    )
