"""Where the measurement was made: figures from two machines can't be compared."""

import os
import platform
from dataclasses import dataclass, field
from pathlib import Path

from lab.versions import tandem_version, version_of

CPUINFO = Path("/proc/cpuinfo")
# httptools and uvloop: uvicorn takes them when they are there, and they make most of its speed.
DISTRIBUTIONS = ("gunicorn", "uvicorn", "httptools", "uvloop")
# Shown when they are installed.
OTHERS = ("gevent", "hypercorn", "daphne", "granian", "waitress", "a2wsgi", "locust")


@dataclass(frozen=True, slots=True)
class Machine:
    """The processor, the system, and the versions that took part."""

    processor: str
    cores: int
    system: str
    versions: dict[str, str] = field(default_factory=dict[str, str])


def this_machine() -> Machine:
    """The machine that runs this."""
    versions = {name: version_of(name) or "not installed" for name in DISTRIBUTIONS}
    versions |= {name: found for name in OTHERS if (found := version_of(name))}
    return Machine(
        processor=processor_name(),
        cores=len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        system=f"{platform.system()} {platform.release()}",
        versions={"python": platform.python_version(), "tandem": tandem_version(), **versions},
    )


def processor_name(cpuinfo: Path = CPUINFO) -> str:
    """The processor's name as the system gives it."""
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.processor() or platform.machine()
