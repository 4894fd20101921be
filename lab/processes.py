"""Servers in processes of their own: started on a free port, waited for, and always ended.

    with running(["gunicorn", "--bind", "127.0.0.1:{port}", "tasks:application"]) as server:
        urllib.request.urlopen(server.url + "/hello")

Three rules. A server is ready when it can be connected to, not after a guess of some seconds. What
it writes is kept, and is part of the error when it fails. It is ended when the block is left, in
whatever way: SIGTERM first, SIGKILL for its whole process group after a time of grace.
"""

import http.client
import os
import select
import shlex
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import BinaryIO, cast

from lab.errors import LabError

LOOPBACK = "127.0.0.1"
TAIL_LINES = 20  # of a failed server's log, shown in the error
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PAUSE = 0.02  # seconds between two attempts to connect


class ServerStartError(LabError):
    """A server ended, or did not answer in time, before it could be used."""


class Server:
    """A running server: where it listens, what it has written, and how it ended."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        command: list[str],
        port: int,
        log: BinaryIO,
        grace: float,
    ) -> None:
        self.command = command  # with the port filled in
        self.port = port
        self.url = f"http://{LOOPBACK}:{port}"
        self.pid = process.pid  # also the id of its process group
        self.grace = grace  # seconds between SIGTERM and SIGKILL
        self._process = process
        self._told_to_end = False
        self._log = log
        self._written = ""  # what the log held when it was last read

    @property
    def returncode(self) -> int | None:
        """The exit code; None while it runs; -N when signal N ended it."""
        return self._process.poll()

    def log(self) -> str:
        """Everything it has written to stdout and stderr so far; also after it was stopped."""
        if not self._log.closed:
            size = os.fstat(self._log.fileno()).st_size
            # pread leaves the file position alone, which the server shares with us.
            self._written = os.pread(self._log.fileno(), size, 0).decode(errors="replace")
        return self._written

    def failure(self, what: str) -> str:
        """A sentence for an error, "COMMAND did WHAT ...", with the end of the log."""
        tail = "\n".join(self.log().rstrip().splitlines()[-TAIL_LINES:])
        return f"{shlex.join(self.command)} {what} on port {self.port}; its log ends:\n{tail}"

    def terminate(self) -> None:
        """Ask it to end (SIGTERM), without waiting for it."""
        if self._process.poll() is None and not self._told_to_end:
            self._told_to_end = True
            self._process.terminate()

    def stop(self) -> int:
        """End it and everything it started; return its exit code. A second call changes nothing."""
        self.terminate()
        try:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(self.grace)
        finally:  # also when a second Ctrl-C cuts the waiting short
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
            self.log()  # the last look, before the file is closed
        return self._process.returncode


@contextmanager
def running(
    command: Sequence[str],
    *,
    cwd: Path | str | None = None,
    env: Mapping[str, str] | None = None,
    port: int | None = None,
    ready: str | None = None,
    deadline: float = 20.0,
    grace: float = 5.0,
    log_file: Path | None = None,
) -> Generator[Server]:
    """A server for the length of the block.

    `{port}` in any part of `command` becomes `port`, or a free one. `env` replaces the whole
    environment, as in `subprocess`. The server is ready when it accepts a connection; with `ready`
    (a path, "/hello") only when it has also answered a GET of it with any status: gunicorn listens
    before it has imported the application. `deadline` and `grace` are seconds. The log is written
    to `log_file`, else to a temporary file.

    Raises ServerStartError, with the end of the log, when it exits early or is not ready in time.
    """
    port = port or free_port()
    with started(command, cwd=cwd, env=env, port=port, grace=grace, log_file=log_file) as server:
        _wait_until_ready(server, ready, time.monotonic() + deadline)
        yield server


@contextmanager
def started(
    command: Sequence[str],
    *,
    cwd: Path | str | None = None,
    env: Mapping[str, str] | None = None,
    port: int,
    grace: float = 5.0,
    log_file: Path | None = None,
) -> Generator[Server]:
    """The same without the wait: a process for the length of the block, ready or not."""
    filled = [part.replace("{port}", str(port)) for part in command]
    with ExitStack() as stack:
        log = stack.enter_context(_log_opened(log_file))
        with signals_deferred():  # or a Ctrl-C here would lose a process that has just started
            server = Server(_start(filled, cwd, env, log), filled, port, log, grace)
            stack.callback(server.stop)
        yield server


def free_port() -> int:
    """A port of loopback that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return cast(int, probe.getsockname()[1])


@contextmanager
def signals_deferred() -> Generator[None]:
    """Signals that end us wait until the block is left; nothing changes outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []

    def remember(signum: int, _frame: FrameType | None) -> None:
        arrived.append(signum)

    try:
        with signals_handled_by(remember):
            yield
    finally:
        if arrived:
            signal.raise_signal(arrived[0])


@contextmanager
def signals_handled_by(handler: Callable[[int, FrameType | None], None]) -> Generator[None]:
    """Within the block this function gets the signals that end us; after it who had them before."""
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    for number in STOP_SIGNALS:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def _log_opened(log_file: Path | None) -> BinaryIO:
    if log_file is None:
        return cast(BinaryIO, tempfile.TemporaryFile())
    log_file.parent.mkdir(parents=True, exist_ok=True)
    return log_file.open("w+b")


def _start(
    command: list[str], cwd: Path | str | None, env: Mapping[str, str] | None, log: BinaryIO
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C in the terminal reaches us, and we end the server
        )
    except OSError as error:
        raise ServerStartError(f"could not start {shlex.join(command)}: {error}") from error


def _wait_until_ready(server: Server, path: str | None, until: float) -> None:
    while time.monotonic() < until:
        if server.returncode is not None:
            raise ServerStartError(server.failure(f"ended with exit code {server.returncode}"))
        if _is_ready(server, path, until):
            return
        time.sleep(PAUSE)
    raise ServerStartError(server.failure("did not answer in time"))


def _is_ready(server: Server, path: str | None, until: float) -> bool:
    left = max(PAUSE, until - time.monotonic())
    connection = http.client.HTTPConnection(LOOPBACK, server.port, timeout=left)
    try:
        connection.connect()
        if path is not None:
            connection.request("GET", path, headers={"connection": "close"})
            while not select.select([connection.sock], [], [], PAUSE)[0]:
                if server.returncode is not None or time.monotonic() > until:
                    return False  # who listens there is another, or can't answer
            connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
