"""What loads a server: wrk where it is installed, our own generator where it is not."""

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from urllib.parse import urlsplit

from benchmarks.wrk import CONNECTIONS, Loaded, loaded
from lab.errors import LabError
from lab.load.generator import load_generator
from lab.load.job import Job

Load = Callable[[str, int], Loaded]  # a URL of loopback, seconds


def load_name() -> str:
    """Which of the two it is."""
    return "wrk, 1 thread" if shutil.which("wrk") else "our own load generator (wrk is missing)"


@contextmanager
def loading() -> Generator[Load]:
    """The function that loads, for the length of the block."""
    if shutil.which("wrk"):
        yield loaded
        return
    with load_generator() as generator:

        def load(url: str, seconds: int) -> Loaded:
            parts = urlsplit(url)
            job = Job(parts.port or 80, parts.path, connections=CONNECTIONS, seconds=seconds)
            record = generator.run(job)
            if record.errors:
                raise LabError(f"not all answers of {url} were right: {record.errors}")
            return Loaded(rate=record.answered / record.seconds, requests=record.answered)

        yield load
