"""Habits of other frameworks, and slips: told where they are made, in words that help."""

import functools
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from asgi_adapter import ASGIAdapter, WebSocket
from core import App, EventStream, HTTPError, NotFound, Router, StreamingResponse
from wsgi_adapter import WSGIAdapter

ADAPTERS = [WSGIAdapter, ASGIAdapter]


# Limits.


@pytest.mark.parametrize("setting", ["max_body", "max_fields"])
@pytest.mark.parametrize(
    ("given", "error"), [("10MB", TypeError), (1e6, TypeError), (True, TypeError), (-1, ValueError)]
)
def test_a_limit_is_a_whole_number(setting, given, error):
    with pytest.raises(error, match=rf"{setting} is a whole number of .*got {given!r}"):
        App(**{setting: given})


@pytest.mark.parametrize("given", ["10MB", 1.5, False])
def test_the_limit_of_a_route_is_one_too_and_names_the_route(given):
    with pytest.raises(TypeError, match=rf"max_body of '/x/up' is a whole .*got {given!r}"):
        Router("/x").post("/up", max_body=given)(lambda: "x")


def test_a_limit_may_be_nothing(client):
    site = App(max_body=0, max_fields=0)
    site.post("/")(lambda: "x")
    doors = client(site)
    assert (doors.post("/").status, doors.post("/", body=b"a").status) == (200, 413)


# What a handler takes.


def with_query(request, q: str = "a"):
    raise NotImplementedError


async def with_query_async(*, page=1):
    raise NotImplementedError


def with_optional_request(request=None):
    raise NotImplementedError


@pytest.mark.parametrize(
    ("handler", "got", "hint"),
    [
        (with_query, "q: str = 'a' for with_query", """request.query.get("q", 'a')"""),
        (with_query_async, "page=1 for with_query_async", 'request.query.get("page", 1)'),
        (with_optional_request, "request=None for with_optional_request", "without a default"),
    ],
)
def test_an_argument_that_is_never_given_is_refused(handler, got, hint):
    with pytest.raises(TypeError) as refusal:
        App().get("/x")(handler)
    assert f"; got {got} (" in str(refusal.value)
    assert hint in str(refusal.value)


def with_more(*arguments):
    raise NotImplementedError


def with_keywords(request, **kw: Any):
    raise NotImplementedError


@pytest.mark.parametrize(
    ("handler", "got"),
    [(with_more, "*arguments for with_more"), (with_keywords, "**kw: Any for with_keywords")],
)
def test_arguments_without_a_name_are_refused(handler, got):
    with pytest.raises(TypeError) as refusal:
        App().get("/x")(handler)
    said = str(refusal.value)
    assert "a handler's arguments have names; got " in said
    assert got.partition(":")[0] in said
    assert said.endswith(
        '(a field of the query is request.query.get("q"); '
        "a decorator keeps names by functools.wraps)"
    )


def test_a_websocket_has_no_arguments_with_a_default_either():
    async def handler(websocket: WebSocket, room="all"):
        raise NotImplementedError

    with pytest.raises(TypeError, match="got room='all' for handler"):
        ASGIAdapter(App()).websocket("/ws")(handler)


def test_a_default_of_a_path_parameter_and_what_a_partial_settles_are_fine(client):
    def handler(greeting, name="nobody", mark="!"):
        return f"{greeting} {name}{mark}"

    site = App()
    site.get("/{name}")(functools.partial(functools.partial(handler, mark="?"), greeting="hi"))
    assert client(site).get("/ann").text == "hi ann?"


def test_a_decorator_keeps_the_names(client):
    def shouting(function):
        @functools.wraps(function)
        def wrapper(*arguments, **options):
            return function(*arguments, **options).upper()

        return wrapper

    site = App()
    site.get("/{name}")(shouting(lambda name: name))
    assert client(site).get("/ann").text == "ANN"


# The lifespan.


@asynccontextmanager
async def life(app):
    raise NotImplementedError
    yield


@contextmanager
def without_the_app():
    raise NotImplementedError
    yield


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_lifespan_that_is_called_is_refused(adapter):
    with pytest.raises(TypeError, match=r"write lifespan=f, not lifespan=f\(\)") as refusal:
        adapter(App(), lifespan=life(None))
    assert "a lifespan is a function of the App" in str(refusal.value)


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_lifespan_that_does_not_take_the_app_is_refused(adapter):
    with pytest.raises(TypeError, match=r"a function of the App .*; got without_the_app\(\)"):
        adapter(App(), lifespan=without_the_app)


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_lifespan_whose_arguments_are_not_known_is_taken(adapter):
    assert adapter(App(), lifespan=map).lifespan.context is map


# Results.


@dataclass
class Basket:
    fruits: Any


class Dict(dict):
    """A mapping of one's own."""


@pytest.mark.parametrize(
    ("result", "kind", "form", "reason"),
    [
        ({"fruits": App()}, "dict", "JSON", "type App is unsupported"),
        ([App], "list", "JSON", "type"),
        (({"at": object()}, 201), "dict", "JSON", "type object is unsupported"),
        (Basket(App()), "Basket", "JSON", "type App is unsupported"),
        (Dict(a=object()), "dict", "JSON", "type object is unsupported"),
        ("\ud800", "str", "UTF-8", "surrogates not allowed"),
    ],
)
@pytest.mark.parametrize("with_middleware", [False, True])
def test_what_can_not_be_written_is_named_with_its_handler(
    client, caplog, result, kind, form, reason, with_middleware
):
    site = App()

    @site.get("/")
    def pick():
        return result

    @site.get("/m")
    def other():
        raise NotImplementedError

    if with_middleware:

        @site.middleware
        def passing(request):
            return (yield)

    assert client(site).get("/").status == 500
    assert f"what a handler returns is sent as {form}; got a {kind} from pick: " in caplog.text
    assert reason in caplog.text


# Errors and streams.


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: NotFound(404), "the detail of NotFound is a str (its status is 404 by itself)"),
        (lambda: HTTPError(404, 404), "the detail of HTTPError is a str"),
    ],
)
def test_a_status_is_no_detail(make, says):
    with pytest.raises(TypeError) as refusal:
        make()
    assert str(refusal.value) == f"{says}; got 404"


async def made_async():
    raise NotImplementedError
    yield


def made():
    raise NotImplementedError
    yield


@pytest.mark.parametrize("response", [StreamingResponse, EventStream])
@pytest.mark.parametrize("function", [made, made_async])
def test_a_generator_function_that_is_not_called_is_refused(response, function):
    with pytest.raises(TypeError, match=r"got <function .*> \(call it, as in f\(\)\)$"):
        response(function)
