"""The sentinel of a test client: it warns as Python does, so a filter makes it an error.

[tool.pytest.ini_options]
filterwarnings = ["error::lab.sentinel.EventLoopHeld"]
"""

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from lab.sentinel.blocking import noticed
from lab.sentinel.held import EventLoopHeld, Held
from lab.sentinel.sentinel import THRESHOLD, Sentinel


class TestSentinel(Sentinel):
    """A Sentinel that keeps what it has to tell until the test has its answer."""

    __test__ = False  # pytest: this is no test

    def __init__(self, application: Any, threshold: float) -> None:
        self._untold: list[Held] = []
        super().__init__(application, threshold, tell=self._untold.append)

    @contextmanager
    def noticing(self) -> Generator[None]:
        """Notice blocking calls in the block too; then warn of all that held the loop in it."""
        with noticed(self._request, self.note):
            yield
        self.warn()

    def warn(self) -> None:
        """Warn of what was found since the last time; the place is that of the user's code."""
        while self._untold:
            held = self._untold.pop(0)
            place = held.place
            warnings.warn_explicit(str(held), EventLoopHeld, place.code.co_filename, place.number)

    def _request(self) -> str | None:
        running = self.watchdog.running.get(get_ident())
        return None if running is None else running.request


def in_tests(application: Any, asked: float | bool) -> TestSentinel | None:
    """The sentinel for what a test says: True, seconds, or False for none."""
    if asked is False:
        return None
    return TestSentinel(application, THRESHOLD if asked is True else asked)
