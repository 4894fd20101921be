"""However a handler goes wrong, its client gets a plain 500, and the next request its answer."""

import logging

import pytest

from core import App, HTTPError, RedirectResponse, Response

LONE = "\ud800"  # half a pair: no encoding has it


class Unprintable(Exception):
    """An error that can't be shown."""

    def __repr__(self):
        raise RuntimeError("no repr")

    __str__ = __repr__


def deep():
    """A list within a list, and so on."""
    outer = []
    for _ in range(100_000):
        outer = [outer]
    return outer


def endless():
    """A list that holds itself."""
    inner = []
    inner.append(inner)
    return inner


def recursive():
    """A function that never ends."""
    return recursive()


def raising(error):
    """Raise it, where only an expression can stand."""
    raise error


BUGS = {
    "text that can't be encoded": lambda: LONE,
    "JSON that can't be encoded": lambda: {"a": LONE},
    "a name that can't be encoded": lambda: {LONE: 1},
    "a detail that can't be encoded": lambda: raising(HTTPError(400, LONE)),
    "a target that can't be encoded": lambda: RedirectResponse(LONE),
    "a header that can't be encoded": lambda: Response(headers={"x-a": LONE}),
    "a header of a wrong type": lambda: raising(HTTPError(400, "", {"x-a": 5})),
    "JSON nested too deep": deep,
    "JSON that holds itself": endless,
    "an integer of 5,001 digits": lambda: {"a": 10**5_000},
    "a recursion without end": recursive,
    "no memory": lambda: raising(MemoryError()),
    "a group of answers": lambda: raising(ExceptionGroup("two", [HTTPError(404), HTTPError(403)])),
    "an error that can't be shown": lambda: raising(Unprintable()),
    "a value that can't be shown": lambda: Unprintable(),  # as a class it has no signature
}


@pytest.fixture
def _without_a_log():
    """What can't be shown can't be logged either: `logging` would say so on stderr."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("_without_a_log")
@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("kind", ["def", "async def", "error handler"])
def test_a_bug_is_a_plain_500_and_the_next_request_is_served(client, bug, kind):
    site = App()

    async def wrong():
        return BUGS[bug]()

    if kind == "error handler":
        site.get("/")(lambda: raising(LookupError()))
        site.error(LookupError)(lambda request, error: BUGS[bug]())
    else:
        site.get("/")(wrong if kind == "async def" else BUGS[bug])
    site.get("/next")(lambda: "served")
    doors = client(site)
    for _ in range(2):
        answer = doors.get("/")
        assert (answer.status, answer.text) == (500, "Internal Server Error\n")
        assert doors.get("/next").text == "served"
