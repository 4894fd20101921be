"""A bell: what signals and threads ring, and the main thread waits for."""

import os
import select
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress
from types import FrameType

from lab.processes import STOP_SIGNALS


class Bell:
    """Can be rung from anywhere, also from a signal handler: a byte in a pipe, and no lock."""

    def __init__(self) -> None:
        self.stops = 0  # signals that have asked us to end
        self._out, self._in = os.pipe()
        os.set_blocking(self._out, False)
        os.set_blocking(self._in, False)

    def ring(self) -> None:
        """Wake up who waits."""
        with suppress(BlockingIOError):  # it rings already
            os.write(self._in, b"!")

    def wait(self, seconds: float, *also: int) -> None:
        """Return when it rings, when one of these descriptors can be read, or after a time."""
        rung, _, _ = select.select([self._out, *also], [], [], seconds)
        if self._out in rung:
            os.read(self._out, 65_536)  # all of it: once is enough

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._out)
        os.close(self._in)


@contextmanager
def rung_by_signals() -> Generator[Bell]:
    """A bell that the signals that end us ring, and the end of a process that we have started."""
    bell = Bell()

    def stop(_number: int, _frame: FrameType | None) -> None:
        bell.stops += 1
        bell.ring()

    def look(_number: int, _frame: FrameType | None) -> None:
        bell.ring()

    before = {number: signal.getsignal(number) for number in (*STOP_SIGNALS, signal.SIGCHLD)}
    if before[signal.SIGHUP] is signal.SIG_IGN:  # started with nohup
        del before[signal.SIGHUP]
    try:
        for number in before:
            signal.signal(number, look if number == signal.SIGCHLD else stop)
        yield bell
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        bell.close()
