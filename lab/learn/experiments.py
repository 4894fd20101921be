"""A lesson's commands: run in the learner's folder of the lesson, on their own terminal."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from lab.errors import LabError
from lab.processes import signals_handled_by

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
        return _run(words, folder, os.environ | {"PATH": path})
    except OSError as error:
        raise LabError(f"{command} could not be run: {error}") from error


def _run(words: list[str], folder: Path, environment: dict[str, str]) -> int:
    """Run it to its end; a signal to end that comes to us is passed on first."""
    arrived: list[int] = []
    running: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGINT:  # the terminal sends that to both
            arrived.append(number)
            for process in running:
                process.send_signal(number)

    with signals_handled_by(pass_on):
        running.append(subprocess.Popen(words, cwd=folder, env=environment))
        code = running[0].wait()
    for number in arrived:
        signal.raise_signal(number)
    return code


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
