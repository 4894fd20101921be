"""The method: all servers up, warm, drained, then rounds in random order, one server at a time.

Each rule is here because leaving it out gave a wrong result once:

- every stretch of load ends when its last request is answered, for the load that one leaves behind
  would be measured as the slowness of the next;
- servers and workloads alternate in an order that is new each round, so that a slow moment of the
  machine does not fall on one server;
- processor time and memory are read before and after, when no request is under way.

A server that does not start, or ends midway, drops out by name, and the others go on.
"""

import re
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from lab.compare.contenders import Contender
from lab.compare.estimate import Estimate
from lab.compare.locust import Locust
from lab.compare.resources import Usage, usage
from lab.compare.results import Cell, Comparison, Moment, Sample
from lab.compare.settings import shuffled_rounds
from lab.compare.workloads import Workload, refusal, refused
from lab.load.generator import LoadGenerator, load_generator
from lab.load.record import Record
from lab.load.tally import Tally
from lab.processes import Server, ServerStartError, running

DRAIN_TIMEOUT = 60.0  # seconds
MOMENTS = 24  # parts of a stretch of load, in which its latency over time is told
# The last line of a traceback: "RuntimeError: under gevent ...".
RAISED = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception|Exit|Timeout): .+", re.MULTILINE)
# Told what comes next, how much of the whole is done (0 to 1), and the seconds left, if known.
Watch = Callable[[str, float, float | None], None]


def measure(comparison: Comparison, directory: Path, logs: Path, watch: Watch) -> None:
    """Fill in `comparison`, with servers that run in `directory` and write their logs to `logs`.

    Raises ServerStartError when no server starts, LabError when the load generator ends midway.
    """
    began = time.monotonic()
    try:
        with _servers(comparison, directory, logs, watch) as servers, load_generator() as generator:
            locust = Locust.of(comparison, logs) if comparison.settings.engine == "locust" else None
            _Run(comparison, servers, generator, locust, watch).all()
    finally:
        comparison.took = time.monotonic() - began


@contextmanager
def _servers(
    comparison: Comparison, directory: Path, logs: Path, watch: Watch
) -> Generator[dict[str, Server]]:
    """The servers that started, by their contenders' names.

    At the end all are told to end before one is waited for.
    """
    servers: dict[str, Server] = {}
    with ExitStack() as stack:
        for contender in comparison.contenders:
            watch(f"starting {contender.name}", 0.0, None)
            try:
                log_file = logs / f"{contender.file_name}.log"
                ready = comparison.workloads[0].path
                started = starting(contender, directory, log_file, ready)
                servers[contender.name] = stack.enter_context(started)
            except ServerStartError as error:
                comparison.failures[contender.name] = str(error)
                drop_out(comparison, contender.name, "it did not start")
        if not servers:
            raise ServerStartError("\n\n".join(comparison.failures.values()))
        try:
            yield servers
        finally:
            for server in servers.values():
                server.terminate()


def starting(
    contender: Contender, directory: Path, log_file: Path, ready: str
) -> AbstractContextManager[Server]:
    """The contender's server, for the length of a `with` block."""
    return running(
        contender.command,
        cwd=directory,
        env=contender.environment(),
        ready=ready,
        log_file=log_file,
    )


def drop_out(comparison: Comparison, name: str, why: str) -> None:
    """A contender is no longer measured; what it has stays."""
    for cell in comparison.cells:
        if cell.contender.name == name:
            cell.left_out = cell.left_out or why


@dataclass(frozen=True, slots=True)
class _Run:
    """The servers are up: find out what they answer, warm them up, measure."""

    comparison: Comparison
    servers: dict[str, Server]
    generator: LoadGenerator
    locust: Locust | None  # who sends what is measured, where our own does not
    watch: Watch

    def all(self) -> None:
        """Every step, in order; none but the first when nothing can be measured."""
        for cell in self.comparison.measurable:
            self.watch(f"asking {cell.contender.name} for {cell.workload.name}", 0.0, None)
            cell.left_out = left_out(self.servers[cell.contender.name], cell.workload)
        cells = self.comparison.measurable
        settings = self.comparison.settings
        steps = [(0, cell) for cell in cells]  # round 0 is the warm-up
        steps += shuffled_rounds(cells, settings.rounds, settings.seed)
        estimate = Estimate(settings, steps)
        for number, (round_, cell) in enumerate(steps):
            what = f"round {round_} of {settings.rounds}" if round_ else "warming up"
            what += f": {cell.workload.name} on {cell.contender.name}"
            self.watch(what, number / len(steps), estimate.left())
            began = time.monotonic()
            if not cell.left_out:  # it may have dropped out meanwhile
                self.step(round_, cell)
            estimate.done(time.monotonic() - began)
        self.watch("done", 1.0, 0.0)

    def step(self, round_: int, cell: Cell) -> None:
        """One stretch of load, from its first request to its last answer."""
        workload, server = cell.workload, self.servers[cell.contender.name]
        before = usage(server.pid)
        record = self._loaded(round_, server.port, workload)
        if record.errors or record.beside_failures or workload.beside:
            # What we gave up may still be in the server's queue: wait behind it.
            refused(server.port, "GET", workload.paths[-1], timeout=DRAIN_TIMEOUT)
        after = usage(server.pid)
        if server.returncode is not None:
            name = cell.contender.name
            self.comparison.failures[name] = server.failure("ended in the middle")
            drop_out(self.comparison, name, "it ended in the middle")
        elif round_:
            cell.samples.append(sample(round_, record, before, after))

    def _loaded(self, round_: int, port: int, workload: Workload) -> Record | Tally:
        settings = self.comparison.settings
        job = settings.job(port, workload, settings.duration if round_ else settings.warm_up)
        if self.locust is not None and round_:  # our own warms up: it takes no time to start
            return self.locust.run(job, workload)
        return self.generator.run(job)


def left_out(server: Server, workload: Workload) -> str:
    """Why a server is not measured on a workload, with the error from its log; "" when it is."""
    written = len(server.log())
    reason = refusal(server.port, workload)
    raised = RAISED.findall(server.log()[written:]) if " 5" in reason else []
    return f"{reason} ({raised[-1]})" if raised else reason


def sample(round_: int, record: Record | Tally, before: Usage, after: Usage) -> Sample:
    """What one stretch of load has shown."""
    return Sample(
        round=round_,
        requests=record.requests,
        answered=record.answered,
        seconds=record.seconds,
        latencies=sorted(record.latencies()),
        since_sent=sorted(record.latencies(since="sent")),
        timeline=timeline(record) if isinstance(record, Record) else [],
        errors=record.errors,
        beside_errors=record.beside_failures,
        cpu_seconds=after.cpu_since(before),
        memory_bytes=after.memory_bytes,
        generator_busy=record.busy,
    )


def timeline(record: Record, parts: int = MOMENTS) -> list[Moment]:
    """The latency in each part of the time in which requests were due; no part without any."""
    rows = sorted(zip(record.good("due"), record.latencies(), strict=True))
    if not rows:
        return []
    width = (rows[-1][0] - rows[0][0]) / parts or 1.0
    groups: dict[int, list[float]] = {}
    for due, latency in rows:
        groups.setdefault(min(int((due - rows[0][0]) / width), parts - 1), []).append(latency)
    return [
        Moment((rows[0][0] + (part + 0.5) * width), median(group), max(group))
        for part, group in sorted(groups.items())
    ]
