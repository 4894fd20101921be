"""The check of exercise 9: the order of the marks, on errors too, in both worlds."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from core.worlds import World
from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import told
from lab.testing import Answer, Client

LOOK = "`journalled` in exercise.py"


def check_a_response_is_journalled(exercise: ModuleType) -> None:
    """A response goes through: "begin" before anything inside, "end" when it has come back."""
    _marks(
        exercise, "/hello", 200, "outer>, wrote begin GET /hello, inner>, handler, "
        "<inner, wrote end 200, <outer",
        f"{LOOK}: a `yield call(...)` before the bare `yield`, and one after it",
    )  # fmt: skip
    _marks(
        exercise, "/missing", 404, "outer>, wrote begin GET /missing, inner>, handler, "
        "<inner, wrote end 404, <outer",
        f"{LOOK}: a 404 is a response too, and its status is `response.status`",
    )  # fmt: skip


def check_an_exception_is_journalled_and_goes_on(exercise: ModuleType) -> None:
    """An exception goes through: "failed" is written, and it goes on outwards."""
    _marks(
        exercise, "/fail", 500, "outer>, wrote begin GET /fail, inner>, handler, "
        "!inner, wrote failed LookupError, !outer",
        f"{LOOK}: an exception of the inner layers is raised at the bare `yield`",
    )  # fmt: skip


def check_a_closed_path_is_refused(exercise: ModuleType) -> None:
    """A path below /closed is answered by the middleware, and nothing inside runs."""
    answer = _marks(
        exercise, "/closed/today", 503, "outer>, wrote refused, <outer",
        f"{LOOK}: it may return a response before its bare `yield`, after a `yield call(...)`",
    )  # fmt: skip
    expect(answer.text, "closed\n", what="the text of GET /closed/today", look=LOOK)


def _marks(exercise: ModuleType, path: str, status: int, wanted: str, look: str) -> Answer:
    """The answer to a GET, the same from both doors, once its status and marks are right."""
    doors: list[tuple[World, Any]] = [("wsgi", exercise.application), ("asgi", exercise.app)]
    answers: list[Answer] = []
    for world, door in doors:
        what = f"GET {path} at the {world.upper()} door"
        with _failures() as failures:
            client = Client(door, world=world)
            try:
                answers.append(client.get(path))
            except Exception as error:
                raise Unmet(what, "an answer", told(error, exercise), look) from error
            finally:
                client.close()
        marks = answers[-1].header("x-marks") or "no header `x-marks`"
        unexpected = [error for error in failures if not isinstance(error, LookupError)]
        if unexpected:
            came = f"{told(unexpected[0], exercise)}; the marks were {marks}"
            raise Unmet(what, f"the marks {wanted}", came, look)
        expect_that(marks == wanted, what=f"the marks of {what}", wanted=wanted, came=marks,
                    look=look)  # fmt: skip
        expect(answers[-1].status, status, what=f"the status of {what}", look=look)
    return answers[0]


@contextmanager
def _failures() -> Generator[list[BaseException]]:
    """What is raised in requests during the block, which else goes to the log."""
    failures: list[BaseException] = []
    logger = logging.getLogger("tandem")

    def keep(record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1]:
            failures.append(record.exc_info[1])
        return False

    logger.addFilter(keep)
    try:
        yield failures
    finally:
        logger.removeFilter(keep)
