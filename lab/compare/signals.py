"""Ctrl-C, `kill` and a closed terminal all end a run in the same orderly way."""

from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from lab.processes import signals_handled_by


class Stopped(BaseException):
    """A signal asked for the end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.exit_code = 128 + signum  # as a shell reports it: 130 for Ctrl-C


@contextmanager
def stopping() -> Generator[None]:
    """Within the block a signal raises Stopped, so that every `finally` and `with` is honoured."""
    with signals_handled_by(_stop):
        yield


def _stop(signum: int, _frame: FrameType | None) -> None:
    raise Stopped(signum)
