"""The servers that are compared: rows of the table in `kinds.py`, each with an application."""

import os
import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import lab
from lab.compare.kinds import DEFAULT_KINDS, KINDS, Kind
from lab.compare.target import Target
from lab.compare.words import joined
from lab.errors import WrongUsageError
from lab.versions import at_least

__all__ = [
    "DEFAULT_KINDS",
    "KINDS",
    "Contender",
    "Kind",
    "choose",
    "default_contenders",
    "environment",
    "left_aside",
    "require_servers",
]

# Settings from the user's shell that would change a server behind the report's back.
SILENT_SETTINGS = ("WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "PORT")
SILENT_PREFIXES = ("UVICORN_", "GRANIAN_")
BRIDGE = "lab.compare.bridged"


@dataclass(frozen=True, slots=True)
class Contender:
    """One server with its settings, and the application that it serves."""

    name: str
    interface: str  # "WSGI" or "ASGI", of the server
    about: str  # how it takes requests, in a few words
    arguments: tuple[str, ...]  # after `python`; "{port}" stands for the port
    variables: tuple[tuple[str, str], ...] = ()  # what its environment has beside the user's
    kind: str = ""
    door: str = ""  # "module:name" of the application
    workers: int = 1

    @property
    def command(self) -> list[str]:
        """What is run, by the Python that runs the lab."""
        return [sys.executable, *self.arguments]

    @property
    def shown(self) -> str:
        """The command as a person would type it."""
        told = [f"{name}={shlex.quote(value)}" for name, value in self.variables]
        typed = shlex.join(part.replace("{port}", "PORT") for part in ("python", *self.arguments))
        return " ".join([*told, typed])

    @property
    def file_name(self) -> str:
        """Its name as part of a file's name."""
        return re.sub(r"[^\w.]+", "-", self.name)

    def environment(self) -> dict[str, str]:
        """What the server's process is given; it can import the lab where it is asked to."""
        given = environment() | dict(self.variables)
        if self.variables or "lab.server" in self.arguments:
            places = (str(Path(lab.__file__).parent.parent), given.get("PYTHONPATH", ""))
            given["PYTHONPATH"] = os.pathsep.join(filter(None, places))
        return given


def default_contenders(target: Target, threads: int) -> list[Contender]:
    """Gunicorn's two kinds of worker, one process each, and uvicorn with what it chooses itself."""
    return choose([target], (), threads=threads)


def choose(
    targets: Sequence[Target], names: Iterable[str], *, threads: int, workers: int = 1
) -> list[Contender]:
    """The contenders of these names, or the default ones, for each target that they can serve.

    A name may end in ":4", for four processes instead of `workers`; "all" is every kind that is
    installed. With several targets a contender's name says whose it is. Raises WrongUsageError for
    a name that is none, a server that is not installed, or one that serves no target.
    """
    found: dict[str, Contender] = {}
    chosen = tuple(names)
    for name in chosen or DEFAULT_KINDS:
        wanted, _, count = name.partition(":")
        if wanted == "all":
            kinds = [kind for kind in KINDS if not kind.missing]
        else:
            kinds = [_kind(wanted)]
            _require(kinds)
        for kind in kinds:
            processes = _workers(kind, count, workers, explicit=wanted != "all")
            served = [target for target in targets if target.door(kind.takes)]
            if not served and chosen and wanted != "all":
                raise WrongUsageError(_does_not_fit(kind, targets))
            for target in served:
                made = _contender(kind, target, threads, processes)
                if len(targets) > 1:
                    made = replace(made, name=f"{made.name} · {target.shown}")
                found[made.name] = made
    return list(found.values())


def left_aside() -> list[str]:
    """What `all` leaves aside because it is not installed, each with what to install."""
    return [f"{kind.name}: pip install {kind.missing}" for kind in KINDS if kind.missing]


def require_servers() -> None:
    """Make sure that the default servers are installed. Raises WrongUsageError."""
    _require([_kind(name) for name in DEFAULT_KINDS])


def environment() -> dict[str, str]:
    """The user's environment without what would change a server silently."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in SILENT_SETTINGS and not name.startswith(SILENT_PREFIXES)
    }


def _kind(name: str) -> Kind:
    for kind in KINDS:
        if name in (kind.name, kind.option):
            return kind
    known = ", ".join(kind.option for kind in KINDS)
    raise WrongUsageError(f"there is no contender {name!r}; there are {known}, and all")


def _require(kinds: Sequence[Kind]) -> None:
    missing = [kind for kind in kinds if kind.missing]
    if not missing:
        return
    needs = list(dict.fromkeys(" ".join(kind.missing for kind in missing).split()))
    if set(needs) <= {"gunicorn", "uvicorn"}:
        raise WrongUsageError(
            f"tandem compare needs {joined(needs)}; install Tandem with its extra `serve`"
        )
    names = joined([kind.name for kind in missing])
    raise WrongUsageError(f"{names} is not installed here: pip install {' '.join(needs)}")


def _workers(kind: Kind, count: str, workers: int, *, explicit: bool) -> int:
    if count and not re.fullmatch("[1-9][0-9]?", count):
        raise WrongUsageError(
            f'after a contender\'s ":" comes its number of processes, as in {kind.option}:4; '
            f"got {count!r}"
        )
    if kind.has_workers:
        return int(count or workers)
    if explicit and int(count or 1) > 1:
        raise WrongUsageError(f"{kind.name} runs one process; got {kind.option}:{count}")
    return 1


def _does_not_fit(kind: Kind, targets: Sequence[Target]) -> str:
    names = joined([target.shown for target in targets])
    bridge = next(k for k in KINDS if k.bridged and k.interface == kind.interface)
    instead = "" if kind.bridged else f"; {bridge.option} serves it through a bridge"
    return f"{kind.name} serves {kind.takes} applications, and {names} has none{instead}"


def _contender(kind: Kind, target: Target, threads: int, workers: int) -> Contender:
    door = target.door(kind.takes)
    served, variables = door, {}
    if kind.bridged:
        served = f"{BRIDGE}:{'application' if kind.interface == 'WSGI' else 'app'}"
        variables = {"TANDEM_BRIDGED": door}
        if kind.interface == "ASGI":
            variables["TANDEM_THREADS"] = str(threads)
    words = kind.command.format(
        workers=workers, threads=threads, port="{port}", door=served
    ).split()
    if words[0] == "gunicorn" and at_least("gunicorn", 25, 1):
        # From 25.1 on each gunicorn takes over one socket in the user's home, also from a server
        # that is in use: not for a measurement.
        words.insert(words.index("--bind"), "--no-control-socket")
    processes = "one process" if workers == 1 else f"{workers} processes"
    return Contender(
        name=kind.name if workers == 1 else f"{kind.name}, {workers} workers",
        interface=kind.interface,
        about=f"{processes}, {kind.about.format(threads=threads)}",
        arguments=("-m", *words),
        variables=tuple(variables.items()),
        kind=kind.name,
        door=door,
        workers=workers,
    )
