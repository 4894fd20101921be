"""The real servers, each as the command that a person would type."""

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from lab.processes import Server, running
from lab.versions import at_least

ROOT = Path(__file__).parents[2]

# From 25.1 on a gunicorn takes over one socket in the user's home, also from a server in use.
_CONTROL = ("--no-control-socket",) if at_least("gunicorn", 25, 1) else ()
_GUNICORN = ("gunicorn", "--workers", "1", "--bind", "127.0.0.1:{port}", *_CONTROL)
_UVICORN = ("uvicorn", "--port", "{port}")

COMMANDS = {
    "gunicorn sync": (*_GUNICORN, "--worker-class", "sync"),
    "gunicorn gthread": (*_GUNICORN, "--worker-class", "gthread", "--threads", "8"),
    "gunicorn gevent": (*_GUNICORN, "--worker-class", "gevent"),
    "uvicorn httptools": (*_UVICORN, "--http", "httptools"),
    "uvicorn h11": (*_UVICORN, "--http", "h11"),
    "uvicorn workers": (*_UVICORN, "--workers", "2"),
    "daphne": ("daphne", "--bind", "127.0.0.1", "--port", "{port}"),
}
EVERY_SERVER = ("gunicorn sync", "gunicorn gthread", "uvicorn httptools", "uvicorn h11")


def serving(server: str, module: str, *options: str) -> AbstractContextManager[Server]:
    """The server of that name, running the module's `application` or `app`."""
    command = COMMANDS[server]
    name = "application" if command[0] == "gunicorn" else "app"
    return running(
        [sys.executable, "-m", *command, *options, f"{module}:{name}"],
        cwd=ROOT,
        env=environment(),
        ready="/",
    )


def environment(**variables: str) -> dict[str, str]:
    """This process's environment, without what would change a server behind a test's back."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "PORT")
        and not name.startswith("UVICORN_")
    }
    return kept | variables
