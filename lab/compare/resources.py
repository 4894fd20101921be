"""What a server uses: processor time and memory of its whole process tree, read from /proc.

Linux only; elsewhere each answer is None and the report leaves the column empty.
"""

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """A process tree at one moment."""

    cpu_seconds: float | None  # since its start; proc(5) counts in steps of 10 ms
    memory_bytes: int | None  # PSS: a page shared by n processes counts 1/n in each

    def cpu_since(self, before: "Usage") -> float | None:
        """Processor seconds used since `before`; None where they are not known."""
        if self.cpu_seconds is None or before.cpu_seconds is None:
            return None
        return self.cpu_seconds - before.cpu_seconds


def usage(pid: int, proc: Path = PROC) -> Usage:
    """What the tree under `pid` has used so far, and the memory it holds now."""
    folders = [proc / str(member) for member in process_tree(pid, proc)]
    seconds = [value for folder in folders if (value := _cpu_seconds(folder)) is not None]
    memory = [value for folder in folders if (value := _memory_bytes(folder)) is not None]
    return Usage(sum(seconds) if seconds else None, sum(memory) if memory else None)


def process_tree(pid: int, proc: Path = PROC) -> list[int]:
    """`pid` and all its descendants, as far as they can be seen."""
    parents: dict[int, int] = {}
    for folder in proc.glob("[0-9]*"):
        fields = _stat_fields(folder)
        if fields:
            parents[int(folder.name)] = int(fields[1])
    tree = [pid]
    for member in tree:  # grows while it is read: children, then theirs
        tree += [child for child, parent in parents.items() if parent == member]
    return tree


def _stat_fields(folder: Path) -> list[str]:
    """The fields of /proc/PID/stat from the third on; none when the process is gone."""
    try:
        text = (folder / "stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()  # the second is a name that may hold spaces


def _cpu_seconds(folder: Path) -> float | None:
    fields = _stat_fields(folder)
    if not fields:
        return None
    # utime, stime, and those of children that have ended: proc(5), fields 14 to 17.
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _memory_bytes(folder: Path) -> int | None:
    try:
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None)
