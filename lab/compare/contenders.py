"""The servers that are compared, each as the exact command that starts it."""

import os
import shlex
import sys
from dataclasses import dataclass

from lab.compare.target import Target
from lab.compare.words import joined
from lab.errors import WrongUsageError
from lab.versions import at_least, version_of

# Settings from the user's shell that would change a server behind the report's back.
SILENT_SETTINGS = ("WEB_CONCURRENCY", "GUNICORN_CMD_ARGS")


@dataclass(frozen=True, slots=True)
class Contender:
    """One server with its settings."""

    name: str
    interface: str  # "WSGI" or "ASGI"
    about: str  # how it takes requests, in a few words
    arguments: tuple[str, ...]  # after `python`; "{port}" stands for the port

    @property
    def command(self) -> list[str]:
        """What is run, by the Python that runs the lab."""
        return [sys.executable, *self.arguments]

    @property
    def shown(self) -> str:
        """The command as a person would type it."""
        return shlex.join(part.replace("{port}", "PORT") for part in ("python", *self.arguments))

    @property
    def file_name(self) -> str:
        """Its name as part of a file's name."""
        return self.name.replace(" ", "-")


def default_contenders(target: Target, threads: int) -> list[Contender]:
    """Gunicorn's two kinds of worker, one process each, and uvicorn with what it chooses itself."""
    return [
        Contender(
            "gunicorn sync",
            "WSGI",
            "one process, one request at a time",
            _gunicorn(target, "--worker-class", "sync"),
        ),
        Contender(
            "gunicorn gthread",
            "WSGI",
            f"one process, {threads} threads",
            _gunicorn(target, "--worker-class", "gthread", "--threads", str(threads)),
        ),
        Contender(
            "uvicorn",
            "ASGI",
            "one process, one event loop",
            _uvicorn(target),
        ),
    ]


def require_servers() -> None:
    """Make sure that the servers are installed. Raises WrongUsageError with what to install."""
    missing = [name for name in ("gunicorn", "uvicorn") if version_of(name) is None]
    if missing:
        raise WrongUsageError(
            f"tandem compare needs {joined(missing)}; install Tandem with its extra `serve`"
        )


def environment() -> dict[str, str]:
    """The user's environment without what would change a server silently."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in SILENT_SETTINGS and not name.startswith("UVICORN_")
    }


def _gunicorn(target: Target, *options: str) -> tuple[str, ...]:
    # From 25.1 on each gunicorn takes over one socket in the user's home, also from a server that
    # is in use: not for a measurement.
    control = ("--no-control-socket",) if at_least("gunicorn", 25, 1) else ()
    bind = ("--bind", "127.0.0.1:{port}")
    return ("-m", "gunicorn", "--workers", "1", *options, *control, *bind, target.wsgi)


def _uvicorn(target: Target) -> tuple[str, ...]:
    # gunicorn writes no line for each request unless it is asked to; so neither does uvicorn here.
    return ("-m", "uvicorn", "--workers", "1", "--no-access-log", "--port", "{port}", target.asgi)
