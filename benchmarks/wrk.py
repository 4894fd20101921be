"""One run of wrk (github.com/wg/wrk), and what it reports."""

import re
import shutil
import subprocess
from dataclasses import dataclass

from lab.errors import LabError

CONNECTIONS = 16


class WrkError(LabError):
    """wrk is missing, or the server's answers were not all right."""


@dataclass(frozen=True)
class Loaded:
    """What a stretch of load came to."""

    rate: float  # requests a second
    requests: int


def require_wrk() -> None:
    """Raise WrkError, with what to do, where wrk is not installed."""
    if shutil.which("wrk") is None:
        raise WrkError("this needs wrk, which is not installed; on Debian: apt install wrk")


def rate(url: str, seconds: int) -> float:
    """Requests a second, from one thread with 16 connections, over that many seconds."""
    return loaded(url, seconds).rate


def loaded(url: str, seconds: int) -> Loaded:
    """The same, with the number of requests. Raises WrkError unless all answers were right."""
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS)]
    command += ["--duration", f"{seconds}s", url]
    finished = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + 30, check=False
    )
    report = finished.stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", report)
    counted = re.search(r"(\d+) requests in ", report)
    if finished.returncode or not found or not counted:
        raise WrkError(f"wrk failed on {url}: {finished.stderr or report}")
    if "Non-2xx" in report or "Socket errors" in report:
        raise WrkError(f"not all answers of {url} were right:\n{report}")
    return Loaded(rate=float(found.group(1)), requests=int(counted.group(1)))
