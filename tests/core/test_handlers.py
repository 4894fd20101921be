"""What a handler may be and may take; what it can't is refused when it is registered."""

import functools
import re
from datetime import date
from enum import Enum
from typing import Any, Literal
from uuid import UUID

import pytest

from core import App, Request


class Colour(Enum):
    RED = "red"


class Callables:
    """A handler in each of its forms."""

    def __init__(self, greeting):
        self.greeting = greeting

    def __call__(self, name):
        return f"{self.greeting} {name}"

    def method(self, name):
        return f"{self.greeting} {name}"

    async def async_method(self, name):
        return f"{self.greeting} {name}"

    @staticmethod
    def static(name):
        return f"hi {name}"


class AsyncCallable:
    async def __call__(self, name):
        return f"hi {name}"


def plain(greeting, name):
    return f"{greeting} {name}"


async def coroutine(greeting, name):
    return f"{greeting} {name}"


FORMS = {
    "callable object": Callables("hi"),
    "async callable object": AsyncCallable(),
    "bound method": Callables("hi").method,
    "async bound method": Callables("hi").async_method,
    "static method": Callables.static,
    "partial": functools.partial(plain, "hi"),
    "partial by keyword": functools.partial(plain, greeting="hi"),
    "async partial": functools.partial(coroutine, "hi"),
    "partial of a partial": functools.partial(functools.partial(coroutine), "hi"),
    "partial of an async object": functools.partial(AsyncCallable()),
    "lambda": lambda name: f"hi {name}",
}


@pytest.mark.parametrize("handler", FORMS.values(), ids=FORMS)
def test_a_handler_may_be_any_callable(client, handler):
    site = App()
    site.get("/{name}")(handler)
    assert client(site).get("/bob").text == "hi bob"


def nothing():
    return "taken: "


def request_only(request):
    return f"taken: {request.path}"


def request_of_any_name(anything: Request):
    return f"taken: {anything.path}"


def one(a):
    return f"taken: {a}"


def both(b, a):
    return f"taken: {a} {b}"


def request_and_one(a, request):
    return f"taken: {a} {request.path}"


def request_last(a, b, request: Any):
    return f"taken: {a} {b} {request.path}"


def keyword_only(*, request):
    return f"taken: {request.path}"


def keyword_only_parameter(request, *, a):
    return f"taken: {a} {request.path}"


def greet(a, greeting):
    return f"taken: {a} {greeting}"


def default_of_a_parameter(a="not this"):
    return f"taken: {a}"


@pytest.mark.parametrize(
    ("handler", "taken"),
    [
        (nothing, ""),
        (request_only, "/1/2"),
        (request_of_any_name, "/1/2"),
        (one, "1"),
        (both, "1 2"),
        (request_and_one, "1 /1/2"),
        (request_last, "1 2 /1/2"),
        (keyword_only, "/1/2"),
        (keyword_only_parameter, "1 /1/2"),
        (functools.partial(greet, greeting="hi"), "1 hi"),
        (default_of_a_parameter, "1"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_handler_takes_the_request_and_parameters_by_name(client, handler, taken):
    site = App()
    site.get("/{a}/{b}")(handler)
    answer = client(site).get("/1/2")
    assert answer.text == f"taken: {taken}"


def two_unknown(first, second):
    pass


def wrong_type(request: int):
    pass


def positional(a, /):
    pass


def unknown_annotation(a: "Nowhere"):  # noqa: F821
    pass


def not_from_text(a: list[int]):
    pass


def not_the_paths(a: str):
    pass


def disagreeing(a: UUID):
    pass


@pytest.mark.parametrize(
    ("handler", "path", "says"),
    [
        (two_unknown, "/", "'first', 'second' for two_unknown, of which only one can be the"),
        (wrong_type, "/", "annotated Request; got <class 'int'> for 'request' of wrong_type"),
        (positional, "/{a}", "a handler's arguments have names; got a for positional"),
        (unknown_annotation, "/{a}", "an annotation of unknown_annotation can't be resolved"),
        (dict, "/{a}", "a handler has a signature; got dict"),
        (not_from_text, "/{a}", "got list[int] for 'a' of not_from_text on '/{a}'"),
        (not_the_paths, "/{a:int}", "the path gives 'a' as int; the annotation says <class 'str'>"),
        (disagreeing, "/{a:float}", "in disagreeing on '/{a:float}'"),
    ],
)
def test_a_handler_that_cannot_be_called_is_refused_by_name(handler, path, says):
    with pytest.raises(TypeError) as error:
        App().get(path)(handler)
    assert says in str(error.value)


def test_inline_is_for_a_def():
    async def handler():
        pass

    with pytest.raises(ValueError, match="inline is for a `def`; handler is `async def`"):
        App().get("/", inline=True)(handler)


SOME_UUID = "12345678-1234-5678-1234-567812345678"


@pytest.mark.parametrize(
    ("annotation", "text", "shown"),
    [
        (int, "5", "5"),
        (float, "1.50", "1.5"),
        (UUID, SOME_UUID, f"UUID('{SOME_UUID}')"),
        (date, "2024-02-29", "datetime.date(2024, 2, 29)"),
        (Colour, "red", "<Colour.RED: 'red'>"),
        (Literal["a", "b"], "b", "'b'"),
        (str, "5", "'5'"),
        (Any, "5", "'5'"),
        ("int", "5", "5"),  # as with `from __future__ import annotations`
    ],
)
def test_a_parameter_is_converted_as_annotated(client, annotation, text, shown):
    def handler(value):
        return repr(value)

    handler.__annotations__["value"] = annotation
    site = App()
    site.get("/{value}")(handler)
    assert client(site).get("/" + text).text == shown
    if annotation not in (str, Any):
        assert client(site).get("/!").status == 404


def test_an_annotation_and_the_path_may_say_the_same(client):
    site = App()

    @site.get("/{number:int}/{word:slug}")
    def handler(number: int, word: str):
        return repr((number, word))

    assert client(site).get("/5/a-b").text == "(5, 'a-b')"
    assert client(site).get("/5/a%20b").status == 404


def test_annotations_choose_between_routes(client):
    site = App()

    @site.get("/{value}", name="number")
    def number(value: int):
        return "number"

    @site.get("/{value}", name="word")
    def word(value: str):
        return "word"

    assert [client(site).get(path).text for path in ("/5", "/x")] == ["number", "word"]
    assert re.fullmatch("/[0-9]+", site.url_for("number", value=5))


@pytest.mark.parametrize("is_first", [True, False])
def test_a_parameter_is_given_by_name_to_what_a_decorator_has_wrapped(client, is_first):
    """By `functools.wraps` it has the handler's signature, and takes what it likes."""

    def handler(request, number: int):
        return {"number": number, "path": request.path}

    def alone(number: int):
        return {"number": number, "path": "/7"}

    inner = handler if is_first else alone

    @functools.wraps(inner)
    def by_name(**keywords):
        return inner(**keywords)

    site = App()
    site.get("/{number}")(by_name)
    assert client(site).get("/7").json() == {"number": 7, "path": "/7"}


@pytest.mark.parametrize("order", ["request first", "request last", "by name only"])
def test_the_request_and_one_parameter_come_in_any_order(client, order):
    def first(request, number: int):
        return [request.path, number]

    def last(number: int, request):
        return [request.path, number]

    def named(*, request, number: int):
        return [request.path, number]

    site = App()
    handler = {"request first": first, "request last": last, "by name only": named}[order]
    site.get("/{number}")(handler)
    assert client(site).get("/7").json() == ["/7", 7]
