"""`tandem compare` in a process of its own, for the tests that look at what it leaves behind."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import lab

HERE = Path(__file__).parents[1] / "lab"  # where `three_routes` is
DEADLINE = 20.0  # seconds


class Run:
    """A `tandem compare` in a process of its own, all of whose processes can be found."""

    def __init__(self, folder: Path, out: Path, *arguments: str) -> None:
        self.out = out
        self.marker = f"{os.getpid()}-{out.parent.name}-{time.monotonic_ns()}".encode()
        places = (str(Path(lab.__file__).parent.parent), os.environ.get("PYTHONPATH", ""))
        variables = {"PYTHONPATH": os.pathsep.join(filter(None, places))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lab", "compare", *arguments, "--out", str(out)],
            cwd=folder,
            env={**os.environ, **variables, "MARKER": self.marker.decode(), "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self) -> "Run":
        """This run, when it is over: its exit code and what it wrote."""
        self.stdout, self.stderr = self.process.communicate(timeout=50)
        self.output = self.stdout + self.stderr
        self.code = self.process.returncode
        return self

    def members(self) -> list[int]:
        """The ids of its processes that are alive."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if self.marker in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
        return found

    def wait_until(self, condition) -> None:
        """Wait until the condition holds, or the run is over."""
        until = time.monotonic() + DEADLINE
        while self.process.poll() is None and not condition():
            assert time.monotonic() < until
            time.sleep(0.01)

    @property
    def document(self):
        return json.loads((self.out / "report.json").read_text())


@contextmanager
def runs(folder: Path) -> Generator[Callable[..., Run]]:
    """A function that starts a run, of `three_routes` unless a module's source is given."""
    with ExitStack() as stack:

        def start(*arguments: str, source: str | None = None) -> Run:
            if source is not None:
                (folder / f"{arguments[0].partition(':')[0]}.py").write_text(source)
            run = Run(HERE if source is None else folder, folder / "out", *arguments)
            stack.callback(run.process.communicate)
            stack.callback(run.process.kill)
            return run

        yield start
