"""What a handler may return, and what becomes of anything else."""

import collections
import enum
import functools
import logging
from dataclasses import dataclass

import msgspec
import pytest

from core import App, HTMLResponse, JSONResponse, RedirectResponse, Response

TEXT = "text/plain; charset=utf-8"
JSON = "application/json"


@dataclass
class Task:
    title: str


class Note(msgspec.Struct):
    text: str


class Word(str):
    __slots__ = ()


class Status(enum.IntEnum):
    TEAPOT = 418


def answered(client, value):
    """The answers of a `def` and of an `async def` handler that return this; they are the same."""
    site = App()
    site.get("/def")(lambda: value)

    @site.get("/async")
    async def handler():
        return value

    answer = client(site).get("/def")
    assert client(site).get("/async") == answer
    return answer


@pytest.mark.parametrize(
    ("value", "content_type", "body"),
    [
        ("héllo", TEXT, "héllo".encode()),
        ("", TEXT, b""),
        (Word("hi"), TEXT, b"hi"),
        (b"\xff\x00", "application/octet-stream", b"\xff\x00"),
        ({"a": [1, None, "é"]}, JSON, '{"a":[1,null,"é"]}'.encode()),
        (collections.OrderedDict(a=1), JSON, b'{"a":1}'),
        ([1, 2], JSON, b"[1,2]"),
        (Task("t"), JSON, b'{"title":"t"}'),
        (Note("n"), JSON, b'{"text":"n"}'),
        ({}, JSON, b"{}"),  # what is falsy is JSON like the rest
        ([], JSON, b"[]"),
        (JSONResponse(None), JSON, b"null"),
        (JSONResponse(0), JSON, b"0"),
        (JSONResponse(False), JSON, b"false"),
        (JSONResponse(""), JSON, b'""'),
        (JSONResponse({}), JSON, b"{}"),
        (JSONResponse([1]), JSON, b"[1]"),
        (HTMLResponse("<p>é"), "text/html; charset=utf-8", "<p>é".encode()),
        (Response("x", content_type="text/css"), "text/css", b"x"),
        (Response("x", headers={"Content-Type": "text/css"}), "text/css", b"x"),
        (Response(b"x", headers=[("Content-Type", "image/png")]), "image/png", b"x"),
    ],
    ids=repr,
)
def test_a_value_is_answered_as_its_kind(client, value, content_type, body):
    answer = answered(client, value)
    assert (answer.status, answer.all("content-type"), answer.body) == (200, [content_type], body)
    assert answer.all("content-length") == [str(len(body))]  # in bytes, not in characters


@pytest.mark.parametrize(
    ("value", "status", "body"),
    [
        (("made", 201), 201, b"made"),
        (({"a": 1}, 404), 404, b'{"a":1}'),
        ((Response("x", 200), 503), 503, b"x"),
        (("", 204), 204, b""),
        ((Task("t"), 202), 202, b'{"title":"t"}'),
    ],
    ids=repr,
)
def test_a_value_may_have_a_status(client, value, status, body):
    answer = answered(client, value)
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        0,
        True,
        1.5,
        {1, 2},
        object,
        Task,  # the class, not one of it
        ("a", 200, {}),
        ("a",),
        ("a", "200"),
        ("a", True),
        ("a", 99),
        ("a", 600),
        (None, 200),
        ({"a": object()}, 200),
        {"a": object()},
        [{1, 2}, object()],
    ],
    ids=lambda value: type(value).__name__,
)
def test_anything_else_is_a_500_that_the_log_explains(client, value, caplog):
    def a_named_handler():
        return value

    site = App()
    site.get("/")(a_named_handler)
    answer = client(site).get("/")
    assert (answer.status, answer.text) == (500, "Internal Server Error\n")
    [record] = caplog.records
    assert record.name == "tandem"
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (
            None,
            "got None from a_named_handler (is a `return` missing? an empty answer is",
        ),
        (5, "got 5 from a_named_handler"),
        ({1}, "got {1} from a_named_handler"),
        (("a", 99), "99"),
    ],
)
def test_the_log_names_handler_and_value(client, value, says, caplog):
    def a_named_handler():
        return value

    site = App()
    site.get("/")(a_named_handler)
    client(site).get("/")
    assert says in caplog.text
    assert "'/'" in caplog.text


def test_a_def_that_returns_a_coroutine_is_told_what_it_is(client, caplog):
    async def coroutine():
        raise AssertionError("it is never run")

    @functools.wraps(coroutine)
    def wrapper():
        return coroutine()

    del wrapper.__wrapped__
    site = App()
    site.get("/")(wrapper)
    assert client(site).get("/").status == 500
    assert "declared `async def`" in caplog.text


def test_a_response_may_be_shared_between_requests(client):
    site, shared = App(), Response("same")
    site.get("/")(lambda: shared)
    assert client(site).get("/") == client(site).get("/")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_has_its_location_and_an_empty_body(client, status):
    answer = answered(client, RedirectResponse("/there?a=b c&d=é", status))
    assert (answer.status, answer.body) == (status, b"")
    assert answer.header("location") == "/there?a=b%20c&d=%C3%A9"
    assert answer.header("content-length") == "0"
