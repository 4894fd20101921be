"""A server that starts again when a source file changes; no request is lost by it.

We hold the socket, and hand it to a process that serves. After a change the next one is started on
the same socket; when it is there, the one before is told to end: it answers what it was asked.
Clients who come meanwhile wait in the queue of the socket, which is never closed. A next one that
fails, by a syntax error say, changes nothing: what is wrong is shown, and the next change awaited.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path

from lab.errors import WrongUsageError
from lab.run.bell import Bell
from lab.run.child import TICK, Child
from lab.server.reload import changes

Start = Callable[[int], Child]  # is given the descriptor to which `ready` is written


class Reloader:
    """Keeps one process that serves, and replaces it; `tell` shows a sentence to the user."""

    def __init__(self, start: Start, tell: Callable[[str], None], bell: Bell) -> None:
        self._start = start
        self._tell = tell
        self._bell = bell
        self._serving: Child | None = None
        self._ending: list[Child] = []  # told to end, and not gone yet
        self._changed: Path | None = None
        self._has_served = False
        self._is_wrong = False  # the name of the application, say, from the beginning

    def run(self, directory: Path) -> int:
        """Serve until a signal; the exit code: 0, or 2 where it was asked for what there is not."""
        stopping = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(directory, stopping), daemon=True)
        watcher.start()  # first, so that no change is missed
        try:
            self._replace()
            while not (self._bell.stops or self._is_wrong):
                if self._changed is not None:
                    self._tell(f"{self._changed} has changed")
                    self._replace()
                self._look_after()
                self._bell.wait(TICK)
        finally:
            stopping.set()
            self._end()
            watcher.join()
        return WrongUsageError.exit_code if self._is_wrong else 0

    def _watch(self, directory: Path, stopping: threading.Event) -> None:
        for path in changes(directory, stopping):
            self.changed(path.relative_to(directory) if path.is_relative_to(directory) else path)

    def changed(self, path: Path) -> None:
        """Have the server replaced."""
        self._changed = path
        self._bell.ring()

    def _replace(self) -> None:
        """Start a process, and tell the one before to end when it is ready."""
        self._changed = None
        child = self._started()
        if child is not None:
            self._retire(self._serving)
            self._serving, self._has_served = child, True
        elif self._changed is None and not (self._bell.stops or self._is_wrong):
            goes_on = "the one before goes on; " if self._serving else ""
            self._tell(f"the server did not start; {goes_on}it is tried again after a change")

    def _started(self) -> Child | None:
        """A process that is ready; None where it ended, or another change or a signal came."""
        readable, writable = os.pipe()
        try:
            try:
                child = self._start(writable)
            finally:
                os.close(writable)
            while not (self._bell.stops or self._changed):
                self._bell.wait(TICK, readable)
                if _has_told(readable):
                    return child
                if child.has_ended():
                    is_wrong = child.returncode == WrongUsageError.exit_code
                    self._is_wrong = is_wrong and not self._has_served
                    return None
            self._retire(child)
            return None
        finally:
            os.close(readable)

    def _look_after(self) -> None:
        self._ending = [child for child in self._ending if not child.has_ended()]
        if self._serving is not None and self._serving.has_ended():
            self._serving = None
            self._tell("the server has ended by itself; it is started again after a change")

    def _retire(self, child: Child | None) -> None:
        if child is not None:
            child.tell_to_end()
            self._ending.append(child)

    def _end(self) -> None:
        """All of them, each with its time to answer what it was asked."""
        self._retire(self._serving)
        for child in self._ending:
            child.wait(self._bell)


def _has_told(readable: int) -> bool:
    os.set_blocking(readable, False)
    try:
        return bool(os.read(readable, 16))
    except BlockingIOError:
        return False
