"""The load generator as its caller sees it: a process that takes jobs and gives records."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import lab
from lab.errors import LabError
from lab.load.job import Job
from lab.load.record import Record
from lab.processes import signals_deferred

# -P: a directory named `lab` where the user works is not ours.
COMMAND = [sys.executable, "-P", "-m", "lab.load"]


class LoadGenerator:
    """A running load generator."""

    def __init__(self, process: subprocess.Popen[str], errors: IO[str]) -> None:
        self._process = process
        self._errors = errors

    def run(self, job: Job) -> Record:
        """The record of one job. Raises LabError when the generator has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(job.to_json() + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except (OSError, ValueError):  # the pipe is broken, or closed by `stop`
            line = ""
        if not line:
            self._errors.seek(0)
            raise LabError(f"the load generator ended; it wrote:\n{self._errors.read().rstrip()}")
        return Record.from_json(line)

    def stop(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def load_generator() -> Generator[LoadGenerator]:
    """A load generator for the length of the block."""
    with ExitStack() as stack:
        errors = stack.enter_context(tempfile.TemporaryFile("w+"))
        with signals_deferred():
            process = subprocess.Popen(
                COMMAND,
                env={**os.environ, "PYTHONPATH": str(Path(lab.__file__).parent.parent)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,  # a Ctrl-C in the terminal is for us
            )
            generator = LoadGenerator(process, errors)
            stack.callback(generator.stop)
        yield generator
