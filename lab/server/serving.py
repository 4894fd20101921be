"""`serve(app)`: what `python app.py` calls, and `python -m lab.server` behind it."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lab.compare.signals import Stopped, stopping
from lab.errors import LabError, WrongUsageError
from lab.server.access_log import write_to_stderr
from lab.server.faces import check_face, host_of, imported
from lab.server.graceful import serve_until_stopped
from lab.server.hosts import Face
from lab.server.listener import bound
from lab.server.reload import Supervisor, command_for
from lab.server.server import Server
from lab.server.settings import Limits, Timeouts, options_for
from lab.server.steps import Observer, printed_to
from lab.server.wsgi_host import THREADS

DEFAULT_PORT = 8000


def serve(
    app: Any,
    host: str = "127.0.0.1",
    port: int | None = None,
    reload: bool = False,
    *,
    face: Face | None = None,
    threads: int = THREADS,
    limits: Limits | None = None,
    timeouts: Timeouts | None = None,
    steps: bool | Observer = False,
    access_log: bool = True,
) -> None:
    """Serve an App, a WSGI or an ASGI callable, or an import string "module:app", until Ctrl-C.

    Without `port` the environment variable PORT decides, else it is 8000. `face` says how an App is
    served, and what a callable is that does not show it: "wsgi" or "asgi"; an App is served as ASGI
    without it. `threads` are for a WSGI application. With `steps` each step of each connection is
    printed, or given to an observer (`lab.server.steps`). With `reload` the server starts again
    when a source file in this directory changes; that needs the import string, since only a
    module's name can be imported again.

    Raises WrongUsageError, a ValueError too for `reload` with an application object or an observer;
    SystemExit, with a sentence, where the port is in use or the application does not start.
    """
    if reload and not isinstance(app, str):
        raise ValueError(
            f'reload=True needs an import string, as in serve("tasks:app", reload=True); '
            f"got {app!r}"
        )
    if reload and callable(steps):
        raise ValueError(
            f"reload=True serves in another process: there steps is True; got {steps!r}"
        )
    check_face(face)
    _check_thread()
    observer = printed_to() if steps is True else (steps or None)
    write_to_stderr(access_log)
    try:
        port = _port_from_environment() if port is None else port
        if reload:
            further = [] if threads == THREADS else ["--threads", str(threads)]
            further += ["--steps"] if steps else []
            for settings in (limits, timeouts):
                further += [] if settings is None else options_for(settings)
            code = supervise(app, host, port, face, access_log, further)
            if code:
                raise LabError("the server has ended; its last words are above")
            return
        run(
            app, bound(host, port),
            face=face, threads=threads, limits=limits, timeouts=timeouts, on_step=observer,
        )  # fmt: skip
    except WrongUsageError:
        raise
    except LabError as error:
        raise SystemExit(str(error)) from error


def _check_thread() -> None:
    if threading.current_thread() is not threading.main_thread():
        raise WrongUsageError(
            "a server runs in the main thread: only there Python hears the signals that end it; "
            f"got {threading.current_thread().name!r}"
        )


def _port_from_environment() -> int:
    """Raises LabError: what the environment says is no mistake of the program."""
    try:
        return port_from_environment()
    except WrongUsageError as error:
        raise LabError(str(error)) from error


def run(
    app: Any,
    listening: socket.socket,
    *,
    face: Face | None = None,
    threads: int = THREADS,
    limits: Limits | None = None,
    timeouts: Timeouts | None = None,
    on_step: Observer | None = None,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve on a socket until a signal; raises LabError where the application fails to start."""
    timeouts = timeouts or Timeouts()

    async def main() -> None:
        host = host_of(application, face, threads, timeouts.thread)
        server = Server(host, limits=limits, timeouts=timeouts, on_step=on_step)
        await serve_until_stopped(server, listening, on_ready)

    with listening:
        try:
            with stopping():
                application = imported(app) if isinstance(app, str) else app
        except Stopped:  # before anybody is served
            return
        asyncio.run(main())


def supervise(
    app: str, host: str, port: int, face: Face | None, access_log: bool, further: Sequence[str] = ()
) -> int:
    """Serve by a process that is replaced when a source file changes; its exit code.

    `further` are options of `python -m lab.server`, for that process.
    """
    with bound(host, port) as listening:
        supervisor = Supervisor(listening, [*command_for(app, face, access_log), *further])
        return supervisor.run(Path.cwd())


def port_from_environment() -> int:
    """PORT, or else 8000; raises WrongUsageError for what is no port."""
    text = os.environ.get("PORT", str(DEFAULT_PORT))
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise WrongUsageError(
            f"the environment variable PORT is a number from 0 to 65535; got {text!r}"
        )
    return int(text)
