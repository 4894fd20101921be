"""What a handler may return, and the response it becomes."""

from collections.abc import Callable
from dataclasses import is_dataclass
from inspect import iscoroutine
from typing import Any, TypeVar

import msgspec

from core.headers import Headers
from core.response import BINARY, JSON, TEXT, Response, checked_status, encode_json

T = TypeVar("T")
_new: Callable[[type[T]], T] = object.__new__


def to_response(value: Any, name: str) -> Response:
    """The response a handler's result stands for; `name` is the handler's, for the TypeError.

    A `str` is text, `bytes` binary; a dict, list, dataclass or msgspec Struct is JSON; `(value,
    status)` is any of them with a status; a Response is itself.
    """
    make = MAKERS.get(type(value))
    return make(value) if make is not None else unusual(value, name)


def _made(body: bytes, content_type: str) -> Response:
    """A response of parts known to be right: nothing of it is checked again."""
    response = _new(Response)
    response.status = 200
    response.body = body
    response.headers = headers = _new(Headers)
    headers.first = {"content-type": content_type}
    headers.further = []
    return response


def _text(value: str) -> Response:
    return _made(value.encode("utf-8"), TEXT)


def _binary(value: bytes) -> Response:
    return _made(value, BINARY)


def _json(value: Any) -> Response:
    return _made(encode_json(value), JSON)


MAKERS: dict[type, Callable[[Any], Response]] = {
    str: _text,
    bytes: _binary,
    dict: _json,
    list: _json,
    Response: lambda value: value,
}


def unusual(value: Any, name: str) -> Response:
    """The response for subclasses, objects, and a value with its status."""
    if isinstance(value, Response):
        return value
    if isinstance(value, tuple) and len(value) == 2 and type(value[1]) is int:
        response = to_response(value[0], name)
        response.status = checked_status(value[1])
        return response
    for kind in (str, bytes, dict, list):
        if isinstance(value, kind):
            return MAKERS[kind](value)
    if isinstance(value, msgspec.Struct) or (is_dataclass(value) and not isinstance(value, type)):
        return _json(value)
    raise TypeError(_complaint(value, name))


def _complaint(value: Any, name: str) -> str:
    """What was wanted and what came, with a hint for the two usual mistakes."""
    hint = ""
    if value is None:
        hint = " (an empty answer is Response(status=204))"
    elif iscoroutine(value):
        value.close()
        hint = " (a handler that returns a coroutine is declared `async def`)"
    return (
        "a handler returns str, bytes, dict, list, a dataclass, a Struct, (value, status) "
        f"or a Response; got {value!r} from {name}{hint}"
    )
