"""The servers: how each is started, with one worker, and what it needs."""

import os
import sys
from dataclasses import dataclass

from benchmarks.contenders import Row
from benchmarks.rows import ASGI_ROWS, WSGI_ROWS
from benchmarks.served.application import FACTORY, PEER
from lab.versions import version_of

GUNICORN = "gunicorn --workers 1 --worker-class {} --bind 127.0.0.1:{{port}} --log-level warning "
UVICORN = "uvicorn --host 127.0.0.1 --port {port} --log-level warning --no-access-log --factory "
GRANIAN = "granian --workers 1 --port {{port}} --no-ws --interface {} --log-level warning --factory"
THREADS = 8


@dataclass(frozen=True)
class Kind:
    """A server with its settings."""

    name: str
    world: str  # "WSGI" or "ASGI"
    options: str  # after `python -m`; {port} is filled in by `running`
    needs: tuple[str, ...]  # distributions
    remark: str

    @property
    def rows(self) -> tuple[Row, ...]:
        """Everyone that it can serve."""
        return WSGI_ROWS if self.world == "WSGI" else ASGI_ROWS

    @property
    def command(self) -> list[str]:
        """The command line; the application is chosen by the environment."""
        return [sys.executable, "-m", *self.options.split()]

    @property
    def missing(self) -> list[str]:
        """What there is to install before it can be started."""
        return [need for need in self.needs if version_of(need) is None]

    @property
    def versions(self) -> dict[str, str]:
        """Of the server and what it is made of."""
        return {need: version_of(need) or "" for need in self.needs}


def environment(peer: str) -> dict[str, str]:
    """The environment in which a server serves that file of benchmarks/peers."""
    return {**os.environ, PEER: peer}


KINDS = (
    Kind(
        "gunicorn sync",
        "WSGI",
        GUNICORN.format("sync") + FACTORY + "()",
        ("gunicorn",),
        "closes each connection after its answer",
    ),
    Kind(
        "gunicorn gthread",
        "WSGI",
        GUNICORN.format("gthread") + f"--threads {THREADS} {FACTORY}()",
        ("gunicorn",),
        f"{THREADS} threads; connections are kept",
    ),
    Kind(
        "granian, WSGI",
        "WSGI",
        f"{GRANIAN.format('wsgi')} --blocking-threads {THREADS} {FACTORY}",
        ("granian",),
        f"{THREADS} threads behind a server in Rust",
    ),
    Kind(
        "uvicorn",
        "ASGI",
        f"{UVICORN} --http httptools --loop uvloop {FACTORY}",
        ("uvicorn", "httptools", "uvloop"),
        "parser and loop in C",
    ),
    Kind(
        "granian, ASGI",
        "ASGI",
        f"{GRANIAN.format('asgi')} {FACTORY}",
        ("granian",),
        "one event loop behind a server in Rust",
    ),
)
