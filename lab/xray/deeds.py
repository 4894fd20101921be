"""What an event does, in a word that both worlds share (`words`), and in a line of Python."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab.xray.planted import PlantedError
from lab.xray.recording import Event, in_words
from lab.xray.shown import milliseconds, printable, shown
from lab.xray.watch import GivenUp

_MESSAGES = {
    "http.request": "request body",
    "http.disconnect": "gone",
    "http.response.start": "start",
    "http.response.body": "chunk",
    "websocket.http.response.start": "start",
    "websocket.http.response.body": "chunk",
    "websocket.connect": "connected",
    "websocket.receive": "heard",
    "websocket.disconnect": "left",
    "websocket.accept": "accepted",
    "websocket.send": "said",
    "websocket.close": "closed",
}
_ENDS = {"request body": "request end", "chunk": "end"}  # where nothing is in it, nor follows it


@dataclass(frozen=True)
class Deed:
    """An event as it is shown."""

    word: str  # a key of WORDS
    line: str  # of Python
    caller: str  # "server", "application" or "x-ray"
    at: int  # nanoseconds since the first event
    waited: int  # nanoseconds
    where: str  # thread or task


def deed_of(event: Event) -> Deed:
    """The deed that this event is."""
    word, line = _message(event) if "message" in event.details else _other(event)
    caller = "x-ray" if word in ("planted", "given up") else event.caller
    return Deed(word, printable(line), caller, event.at, event.waited, printable(event.where))


def more(deed: Deed, count: int, last: Deed) -> Deed:
    """In place of so many deeds like this one, up to the last."""
    line = f"{count:,} times more, until {milliseconds(last.at)}: {deed.line}"
    return Deed("more", line, deed.caller, deed.at, 0, deed.where)


def _message(event: Event) -> tuple[str, str]:
    """A message of ASGI, either way."""
    message = event.details["message"]
    if not isinstance(message, dict):
        return "other", f"await send({shown(message)})"
    kind = message.get("type")
    word = "lifespan" if str(kind).startswith("lifespan.") else _MESSAGES.get(str(kind), "other")
    if not message.get("body") and not message.get("more_body"):
        word = _ENDS.get(word, word)
    line = "await receive()" if event.kind == "receive" else "await send(message)"
    return word, line


def _other(event: Event) -> tuple[str, str]:
    """An event without a message: all of WSGI, and how an ASGI application is called and ends."""
    kind, details = event.kind, event.details
    if kind.endswith(" beyond"):
        return "beyond", f"environ['wsgi.{kind.removesuffix(' beyond')}'].{details['name']}"
    if kind in ("raise", "close raised"):
        return _raised(details["error"]), f"raise {details['error']}"
    if kind.endswith(" raised"):
        word = "waiting" if kind == "receive raised" else "refused"
        return word, f"{kind.removesuffix(' raised')}: {details['error']}"
    if kind == "input" and not details["data"]:
        return "request end", _read(details)
    if kind == "return" and "result" in details:
        return "over", "return"
    if kind not in _LINES:  # on a tape that something else has written
        return "other", kind
    word, line = _LINES[kind]
    return word, line(details)


def _raised(error: str) -> str:
    """Whose doing an exception is: the application's, but for those of x-ray."""
    if error == in_words(PlantedError()):
        return "planted"
    return "given up" if error == in_words(GivenUp()) else "raise"


def _call(details: dict[str, Any]) -> str:
    is_wsgi = "environ" in details
    return "application(environ, start_response)" if is_wsgi else "await app(scope, receive, send)"


def _read(details: dict[str, Any]) -> str:
    size = "" if details["size"] is None else details["size"]
    return f"environ['wsgi.input'].{details['method']}({size})"


def _start(details: dict[str, Any]) -> str:
    return f"start_response(status, headers{', exc_info' if details['exc_info'] else ''})"


_LINES: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    "call": ("call", _call),
    "input": ("request body", _read),
    "errors": ("errors", lambda it: f"environ['wsgi.errors'].{it['method']}({shown(it['text'])})"),
    "start_response": ("start", _start),
    "return": ("returned", lambda it: f"return body, of type {it['type']}"),
    "write": ("chunk", lambda _: "write(data)"),
    "chunk": ("chunk", lambda _: "next(body)"),
    "end": ("end", lambda _: "next(body) raises StopIteration"),
    "close": ("over", lambda _: "body.close()"),
    "headers changed": ("changed", lambda it: f"headers[:] = {shown(it['headers'])}"),
    "hung up": ("hung up", lambda _: "the connection is closed"),
    "given up": ("given up", lambda it: str(it["reason"])),
}
