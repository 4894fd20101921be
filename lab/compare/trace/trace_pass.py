"""The traced pass: each contender once more, with a recorder inside, and a handful of requests."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from lab.compare.contenders import Contender
from lab.compare.measure import Watch, starting
from lab.compare.results import Comparison
from lab.compare.trace.recorder import FOLDER
from lab.compare.trace.served import TARGET
from lab.compare.trace.tape import Tape, tape_of
from lab.compare.workloads import Workload, refused
from lab.load.generator import LoadGenerator, load_generator
from lab.load.job import Job
from lab.load.record import Record
from lab.processes import Server, ServerStartError

CLIENTS = 8  # that ask at the same moment
SECONDS = 0.35  # of a workload with others beside: eight requests
MOST_CONTENDERS = 6
PATIENCE = 2.0  # seconds until the server has written down what it did
SERVED = "lab.compare.trace.served"
NOT_TRACED = ("gunicorn gevent",)  # its threads are not the system's


def trace(comparison: Comparison, directory: Path, logs: Path, watch: Watch) -> None:
    """Fill in the tapes of a comparison; a server that doesn't start traced has none."""
    chosen = [
        contender
        for contender in comparison.contenders
        if contender.kind not in NOT_TRACED and contender.name not in comparison.failures
    ][:MOST_CONTENDERS]
    with load_generator() as generator:
        for number, contender in enumerate(chosen):
            what, share = f"tracing {contender.name}", number / len(chosen)
            watch(what, share, None)
            with suppress(ServerStartError):
                for tape in _tapes(comparison, contender, directory, logs, generator):
                    comparison.tapes.append(tape)
                    watch(what, share, None)  # whoever shows tapes as they come sees it now


def traced(contender: Contender, folder: Path) -> Contender:
    """The contender with the recorder around its application."""
    door = contender.arguments[-1]
    name = "application" if contender.interface == "WSGI" else "app"
    variables = (*contender.variables, (TARGET, door), (FOLDER, str(folder)))
    arguments = (*contender.arguments[:-1], f"{SERVED}:{name}")
    return replace(contender, arguments=arguments, variables=variables)


def _tapes(
    comparison: Comparison,
    contender: Contender,
    directory: Path,
    logs: Path,
    generator: LoadGenerator,
) -> Iterator[Tape]:
    cells = [cell for cell in comparison.measurable if cell.contender is contender]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log_file = logs / f"{contender.file_name}-traced.log"
        ready = comparison.workloads[0].path
        with starting(traced(contender, folder), directory, log_file, ready) as server:
            for cell in cells:
                job = _job(server, cell.workload)
                # What the first request alone would pay; numbered, so that it can be told apart.
                refused(server.port, "GET", job.path, headers={"tandem-request": "-1"})
                for file in folder.iterdir():
                    file.unlink()
                record = generator.run(job)
                lives = _lives(folder, record)
                workload = cell.workload.name
                yield tape_of(contender.name, contender.interface, workload, record, lives)


def _job(server: Server, workload: Workload) -> Job:
    beside = workload.beside
    if beside is not None:
        beside = replace(beside, connections=min(beside.connections, CLIENTS))
    return Job(
        server.port,
        workload.path,
        connections=CLIENTS,
        seconds=SECONDS if beside else 10.0,
        rate=workload.rate if beside else None,
        limit=CLIENTS,
        method=workload.method,
        headers=workload.headers,
        body=workload.body,
        beside=beside,
        numbered=True,
    )


def _lives(folder: Path, record: Record) -> list[dict[str, Any]]:
    """What the server's processes have written down, when all that was answered is there."""
    until = time.monotonic() + PATIENCE
    while True:
        texts = [file.read_text(encoding="utf-8") for file in folder.iterdir()]
        lines = [line for text in texts for line in text.split("\n")[:-1]]  # the whole ones
        lives: list[dict[str, Any]] = [json.loads(line) for line in lines]
        there = {life["number"] for life in lives}
        if there >= set(record.number) or time.monotonic() > until:
            return [life for life in lives if life["number"] >= 0 and life["ended"] > record.began]
        time.sleep(0.02)
