"""Processes that an exercise has left behind, in whatever group: found by a mark, and ended.

Each inherits its environment, so a mark in the judge's is in that of what it started too. It is
read where Linux shows it; elsewhere the end of the judge's process group has to do.
"""

import os
import signal
from contextlib import suppress
from pathlib import Path

MARK = "TANDEM_LEARN_MARK"  # in the environment
ROUNDS = 20  # one that is being started while others are ended is found in the next round


def end_marked(mark: str) -> None:
    """End every process that has this mark in its environment."""
    for _ in range(ROUNDS):
        found = [pid for pid in _processes() if _is_marked(pid, mark)]
        if not found:
            return
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _processes() -> list[int]:
    place = Path("/proc")
    if not place.is_dir():
        return []
    return [int(it.name) for it in place.iterdir() if it.name.isdigit()]


def _is_marked(pid: int, mark: str) -> bool:
    with suppress(OSError):  # another's, or gone; of one that has ended there is nothing to read
        return f"{MARK}={mark}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return False
