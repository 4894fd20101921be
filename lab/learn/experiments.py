"""A lesson's commands: run in the learner's folder of the lesson, on their own terminal."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from lab.errors import LabError

REPORT = "tandem-report"  # where `tandem compare` writes, unless --out says otherwise


def run_command(command: str, folder: Path) -> int:
    """Run it there, where its output is seen as it comes; its exit code.

    A Ctrl-C is for the command, which may have servers to end, and not for us.
    """
    words = shlex.split(command)
    if words[0] == "tandem":
        words[:1] = [sys.executable, "-m", "lab"]
    if not folder.is_dir():
        raise LabError(f"there is no {folder}: a reset of the lesson brings it back")
    here = str(Path(sys.executable).parent)
    path = os.pathsep.join([here, os.environ.get("PATH", os.defpath)])
    try:
        with _ctrl_c_left_to_it():
            return subprocess.run(words, cwd=folder, env=os.environ | {"PATH": path}).returncode
    except OSError as error:
        raise LabError(f"{command} could not be run: {error}") from error


@contextmanager
def _ctrl_c_left_to_it() -> Generator[None]:
    # not SIG_IGN, which the command would inherit
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def report_of(command: str, folder: Path) -> Path | None:
    """The page that the command has written, to be opened in a browser; None for none."""
    words = shlex.split(command)
    named = {words[i]: words[i + 1] for i in range(len(words) - 1)}
    if "--html" in named:
        page = folder / named["--html"]
    elif words[:2] == ["tandem", "compare"]:
        page = folder / named.get("--out", REPORT) / "report.html"
    else:
        return None
    return page if page.is_file() else None
