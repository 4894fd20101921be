"""A learner's exercise, judged in a process of its own, which is ended with all that it started.

What the judge tells comes through a pipe of its own; what the learner's code prints through
another, of which only the beginning is kept.
"""

import json
import os
import secrets
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from lab.learn.course import LIMIT
from lab.learn.leftovers import MARK, end_marked
from lab.learn.verdict import Verdict

BEYOND = 20.0  # seconds more for a judge that does not end itself, as one that was stopped
KEPT = 4_000  # bytes of what is printed
TICK = 0.1  # seconds between two looks at whether it has ended
ONCE = 65_536  # bytes

Heard = Callable[[Verdict], None]


def judged(
    check: Path,
    exercise: Path,
    *,
    limit: float = LIMIT,
    heard: Heard = lambda _verdict: None,
    cancelled: threading.Event | None = None,
) -> Verdict:
    """What the check says of the exercise; `heard` is called each time that more is known.

    It may be called from any thread; `cancelled` ends it early.
    """
    verdict = Verdict(exercise.parent)
    if not exercise.is_file():
        verdict.stopped(
            "ended", f"there is no {exercise.name}: a reset of the lesson brings it back"
        )
        return verdict
    mark = secrets.token_hex(8)
    readable, writable = os.pipe()
    process = _started(check, exercise, limit, writable, mark)
    os.close(writable)
    listening = _Listening(process, readable, verdict, heard)
    try:
        listening.until_it_ends(time.monotonic() + limit + BEYOND, cancelled or threading.Event())
        if not listening.has_ended() and verdict.state == "running":
            verdict.timed_out(limit)
    finally:
        with suppress(ProcessLookupError, PermissionError):  # of a group that is gone already
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        end_marked(mark)
        listening.rest()
    if cancelled is not None and cancelled.is_set():
        verdict.state = "cancelled"
    elif verdict.state == "running":
        _ended(verdict, limit, listening.dump, listening.returncode)
    return verdict


def _started(
    check: Path, exercise: Path, limit: float, writable: int, mark: str
) -> subprocess.Popen[bytes]:
    arguments = [str(check), str(exercise), "--events", str(writable), "--limit", str(limit)]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "lab.learn.judge", *arguments],
        cwd=exercise.parent,
        env=os.environ
        | {
            MARK: mark,
            "PYTHONDONTWRITEBYTECODE": "1",  # two saves within a second, and it would be old
            "PYTHONUNBUFFERED": "1",  # or what is printed before a timeout would be lost
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[writable],
        start_new_session=True,
    )


class _Listening:
    """The two pipes of a judge."""

    def __init__(
        self, process: subprocess.Popen[bytes], events: int, verdict: Verdict, heard: Heard
    ) -> None:
        assert process.stdout is not None
        self.returncode = 0  # negative for a signal; only if it has ended by itself
        self.dump: list[str] = []  # lines that are no events: faulthandler's
        self._process = process
        self._events = open(events, "rb", buffering=0)  # noqa: SIM115  # `rest` closes it
        self._printed = process.stdout
        self._verdict = verdict
        self._heard = heard
        self._half = b""  # of a line that has not come to its end
        self._open = {self._events.fileno(), self._printed.fileno()}
        for descriptor in self._open:
            os.set_blocking(descriptor, False)

    def until_it_ends(self, until: float, cancelled: threading.Event) -> None:
        """Read until there is a verdict, the judge has ended, time is over, or it is cancelled."""
        while not cancelled.is_set() and time.monotonic() < until:
            self._read(TICK)
            if self._verdict.state != "running" or self.has_ended():
                return

    def rest(self) -> None:
        """What is still in the pipes; then they are closed."""
        while self._read(0):
            pass
        self._events.close()
        self._printed.close()

    def has_ended(self) -> bool:
        """Whether it is gone; it is not waited for, so its number still names its group."""
        how = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if how is None:
            return False
        self.returncode = how.si_status if how.si_code == os.CLD_EXITED else -how.si_status
        return True

    def _read(self, seconds: float) -> bool:
        """Take what there is; whether there was anything."""
        if not self._open:
            time.sleep(seconds)
            return False
        ready, _, _ = select.select(list(self._open), [], [], seconds)
        for descriptor in ready:
            piece = os.read(descriptor, ONCE)
            if not piece:
                self._open.discard(descriptor)
            elif descriptor == self._printed.fileno():
                self._keep(piece)
            else:
                self._take(piece)
        return bool(ready)

    def _keep(self, piece: bytes) -> None:
        room = max(0, KEPT - len(self._verdict.printed))
        self._verdict.printed += piece[:room].decode(errors="replace")
        self._verdict.unprinted += len(piece[room:])

    def _take(self, piece: bytes) -> None:
        *lines, self._half = (self._half + piece).split(b"\n")
        for line in lines:
            try:
                self._verdict.heard(json.loads(line))
            except ValueError:
                self.dump.append(line.decode(errors="replace"))
            else:
                self._heard(self._verdict)


def _ended(verdict: Verdict, limit: float, dump: list[str], returncode: int) -> None:
    """Say what happened to a judge that has ended without a last word."""
    if dump:
        verdict.timed_out_as_dumped(limit, dump)
    elif returncode < 0:
        name = signal.Signals(-returncode).name
        why = ": was it out of memory?" if name == "SIGKILL" else ""
        verdict.stopped("ended", f"the process of your code was ended by the signal {name}{why}")
    elif returncode:
        verdict.stopped("ended", f"your code ended its process, with exit code {returncode}")
    else:
        verdict.stopped("ended", "your code ended its process before the check's end")
