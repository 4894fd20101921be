"""The server starts again when a source file changes, and on SIGHUP; no request is lost by it.

A process that serves nothing holds the socket, and hands it to another one that serves. When that
is to be replaced, the next one is started first, on the same socket; when it is ready, the old one
is told to end, answers what it was asked, and is gone. Clients who come meanwhile wait in the queue
of the socket, which is never closed. A next one that fails, by a syntax error say, changes nothing.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from lab.errors import LabError
from lab.server.access_log import server_log

LOOK_EVERY = 0.5  # seconds, at the process; and at files where watchfiles is not installed


class Supervisor:
    """Holds the socket, and keeps one process that serves on it."""

    def __init__(self, listening: socket.socket, command: Sequence[str]) -> None:
        self._socket = listening
        self._command = list(command)  # of the process that serves, without --fd and --ready-fd
        self._child: subprocess.Popen[bytes] | None = None
        self._children: set[subprocess.Popen[bytes]] = set()  # also one that starts, or ends
        self._untold: set[subprocess.Popen[bytes]] = set()  # those of them that are not to end yet
        self._has_terminal = False
        self._stopping = threading.Event()
        self._wanted = threading.Event()  # a restart is, or the end

    def run(self, directory: Path) -> int:
        """Serve until SIGTERM or SIGINT, or until the terminal is closed.

        Returns the exit code of the last process that has served.
        """
        self._has_terminal = _has_terminal()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._told)
        watcher = threading.Thread(target=self._watch, args=(directory,), daemon=True)
        watcher.start()  # first, so that no change is missed
        if not self._replace():
            return 0 if self._stopping.is_set() else 1
        while not self._stopping.is_set():
            if self._wanted.wait(LOOK_EVERY):
                self._wanted.clear()
                if not self._stopping.is_set():
                    self._replace()
            else:
                self._look_after()
        return 1 if self._child is None else self._child.wait()  # it was told

    def _told(self, number: int, _frame: FrameType | None) -> None:
        """Each signal to end is handed on at once, for the main thread may wait for a process.

        To a process that ends already only the second is, for it cancels what is left.
        """
        # SIGHUP is for a restart; but it is also sent when a terminal is closed
        is_closed = self._has_terminal and not _has_terminal()
        if number != signal.SIGHUP or is_closed:
            is_second = self._stopping.is_set()
            self._stopping.set()
            for child in list(self._children):
                self._end(child)
                if is_second:
                    child.send_signal(signal.SIGTERM)
        self._wanted.set()

    def _watch(self, directory: Path) -> None:
        for path in changes(directory, self._stopping):
            server_log.info("%s has changed", path)
            self._wanted.set()

    def _replace(self) -> bool:
        """Start a process, and end the one before when it is ready; whether it is."""
        child = self._started()
        if child is None:
            if not self._stopping.is_set():
                server_log.error("the server did not start; the one before, if any, goes on")
            return False
        before, self._child = self._child, child
        if before is not None:
            self._end(before)
            before.wait()
            self._children.discard(before)
        return True

    def _look_after(self) -> None:
        """Tell of a process that was killed, or has ended itself; the socket is kept open."""
        child = self._child
        if child is not None and (code := child.poll()) is not None:
            self._children.discard(child)
            self._child = None
            server_log.error(
                "the server has ended by itself, with code %d; a change, or SIGHUP, starts it", code
            )

    def _started(self) -> subprocess.Popen[bytes] | None:
        readable, writable = os.pipe()
        descriptors = (self._socket.fileno(), writable)
        child = subprocess.Popen(
            [*self._command, "--fd", str(descriptors[0]), "--ready-fd", str(writable)],
            pass_fds=descriptors,
            start_new_session=True,  # a Ctrl-C in the terminal reaches us, and we end it
        )
        self._children.add(child)
        self._untold.add(child)
        if self._stopping.is_set():  # it was told before there was this one
            self._end(child)
        os.close(writable)
        with open(readable, "rb") as ready:
            # a signal that comes just before the read would be heard after it
            while not select.select([ready], [], [], LOOK_EVERY)[0]:
                pass
            is_ready = ready.read() == READY  # b"" at its end, when the process ends
        if not is_ready:
            child.wait()
            self._children.discard(child)
            self._untold.discard(child)
            return None
        return child

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        """Tell a process to end: once, though a signal may come while this is done."""
        with suppress(KeyError):
            self._untold.remove(child)  # who takes it out is the one that tells it
            child.send_signal(signal.SIGTERM)


def _has_terminal() -> bool:
    try:
        os.tcgetpgrp(0)
    except OSError:  # none, or one that is closed
        return False
    return True


READY = b"ready"


def tell_ready(descriptor: int) -> Callable[[], None]:
    """What a process calls when it serves: it says so to the one that has started it."""

    def tell() -> None:
        with open(descriptor, "wb") as waiting:
            waiting.write(READY)

    return tell


def changes(directory: Path, stopping: threading.Event) -> Iterator[Path]:
    """A file of Python code below the directory each time that one changes."""
    try:
        import watchfiles
    except ImportError:
        yield from _changes_by_looking(directory, stopping)
        return
    only = watchfiles.PythonFilter()
    for changed in watchfiles.watch(
        directory, watch_filter=only, stop_event=stopping, raise_interrupt=False
    ):
        yield Path(next(iter(changed))[1])


def _changes_by_looking(directory: Path, stopping: threading.Event) -> Iterator[Path]:
    before = _times(directory)
    while not stopping.wait(LOOK_EVERY):
        now = _times(directory)
        changed = {path for path, _ in now.items() ^ before.items()}
        if changed:
            yield min(changed)
        before = now


def _times(directory: Path) -> dict[Path, int]:
    """When each file of Python code was changed, in ns; hidden directories are not looked into."""
    found = {}
    for base, directories, names in os.walk(directory):
        directories[:] = [name for name in directories if not name.startswith(".")]
        for name in names:
            if name.endswith(".py"):
                path = Path(base, name)
                try:
                    found[path] = path.stat().st_mtime_ns
                except FileNotFoundError:  # it was there a moment ago
                    continue
    return found


def command_for(app: str, face: str | None, access_log: bool) -> list[str]:
    """The process that serves, as a command."""
    command = [sys.executable, "-m", "lab.server", app]
    if face is not None:
        command += ["--face", face]
    if not access_log:
        command += ["--no-access-log"]
    return command


__all__ = ["LabError", "Supervisor", "changes", "command_for", "tell_ready"]
