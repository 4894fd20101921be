"""What a handler may return, and the response it becomes."""

from collections.abc import Callable
from copy import copy
from dataclasses import is_dataclass
from inspect import isasyncgen, iscoroutine, isgenerator
from typing import Any

import msgspec

from core.headers import Headers
from core.response import (
    BINARY,
    JSON,
    TEXT,
    Answer,
    Response,
    StreamingResponse,
    checked_status,
    encode_json,
)
from core.streams import Stream

_new: Callable[[type], Any] = object.__new__


def plain_answer(value: Any, method: str) -> Answer | None:
    """What goes out for a result that no Response need be made of; None for one that needs it."""
    kind = _KINDS.get(type(value))
    if kind is None or method == "HEAD":
        return None
    encode, field = kind
    try:
        body = encode(value)
    except Exception:  # `to_response` says it with the handler's name
        return None
    return 200, [field], len(body), body


def to_response(value: Any, name: str) -> Response:
    """The response a handler's result stands for; `name` is the handler's, for the TypeError.

    A `str` is text, `bytes` binary; a dict, list, dataclass or msgspec Struct is JSON; a generator
    is a stream; `(value, status)` is any of them with a status; a Response is itself.
    """
    kind = _KINDS.get(type(value))
    if kind is None:
        return _unusual(value, name)
    encode, field = kind
    response = _new(Response)  # of parts that are known to be right: nothing of it is checked
    response.status = 200
    response.after = ()
    try:
        response.body = encode(value)
    except Exception as error:
        raise _unwritable(value, name, error) from error
    response.headers = headers = _new(Headers)
    headers.first = {"content-type": field[1]}
    headers.further = ()
    return response  # type: ignore[no-any-return]


_KINDS: dict[type, tuple[Callable[[Any], bytes], tuple[str, str]]] = {
    str: (str.encode, ("content-type", TEXT)),
    bytes: (bytes, ("content-type", BINARY)),
    dict: (encode_json, ("content-type", JSON)),
    list: (encode_json, ("content-type", JSON)),
}


def _unusual(value: Any, name: str) -> Response:
    """The response for subclasses, objects, and a value with its status."""
    if isinstance(value, Response):
        if isinstance(value.body, Stream):  # if it can't be sent `prepare` says so, and closes it
            return value
        if not value.is_sendable():
            raise unsendable(value)
        return fresh(value)
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], int):
        response = to_response(value[0], name)
        is_stream = isinstance(response.body, Stream)
        response.status = int(value[1]) if is_stream else checked_status(value[1])
        return response
    if isinstance(value, tuple(_KINDS)):
        plain = next(kind for kind in _KINDS if isinstance(value, kind))
        return to_response(plain(value), name)
    if isgenerator(value) or isasyncgen(value):
        return StreamingResponse(value)  # type: ignore[arg-type]  # what it gives is looked at then
    if isinstance(value, msgspec.Struct) or (is_dataclass(value) and not isinstance(value, type)):
        try:
            return Response(encode_json(value), content_type=JSON)
        except Exception as error:
            raise _unwritable(value, name, error) from error
    raise TypeError(_complaint(value, name))


def fresh(response: Response) -> Response:
    """The same in another object: one that is kept, for several clients, stays as it is.

    (What a middleware adds for one of them, such as a cookie, would be sent to the next.)
    """
    if type(response) is Response:  # as most are; `copy` takes ten times as long
        another: Response = _new(Response)
        another.status, another.body, another.after = response.status, response.body, response.after
    else:
        another = copy(response)
    another.headers = response.headers.copy()
    return another


def unsendable(response: Response | None) -> TypeError:
    """The error of a response that was spoilt after it was made."""
    return TypeError(
        f"a response has a status from 200 to 599, Headers and a body of bytes; got {response}"
    )


def _unwritable(value: Any, name: str, error: Exception) -> TypeError:
    """The error of a result that holds what can't be written as JSON, or as UTF-8."""
    form = "UTF-8" if isinstance(value, str) else "JSON"
    kind = type(value).__name__
    return TypeError(f"what a handler returns is sent as {form}; got a {kind} from {name}: {error}")


def _complaint(value: Any, name: str) -> str:
    """What was wanted and what came, with a hint for the two usual mistakes."""
    hint = ""
    if value is None:
        hint = " (is a `return` missing? an empty answer is Response(status=204))"
    elif iscoroutine(value):
        value.close()
        hint = " (a handler that returns a coroutine is declared `async def`)"
    return (
        "a handler returns str, bytes, dict, list, a dataclass, a Struct, a generator, "
        f"(value, status) or a Response; got {value!r} from {name}{hint}"
    )
