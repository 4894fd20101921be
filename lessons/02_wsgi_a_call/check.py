"""Lesson 2: the application is asked inside wsgiref.validate, then on gunicorn."""

import traceback
import tracemalloc
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref import validate
from wsgiref.util import setup_testing_defaults

from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import called, told
from lab.learn.checks.load import at_once
from lab.learn.checks.serving import on_gunicorn

LOOK = "in `application` of exercise.py"
MANY = 100_000  # pieces: all at once they are megabytes
FEW_BYTES = 500_000  # of memory: more than one piece needs, much less than many do


@dataclass
class Answer:
    """What the application gave the server."""

    status: str
    fields: list[tuple[str, str]]
    pieces: list[bytes]


def check_a_name_is_greeted(exercise: ModuleType) -> None:
    """GET /hello/Ann is answered 200, with a greeting."""
    _expect_answer(exercise, "/hello/Ann", "200", [b"Hello, Ann!\n"])


def check_any_name_is_greeted(exercise: ModuleType) -> None:
    """A name that is not English is greeted as it is written."""
    path, wanted = "/hello/J%C3%BCrgen", "Hello, Jürgen!\n".encode()
    answer = _ask(exercise, path)
    look = f"{LOOK}: a character of PATH_INFO stands for a byte, see `path_of` in app.py"
    expect(b"".join(answer.pieces), wanted, what=f"the body for GET {path}", look=look)


def check_pieces_are_counted(exercise: ModuleType) -> None:
    """GET /count/3 is answered with three pieces."""
    _expect_answer(exercise, "/count/3", "200", [b"1\n", b"2\n", b"3\n"])


def check_pieces_are_made_one_by_one(exercise: ModuleType) -> None:
    """A piece is made when the server asks for it, and not before."""
    tracemalloc.start()
    try:
        with _asked(exercise, f"/count/{MANY}") as (_, pieces):
            first = next(pieces, None)
            used = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    what = f"GET /count/{MANY}, when the server has asked for one piece"
    expect(first, b"1\n", what=f"the first piece of /count/{MANY}", look=LOOK)
    wanted = "one piece made"
    came = f"{used / 1e6:.1f} MB in memory: they have all been made"
    look = f"{LOOK}: a generator makes a piece at each `next`"
    expect_that(used < FEW_BYTES, what=what, wanted=wanted, came=came, look=look)


def check_all_else_is_not_found(exercise: ModuleType) -> None:
    """Any other path is answered 404."""
    for path in ("/", "/goodbye/Ann", "/count/many"):
        _expect_answer(exercise, path, "404", [b"Not found\n"])


def check_a_server_serves_it(exercise: ModuleType) -> None:
    """A real server, gunicorn, serves it."""
    with on_gunicorn("exercise:application", folder=_folder(exercise)) as server:
        (answer,) = at_once(server.port, "/count/3", clients=1)
    expect(answer.body, b"1\n2\n3\n", what="the body of GET /count/3 on gunicorn", look=LOOK)


def _folder(exercise: ModuleType) -> Path:
    return Path(exercise.__file__ or "").parent


def _expect_answer(exercise: ModuleType, path: str, status: str, pieces: list[bytes]) -> None:
    answer = _ask(exercise, path)
    expect_that(
        answer.status.startswith(status),
        what=f"the status of GET {path}",
        wanted=status,
        came=repr(answer.status),
        look=LOOK,
    )
    expect(answer.pieces, pieces, what=f"the pieces of GET {path}", look=LOOK)
    kinds = [value for name, value in answer.fields if name.lower() == "content-type"]
    what, wanted = f"the Content-Type of GET {path}", ["text/plain; charset=utf-8"]
    expect(kinds, wanted, what=what, look=LOOK)


def _ask(exercise: ModuleType, path: str) -> Answer:
    with _asked(exercise, path) as (started, pieces):
        made = list(pieces)
    return Answer(started[0], started[1], made)


@contextmanager
def _asked(exercise: ModuleType, path: str) -> Generator[tuple[list[Any], Iterator[bytes]]]:
    """What a server sees of one request, inside the validator: status and fields, and pieces."""
    started: list[Any] = []

    def start_response(status: str, fields: list[Any], _: Any = None, /) -> Callable[..., None]:
        started[:] = status, fields
        return list[bytes]().append

    def application(environ: dict[str, Any], start: Callable[..., Any], /) -> Any:
        what = f"application(environ, start_response) for GET {path}"
        return called(exercise, "application", environ, start, what=what, look=LOOK)

    with _as_unmet(exercise, path):
        result = validate.validator(application)(_environ(path), start_response)
        try:
            yield started, iter(result)
        finally:
            result.close()  # type: ignore[attr-defined]


@contextmanager
def _as_unmet(exercise: ModuleType, path: str) -> Generator[None]:
    """A rule that is broken, or an exception while pieces are made, is told as such."""
    try:
        yield
    except Unmet:
        raise
    except Exception as error:
        by_validator = traceback.extract_tb(error.__traceback__)[-1].filename == validate.__file__
        wanted = "what PEP 3333 asks for" if by_validator else "an answer"
        raise Unmet(f"GET {path}", wanted, told(error, exercise), LOOK) from error


def _environ(path: str) -> dict[str, Any]:
    environ: dict[str, Any] = {"SCRIPT_NAME": "", "QUERY_STRING": ""}
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")  # as a server does it
    setup_testing_defaults(environ)
    return environ
