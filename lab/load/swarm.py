"""Locust as the load generator: its own master and workers, on this machine's loopback.

Each stretch of load is a run of its own, so nothing is left over for the next; that costs about
three seconds, in which locust's processes start and find each other.
"""

import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from lab.errors import LabError
from lab.load.job import Job
from lab.load.locustfile import BUSY
from lab.load.tally import Tally
from lab.processes import LOOPBACK, Server, free_port, started

PAUSE = 0.05  # seconds between two looks at the processes
START_TIMEOUT = 40.0  # seconds for all processes to start and find each other
LOCUST = [sys.executable, "-m", "locust"]


@dataclass(frozen=True, slots=True)
class Swarm:
    """Runs of locust with one locustfile."""

    locustfile: Path
    workers: int
    logs: Path  # a directory for locust's results and its processes' logs

    def run(self, job: Job, user_class: str) -> Tally:
        """What a run of `job` by the users of one class has shown; `job.seconds` are whole ones.

        Raises LabError when a process of locust's fails, or takes too long.
        """
        results = self.logs / "locust.json"
        results.unlink(missing_ok=True)
        port = free_port()
        with ExitStack() as stack:
            commands = [self._master(job, user_class, port), *[self._worker(port)] * self.workers]
            master, *workers = [
                stack.enter_context(
                    started(
                        command,
                        cwd=self.logs,  # a locust.conf where the user works would change the run
                        env=_environment(),
                        port=port,
                        log_file=self.logs / f"locust-{number}.log",
                    )
                )
                for number, command in enumerate(commands)
            ]
            self._wait(master, workers, job)
        said = [BUSY.findall(worker.log()) for worker in workers]
        return Tally.from_locust(results.read_text(), job.path, [x for each in said for x in each])

    def _wait(self, master: Server, workers: Sequence[Server], job: Job) -> None:
        """Return when the master has ended, with its results written; then its workers may."""
        until = time.monotonic() + START_TIMEOUT + job.seconds + 2 * job.timeout
        while master.returncode is None:
            for worker in workers:
                if worker.returncode:
                    raise LabError(worker.failure(f"ended with exit code {worker.returncode}"))
            if time.monotonic() > until:
                raise LabError(master.failure("did not end in time"))
            time.sleep(PAUSE)
        if master.returncode:
            raise LabError(master.failure(f"ended with exit code {master.returncode}"))

    def _master(self, job: Job, user_class: str, port: int) -> list[str]:
        options = {
            "--locustfile": self.locustfile.resolve(),
            "--master-bind-host": LOOPBACK,
            "--master-bind-port": port,
            "--expect-workers": self.workers,
            "--expect-workers-max-wait": round(START_TIMEOUT),
            "--host": f"http://{job.host}:{job.port}",
            "--users": job.connections,
            "--spawn-rate": job.connections,
            "--run-time": round(job.seconds),
            "--stop-timeout": round(2 * job.timeout),  # a request is given up before
            "--json-file": "locust",
            "--exit-code-on-error": 0,  # errors are results
        }
        words = [str(word) for option in options.items() for word in option]
        return [*LOCUST, "--master", "--headless", "--only-summary", *words, user_class]

    def _worker(self, port: int) -> list[str]:
        place = ["--master-host", LOOPBACK, "--master-port", str(port)]
        return [*LOCUST, "--worker", "--locustfile", str(self.locustfile.resolve()), *place]


def _environment() -> dict[str, str]:
    """The user's environment without what would change locust silently."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
