"""What a client gets of a recorded response, made of the events of either world."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lab.xray.recording import Event, Recording

Fields = list[tuple[str, str]]

_STARTS = ("http.response.start", "websocket.http.response.start")
_BODIES = ("http.response.body", "websocket.http.response.body")


@dataclass
class Response:
    """Status, fields and chunks; what else an ASGI application sent, for other than HTTP."""

    status: int | None = None  # None: the application began no response
    reason: str = ""
    fields: Fields = field(default_factory=list[tuple[str, str]])  # as the application sent them
    chunks: list[bytes] = field(default_factory=list[bytes])
    is_complete: bool = False
    error: str = ""  # what the application raised
    messages: list[Any] = field(default_factory=list[Any])  # of a WebSocket or a lifespan

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks)


def response_of(recording: Recording) -> Response:
    """The response in a recording; what is not as it should be is shown as text."""
    response = Response()
    add = _add_wsgi if recording.world == "wsgi" else _add_asgi
    is_heard = True
    for event in recording.events:
        is_heard = is_heard and event.kind != "hung up"  # what comes later reaches nobody
        if event.kind in ("raise", "close raised"):
            response.error = event.details["error"]
        elif is_heard:
            add(response, event)
    if recording.world == "wsgi" and response.error and not response.body:
        # PEP 3333, "start_response": no header is sent before a byte of the body, or its end
        return response if response.is_complete else Response(error=response.error)
    return response


def declared_length(response: Response) -> int | None:
    """The Content-Length; None without one, or where it is no number."""
    for name, value in response.fields:
        if name.lower() == "content-length" and re.fullmatch("[0-9]{1,18}", value):
            return int(value)
    return None


def _add_wsgi(response: Response, event: Event) -> None:
    if event.kind == "start_response":
        status = str(event.details["status"])
        number = re.match(r"\d{3}", status)
        response.status = int(number[0]) if number else 0
        response.reason = status[4:]
        response.fields = fields_of(event.details["headers"])
    elif event.kind in ("chunk", "write"):
        response.chunks.append(as_bytes(event.details["data"]))
    elif event.kind == "end":
        response.is_complete = True


def _add_asgi(response: Response, event: Event) -> None:
    message = event.details.get("message")
    if event.kind != "send" or not isinstance(message, dict):
        return
    kind = message.get("type")
    if kind in _STARTS:
        status = message.get("status")
        response.status = status if isinstance(status, int) else 0
        response.fields = fields_of(message.get("headers", ()))
    elif kind in _BODIES:
        response.chunks.append(as_bytes(message.get("body", b"")))
        response.is_complete = not message.get("more_body", False)
    elif kind == "websocket.close" and not response.messages:
        response.status, response.is_complete = 403, True  # ASGI, WebSocket, "Close"
    else:
        response.messages.append(message)


def fields_of(headers: Any) -> Fields:
    """Header fields as pairs of texts, whichever way they were given; what is no pair is left."""
    given = headers.items() if isinstance(headers, dict) else headers
    pairs: list[Any] = list(given) if isinstance(given, Iterable) else []
    return [
        (as_text(pair[0]), as_text(pair[1]))
        for pair in pairs
        if isinstance(pair, (list, tuple)) and len(pair) == 2
    ]


def as_text(value: Any) -> str:
    """Bytes as latin-1, all else as `str` has it."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def as_bytes(value: Any) -> bytes:
    """Bytes as they are, or of something like them; of a wrong chunk its text."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return str(value).encode("utf-8", "backslashreplace")
