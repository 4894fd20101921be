"""The parts of a tape's JSON, each looked at before it is believed (docs/tape.md, "Form").

All of them raise ValueError, KeyError or TypeError for what is not as it should be.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from core.headers import TOKEN
from core.worlds import World
from lab.xray.marks import unmarked
from lab.xray.recording import Event, Recording
from lab.xray.response import response_of
from lab.xray.script import Pairs, Script

T = TypeVar("T")


def sides_in(written: Any) -> dict[World, Recording]:
    """The recordings."""
    sides: dict[World, Recording] = {}
    for world, side in _dict(written, "sides").items():
        if world not in ("wsgi", "asgi"):
            raise ValueError(f"a side is wsgi or asgi; got {world!r}")
        events = _list(_dict(side, world)["events"], f"events of {world}")
        if not events:
            raise ValueError(f"{world} has no event")
        sides[world] = Recording(world, [_event(event) for event in events])
        _check_call(world, sides[world].events[0])
        response_of(sides[world])  # its events have what they need
    if not sides:
        raise ValueError("it has no side")
    return sides


def script_in(written: Any) -> Script:
    """The request."""
    given = _dict(written, "request")
    unknown = given.keys() - _SCRIPT.keys()
    if unknown:
        raise ValueError(f"a request has no {sorted(unknown)[0]!r}")
    return Script(**{key: _SCRIPT[key](unmarked(value), key) for key, value in given.items()})


def text_in(written: Any, name: str) -> str:
    """A text of this name."""
    return _str(written, name)


def _check_call(world: World, event: Event) -> None:
    """A side begins with the server's call, of the right world."""
    name = "environ" if world == "wsgi" else "scope"
    if event.kind != "call" or name not in event.details:
        raise ValueError(f"{world} begins with the call that has its {name}")
    if world == "asgi":
        _str(event.details["scope"]["type"], "the scope's type")


def _event(written: Any) -> Event:
    event = _dict(written, "an event")
    caller = event["caller"]
    if caller not in ("server", "application"):
        raise ValueError(f"a caller is server or application; got {caller!r}")
    kind, details = _str(event["kind"], "kind"), _dict(unmarked(event["details"]), "details")
    for name, check in _needs(kind, details).items():
        check(details[name], name)
    return Event(
        kind,
        caller,
        _int(event["at"], "at"),
        _int(event["waited"], "waited"),
        _str(event["where"], "where"),
        details,
    )


def _needs(kind: str, details: dict[str, Any]) -> dict[str, Callable[[Any, str], Any]]:
    """What the details of this kind of event hold at least; a kind that is not known needs none."""
    if kind == "call":
        return _CALL_WSGI if "environ" in details else _CALL_ASGI
    if kind == "return" and "result" in details:
        return {"changed": _dict}
    if kind.endswith(" beyond"):
        return {"name": _str}
    if kind == "raise" or kind.endswith(" raised"):
        return {"error": _str}
    return _DETAILS.get(kind, {})


def _a(kind: type[T]) -> Callable[[Any, str], T]:
    """A check that a value of the file is of this type; a bool is no int."""

    def checked(value: Any, name: str) -> T:
        if type(value) is not kind:
            raise ValueError(f"{name} is {kind.__name__}; got {value!r}")
        return value

    return checked


_str, _int, _bool = _a(str), _a(int), _a(bool)
_dict: Callable[[Any, str], dict[Any, Any]] = _a(dict)
_list: Callable[[Any, str], list[Any]] = _a(list)


def _any(value: Any, _name: str) -> Any:
    return value


def _message(value: Any, name: str) -> dict[Any, Any]:
    """What a server says always has a type."""
    _str(_dict(value, name)["type"], "a message's type")
    return dict(value)


_CALL_WSGI = {"environ": _dict, "type": _str}
_CALL_ASGI = {"scope": _dict}
_DETAILS: dict[str, dict[str, Callable[[Any, str], Any]]] = {
    "input": {"method": _str, "size": _any, "data": _any},
    "errors": {"method": _str, "text": _any},
    "start_response": dict.fromkeys(("status", "headers"), _any)
    | {"is_list": _bool, "exc_info": _any, "is_positional": _bool},
    "headers changed": {"headers": _list},
    "write": {"data": _any},
    "chunk": {"data": _any},
    "return": {"type": _str, "is_iterable": _bool, "has_close": _bool},
    "receive": {"message": _message},
    "send": {"message": _any},
    "given up": {"reason": _str},
}


def _each(*kinds: type) -> Callable[[Any, str], list[Any]]:
    def checked(values: Any, name: str) -> list[Any]:
        for value in _list(values, name):
            if type(value) not in kinds:
                raise ValueError(f"{name}: {value!r} has no place there")
        return list(values)

    return checked


def _pairs(values: Any, name: str) -> Pairs:
    found = [_each(str)(value, name) for value in _each(list)(values, name)]
    if not all(len(pair) == 2 for pair in found):
        raise ValueError(f"{name} are pairs of texts")
    return [(pair[0], pair[1]) for pair in found]


def _method(value: Any, name: str) -> str:
    if not TOKEN.fullmatch(_str(value, name)):
        raise ValueError(f"{name} is a word such as GET or POST; got {value!r}")
    return str(value)


def _target(value: Any, name: str) -> str:
    """What a request line can hold; beyond ASCII too, for servers let it pass."""
    if not re.fullmatch(r"[!-~\x80-\xff]+", _str(value, name)):
        raise ValueError(
            f"{name} has no space, control character or text beyond latin-1; got {value!r}"
        )
    return str(value)


def _headers(value: Any, name: str) -> Pairs:
    pairs = _pairs(value, name)
    for word, text in pairs:
        if not TOKEN.fullmatch(word) or not re.fullmatch(r"[\t\x20-\x7e\x80-\xff]*", text):
            raise ValueError(f"{name}: no client can send {word!r}: {text!r}")
    return pairs


def _count(value: Any, name: str) -> int:
    if _int(value, name) < 1:
        raise ValueError(f"{name} is 1 or more; got {value!r}")
    return int(value)


def _kind(value: Any, name: str) -> str:
    if value not in ("http", "websocket", "lifespan"):
        raise ValueError(f"{name} is http, websocket or lifespan; got {value!r}")
    return str(value)


_SCRIPT: dict[str, Callable[[Any, str], Any]] = {
    "kind": _kind,
    "method": _method,
    "target": _target,
    "headers": _headers,
    "chunks": _each(bytes),
    "http_version": _str,
    "scheme": _str,
    "root_path": _str,
    "leaves_after": _count,
    "breaks": _bool,
    "frames": _each(str, bytes),
    "subprotocols": _each(str),
}
