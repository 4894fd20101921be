"""A server in a process of its own, which writes to our terminal, and is ended by us."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from lab.run.bell import Bell

GRACE = 35.0  # seconds from SIGTERM to SIGKILL; gunicorn and the own server give requests 30
TICK = 1.0  # seconds; a bell that was not heard is made good for


class Child:
    """The process, and those that it starts: a group of their own, so that Ctrl-C reaches us."""

    def __init__(self, arguments: Sequence[str], descriptors: Sequence[int] = ()) -> None:
        """Start `python` with these arguments; it is given these descriptors of ours."""
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            pass_fds=descriptors,
            start_new_session=True,
        )
        self._kill_at: float | None = None  # time.monotonic(); None until it is told to end

    @property
    def pid(self) -> int:
        """Its process id, also that of its group."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, once it was seen to have ended; -N when signal N has ended it."""
        return self._process.returncode

    def has_ended(self) -> bool:
        """Whether it is gone; one that was told to end, and takes too long, is killed."""
        if self.returncode is not None:
            return True
        if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if self._kill_at is not None and time.monotonic() > self._kill_at:
                self.kill()
            return False
        self.kill()  # what it has left behind; until `wait` its number can't be another's
        self._process.wait()
        return True

    def tell_to_end(self) -> None:
        """Ask it to answer what it was asked, and end; again changes nothing."""
        if self._kill_at is None and self.returncode is None:
            self._kill_at = time.monotonic() + GRACE
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End it and all that it has started, now."""
        if self.returncode is None:
            with suppress(PermissionError):  # macOS says so of a group that has ended
                os.killpg(self.pid, signal.SIGKILL)

    def wait(self, bell: Bell) -> int:
        """Let it run until it ends, or a signal tells us to end it; its exit code.

        A second signal kills it. Negative for the signal that has ended it.
        """
        while not self.has_ended():
            if bell.stops:
                self.tell_to_end()
            if bell.stops > 1:
                self.kill()
            bell.wait(TICK)
        return self._process.wait()  # it is there
