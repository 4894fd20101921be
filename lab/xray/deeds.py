"""What an event does, in a word that both worlds share, and in a line of Python."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab.xray.recording import Event
from lab.xray.shown import printable, shown, time

WAITING = "ASGI only: a WSGI application is never told of it while it waits."
NO_WEBSOCKET = "ASGI only: WSGI has no WebSocket."
RAISED = (
    "Before the start of the response has gone out the server answers 500; after it, it can only "
    "cut the connection."
)

# word: (title, what there is to say where both worlds have it, and where one has)
DEEDS = {
    "call": (
        "The server calls the application",
        "With a dict and a function; or with a dict and two coroutine functions.",
        "",
    ),
    "request body": (
        "A part of the request's body",
        "In WSGI the application reads, and its thread waits. In ASGI a message comes, and the "
        "task waits: others go on meanwhile.",
        "",
    ),
    "request end": (
        "The end of the request's body",
        "An empty read is the end; or a message with more_body false.",
        "Where a length is declared, or more_body was false already, nobody asks for the end.",
    ),
    "errors": ("A line for the server's log", "", "WSGI only: wsgi.errors."),
    "beyond": (
        "Beyond the protocol",
        "",
        "WSGI only: PEP 3333 does not have this attribute, so another server may lack it.",
    ),
    "start": (
        "The response starts",
        "A call, with a text for the status; or a message, with a number. In WSGI the server waits "
        "with it for the first chunk; in ASGI it need not, and uvicorn sends it at once.",
        "",
    ),
    "returned": (
        "The application returns an iterable",
        "",
        "WSGI only: the body is made later, by iterating. When an ASGI application returns, it has "
        "sent its body.",
    ),
    "chunk": (
        "A chunk of the body",
        "The server asks for it by next(); or the application sends it when it has it.",
        "",
    ),
    "end": (
        "The body ends",
        "The iterator has no more; or an empty message has more_body false.",
        "The other side has said it with its last chunk.",
    ),
    "over": (
        "It is over",
        "WSGI: the server calls close(), whether or not the body was read to its end. ASGI: the "
        "application receives a disconnect, or returns.",
        "",
    ),
    "hung up": (
        "The client hangs up",
        "WSGI finds out at the next write, by close(). ASGI finds out when it receives.",
        "",
    ),
    "waiting": ("The application stops waiting", "", WAITING),
    "connected": ("The client wants a WebSocket", "", NO_WEBSOCKET),
    "heard": ("The client speaks", "", NO_WEBSOCKET),
    "said": ("The application speaks", "", NO_WEBSOCKET),
    "lifespan": (
        "The life of the application",
        "",
        "ASGI only: a WSGI application is imported, and told of no start and no end.",
    ),
    "raise": ("The application raises", RAISED, RAISED),
    "refused": ("The server raises", "", "What the application called, the server did not do."),
    "given up": ("The x-ray gives up", "", "The application was silent too long: it is cancelled."),
    "more": ("And more of the same", "", ""),
    "other": ("Another message", "", "ASGI only: an extension, or a mistake."),
}

# Those that one world alone can have, whatever was recorded.
ONE_SIDED = frozenset(
    {
        "errors",
        "beyond",
        "returned",
        "waiting",
        "connected",
        "heard",
        "said",
        "lifespan",
        "other",
    }
)

_MESSAGES = {
    "http.request": "request body",
    "http.disconnect": "over",
    "http.response.start": "start",
    "http.response.body": "chunk",
    "websocket.http.response.start": "start",
    "websocket.http.response.body": "chunk",
    "websocket.connect": "connected",
    "websocket.receive": "heard",
    "websocket.disconnect": "over",
    "websocket.accept": "said",
    "websocket.send": "said",
    "websocket.close": "said",
}
_ENDS = {"request body": "request end", "chunk": "end"}  # where nothing is in it, nor follows it


@dataclass(frozen=True)
class Deed:
    """An event as it is shown."""

    word: str  # a key of DEEDS
    line: str  # of Python
    caller: str  # "server" or "application"
    at: int  # nanoseconds since the first event
    waited: int  # nanoseconds
    where: str  # thread or task


def deed_of(event: Event) -> Deed:
    """The deed that this event is."""
    word, line = _message(event) if "message" in event.details else _other(event)
    return Deed(word, printable(line), event.caller, event.at, event.waited, printable(event.where))


def more(deed: Deed, count: int, last: Deed) -> Deed:
    """In place of so many deeds like this one, up to the last."""
    line = f"{count:,} times more, until {time(last.at)}: {deed.line}"
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
        return "raise", f"raise {details['error']}"
    if kind.endswith(" raised"):
        word = "waiting" if kind == "receive raised" else "refused"
        return word, f"{kind.removesuffix(' raised')}: {details['error']}"
    if kind == "input" and not details["data"]:
        return "request end", _read(details)
    if kind == "return" and "result" in details:
        return "over", "return"
    word, line = _LINES[kind]
    return word, line(details)


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
    "hung up": ("hung up", lambda _: "the connection is closed"),
    "given up": ("given up", lambda it: str(it["reason"])),
}
