"""A learner's application, asked in process; a bug in it is told in the words of its exception.

    answer = asked(exercise, "/cpu", world="asgi", look="in `cpu`")

An App answers a bug with a 500 that reveals nothing, as it should. Here the learner is told what
was raised and in which line, which the App has logged.
"""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from core.worlds import World
from lab.learn.checks.calling import told
from lab.learn.checks.expecting import Unmet
from lab.testing import Answer, Client

DOORS: dict[World, str] = {"wsgi": "application", "asgi": "app"}


def client_of(exercise: ModuleType, world: World, **options: Any) -> Client:
    """A client of `application` or of `app`; Unmet where the exercise has none."""
    door = DOORS[world]
    if getattr(exercise, door, None) is None:
        raise Unmet(f"`{door}` in exercise.py", "an adapter", "no such name", "at the file's end")
    return Client(getattr(exercise, door), world=world, **options)


def asked(
    exercise: ModuleType,
    target: str,
    *,
    method: str = "GET",
    world: World = "asgi",
    look: str = "",
    **options: Any,
) -> Answer:
    """The answer, if it is a 2xx; Unmet where there is another, or none."""
    client = client_of(exercise, world)
    what = f"{method} {target} ({DOORS[world]})"
    with failures_heard() as heard:
        try:
            answer = client.request(method, target, **options)
        except Unmet:
            raise
        except (Exception, SystemExit) as error:
            raise Unmet(what, "an answer", told(error, exercise), look) from error
    if not 200 <= answer.status < 300:
        came = f"{answer.status}: {answer.text.strip()[:80]}"
        raise Unmet(what, "a 2xx", told(heard[0], exercise) if heard else came, look)
    return answer


@contextmanager
def failures_heard() -> Generator[list[BaseException]]:
    """What Tandem logs as raised within the block, and would write to stderr otherwise."""
    listener = _Listener()
    logger = logging.getLogger("tandem")
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(listener)
    try:
        yield listener.heard
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagated


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the exception that a record tells of."""
        if record.exc_info and record.exc_info[1]:
            self.heard.append(record.exc_info[1])
