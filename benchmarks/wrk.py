"""One run of wrk (github.com/wg/wrk), and the rate that it reports."""

import re
import shutil
import subprocess

CONNECTIONS = 16


class WrkError(Exception):
    """wrk is missing, or the server's answers were not all right."""


def require_wrk() -> None:
    """Raise WrkError, with what to do, where wrk is not installed."""
    if shutil.which("wrk") is None:
        raise WrkError("this needs wrk, which is not installed; on Debian: apt install wrk")


def rate(url: str, seconds: int) -> float:
    """Requests a second, from one thread with 16 connections, over that many seconds."""
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS)]
    command += ["--duration", f"{seconds}s", url]
    finished = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + 30, check=False
    )
    report = finished.stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", report)
    if finished.returncode or not found:
        raise WrkError(f"wrk failed on {url}: {finished.stderr or report}")
    if "Non-2xx" in report or "Socket errors" in report:
        raise WrkError(f"not all answers of {url} were right:\n{report}")
    return float(found.group(1))
