"""One server with the recorder inside: what is asked of it, and the tapes that come out."""

import json
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lab.compare.contenders import Contender
from lab.compare.measure import starting
from lab.compare.trace.recorder import FOLDER
from lab.compare.trace.served import TARGET
from lab.compare.trace.tape import Tape, tape_of
from lab.compare.workloads import Workload, refused
from lab.load.generator import LoadGenerator
from lab.load.job import Job
from lab.load.record import Record
from lab.processes import Server

CLIENTS = 8  # that ask at the same moment
SECONDS = 0.35  # of a workload with others beside: eight requests
PATIENCE = 2.0  # seconds until the server has written down what it did
SERVED = "lab.compare.trace.served"


@dataclass(frozen=True, slots=True)
class Recording:
    """A contender that serves and is recorded."""

    contender: Contender
    server: Server
    generator: LoadGenerator
    folder: Path  # where its processes write down what they do
    awake: set[str] = field(default_factory=set[str])  # the files of those that have answered

    def tape(self, workload: Workload) -> Tape:
        """The tape of a handful of requests of a workload."""
        job = _job(self.server, workload)
        self._wake(job)
        for file in self.folder.iterdir():
            file.unlink()
        record = self.generator.run(job)
        contender = self.contender
        lives = self._lives(record)
        return tape_of(contender.name, contender.interface, workload.name, record, lives)

    def answers(self, path: str) -> bool:
        """Whether there is a good answer to a GET of this path."""
        return not refused(self.server.port, "GET", path)

    def _wake(self, job: Job) -> None:
        """Ask until every process has answered: what a first request alone pays is over then."""
        until = time.monotonic() + PATIENCE
        # Numbered, so that it can be told apart.
        refused(self.server.port, "GET", job.path, headers={"tandem-request": "-1"})
        while True:
            self.awake.update(file.name for file in self.folder.iterdir())
            if len(self.awake) >= self.contender.workers or time.monotonic() > until:
                return
            self.generator.run(job)

    def _lives(self, record: Record) -> list[dict[str, Any]]:
        """What the server's processes have written down, when all that was answered is there."""
        until = time.monotonic() + PATIENCE
        while True:
            texts = [file.read_text(encoding="utf-8") for file in self.folder.iterdir()]
            lines = [line for text in texts for line in text.split("\n")[:-1]]  # the whole ones
            lives: list[dict[str, Any]] = [json.loads(line) for line in lines]
            there = {life["number"] for life in lives}
            if there >= set(record.number) or time.monotonic() > until:
                began = record.began
                return [it for it in lives if it["number"] >= 0 and it["ended"] > began]
            time.sleep(0.02)


@contextmanager
def recording(
    contender: Contender, directory: Path, log_file: Path, ready: str, generator: LoadGenerator
) -> Generator[Recording]:
    """The contender with a recorder inside, for the length of the block."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with starting(traced(contender, folder), directory, log_file, ready) as server:
            yield Recording(contender, server, generator, folder)


def traced(contender: Contender, folder: Path) -> Contender:
    """The contender with the recorder around its application."""
    door = contender.arguments[-1]
    name = "application" if contender.interface == "WSGI" else "app"
    variables = (*contender.variables, (TARGET, door), (FOLDER, str(folder)))
    arguments = (*contender.arguments[:-1], f"{SERVED}:{name}")
    return replace(contender, arguments=arguments, variables=variables)


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
