"""The real servers, each as the command that a person would type."""

import os
import socket
import sys
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from lab.processes import Server, running
from lab.versions import at_least
from tests.end_to_end.exchange import PATIENCE

ROOT = Path(__file__).parents[2]

# From 25.1 on a gunicorn takes over one socket in the user's home, also from a server in use.
_CONTROL = ("--no-control-socket",) if at_least("gunicorn", 25, 1) else ()
_GUNICORN = ("gunicorn", "--workers", "1", *_CONTROL)
_ON_PORT = ("--bind", "127.0.0.1:{port}")
_UVICORN = ("uvicorn", "--port", "{port}")
_OWN = ("lab.server", "--port", "{port}", "--face")
_GRANIAN = ("granian", "--port", "{port}", "--interface")

COMMANDS = {
    "gunicorn sync": (*_GUNICORN, *_ON_PORT, "--worker-class", "sync"),
    "gunicorn gthread": (*_GUNICORN, *_ON_PORT, "--worker-class", "gthread", "--threads", "8"),
    "gunicorn gevent": (*_GUNICORN, *_ON_PORT, "--worker-class", "gevent"),
    "gunicorn asgi": (*_GUNICORN, *_ON_PORT, "--worker-class", "asgi"),
    "uvicorn httptools": (*_UVICORN, "--http", "httptools"),
    "uvicorn h11": (*_UVICORN, "--http", "h11"),
    "uvicorn httptools uvloop": (*_UVICORN, "--http", "httptools", "--loop", "uvloop"),
    "uvicorn h11 asyncio": (*_UVICORN, "--http", "h11", "--loop", "asyncio"),
    "uvicorn workers": (*_UVICORN, "--workers", "2"),
    "hypercorn": ("hypercorn", "--bind", "127.0.0.1:{port}"),
    "daphne": ("daphne", "--bind", "127.0.0.1", "--port", "{port}"),
    "granian wsgi": (*_GRANIAN, "wsgi", "--blocking-threads", "2"),
    "granian asgi": (*_GRANIAN, "asgi"),
    "waitress": ("waitress", "--listen=127.0.0.1:{port}"),
    "own wsgi": (*_OWN, "wsgi"),
    "own asgi": (*_OWN, "asgi"),
}
ON_UNIX_SOCKETS = {
    "gunicorn sync": (*_GUNICORN, "--bind", "unix:{socket}"),
    "uvicorn httptools": ("uvicorn", "--uds", "{socket}"),
}
OF_WSGI = (
    "gunicorn sync",
    "gunicorn gthread",
    "gunicorn gevent",
    "granian wsgi",
    "waitress",
    "own wsgi",
)
EVERY_SERVER = (
    "gunicorn sync",
    "gunicorn gthread",
    "uvicorn httptools",
    "uvicorn h11",
    "own wsgi",
    "own asgi",
)


def serving(server: str, module: str, *options: str) -> AbstractContextManager[Server]:
    """The server of that name, running the module's `application` or `app`."""
    return running(
        [sys.executable, "-m", *COMMANDS[server], *options, _door(server, module)],
        cwd=ROOT,
        env=environment(),
        ready="/",
    )


@contextmanager
def serving_on(path: Path, server: str, module: str) -> Generator[Server]:
    """The same on a Unix socket, which is to have this path."""
    command = [part.replace("{socket}", str(path)) for part in ON_UNIX_SOCKETS[server]]
    # `running` waits for a port, so it is given one that is there already
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as other,
        running(
            [sys.executable, "-m", *command, _door(server, module)],
            cwd=ROOT,
            env=environment(),
            port=other.getsockname()[1],
        ) as started,
    ):
        _wait_for(path, started)
        yield started


def _wait_for(path: Path, server: Server) -> None:
    until = time.monotonic() + PATIENCE
    with socket.socket(socket.AF_UNIX) as probe:
        while probe.connect_ex(str(path)) != 0:
            assert server.returncode is None, server.failure("ended")
            assert time.monotonic() < until, server.failure("did not answer in time")
            time.sleep(0.02)


def _door(server: str, module: str) -> str:
    return f"{module}:application" if world_of(server) == "wsgi" else f"{module}:app"


def world_of(server: str) -> str:
    """Which door of a program this server knocks at, "wsgi" or "asgi"."""
    return "wsgi" if server in OF_WSGI else "asgi"


def environment(**variables: str) -> dict[str, str]:
    """This process's environment, without what would change a server behind a test's back."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "PORT")
        and not name.startswith(("UVICORN_", "GRANIAN_"))
    }
    return kept | variables
