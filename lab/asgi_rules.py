"""The rules of ASGI 3.0 that an application must keep, for `asgi_validator`; each cites its clause.

The clauses are those of the ASGI specification, "HTTP & WebSocket ASGI Message Format" (version
2.5), "Lifespan Protocol" (2.0) and "ASGI Extensions"; and of the RFCs that these rely on.
"""

import re
from collections.abc import Callable
from os.path import isabs
from typing import Any

from asgi_adapter.types import Message


class Violation(AssertionError):
    """The application broke this rule."""


_TEXT = (str, type(None))
_FRAME = (bytes, type(None))
_LIST = (list, tuple)

# The messages that an application may send, their keys, and the types of these.
MESSAGES: dict[str, dict[str, tuple[type, ...]]] = {
    "http.response.start": {"status": (int,), "headers": _LIST, "trailers": (bool,)},
    "http.response.body": {"body": (bytes,), "more_body": (bool,)},
    "http.response.pathsend": {"path": (str,)},
    "http.response.zerocopysend": {
        "file": (object,),
        "offset": (int,),
        "count": (int,),
        "more_body": (bool,),
    },
    "http.response.push": {"path": (str,), "headers": _LIST},
    "http.response.early_hint": {"links": _LIST},
    "http.response.debug": {"info": (dict,)},
    "http.response.trailers": {"headers": _LIST, "more_trailers": (bool,)},
    "websocket.accept": {"subprotocol": _TEXT, "headers": _LIST},
    "websocket.send": {"bytes": _FRAME, "text": _TEXT},
    "websocket.close": {"code": (int,), "reason": _TEXT},
    "websocket.http.response.start": {"status": (int,), "headers": _LIST},
    "websocket.http.response.body": {"body": (bytes,), "more_body": (bool,)},
    "lifespan.startup.complete": {},
    "lifespan.startup.failed": {"message": (str,)},
    "lifespan.shutdown.complete": {},
    "lifespan.shutdown.failed": {"message": (str,)},
}

# Where the specification tells of each.
CLAUSES = {
    "http.response.start": "HTTP, Response Start",
    "http.response.body": "HTTP, Response Body",
    "http.response.pathsend": "Extensions, Path Send",
    "http.response.zerocopysend": "Extensions, Zero Copy Send",
    "http.response.push": "Extensions, HTTP/2 Server Push",
    "http.response.early_hint": "Extensions, Early Hints",
    "http.response.debug": "Extensions, Debug",
    "http.response.trailers": "Extensions, HTTP Trailers",
    "websocket.accept": "WebSocket, Accept",
    "websocket.send": "WebSocket, Send",
    "websocket.close": "WebSocket, Close",
    "websocket.http.response.start": "Extensions, Websocket Denial Response",
    "websocket.http.response.body": "Extensions, Websocket Denial Response",
    "lifespan.startup.complete": "Lifespan, Startup Complete",
    "lifespan.startup.failed": "Lifespan, Startup Failed",
    "lifespan.shutdown.complete": "Lifespan, Shutdown Complete",
    "lifespan.shutdown.failed": "Lifespan, Shutdown Failed",
}

# ASGI, "Extensions": an application uses one only where the server's scope names it.
EXTENSIONS = {
    "http.response.pathsend": "http.response.pathsend",
    "http.response.zerocopysend": "http.response.zerocopysend",
    "http.response.push": "http.response.push",
    "http.response.early_hint": "http.response.early_hint",
    "http.response.debug": "http.response.debug",
    "http.response.trailers": "http.response.trailers",
    "websocket.http.response.start": "websocket.http.response",
    "websocket.http.response.body": "websocket.http.response",
}

STARTS = ("http.response.start", "websocket.http.response.start")

FIRST = {"http": "no response yet", "websocket": "not connected", "lifespan": "not asked to start"}

# The protocols: (state, message of the server or the application) -> state, once there is no more
# of it. What the server says and is not here changes nothing; what the application says and is not
# here is a violation.
TURNS: dict[tuple[str, str], str] = {
    # HTTP, "Response Start": one start, then at least one body, until more_body is false
    ("no response yet", "http.response.start"): "response started",
    ("response started", "http.response.body"): "response complete",
    # Extensions: files in place of a body; hints and pushes before its end, debugging before all
    ("response started", "http.response.pathsend"): "response complete",
    ("response started", "http.response.zerocopysend"): "response complete",
    ("response started", "http.response.early_hint"): "response started",
    ("response started", "http.response.push"): "response started",
    ("no response yet", "http.response.debug"): "no response yet",
    ("no response yet", "http.response.start with trailers"): "response with trailers started",
    ("response with trailers started", "http.response.body"): "trailers wanted",
    ("response with trailers started", "http.response.pathsend"): "trailers wanted",
    ("response with trailers started", "http.response.zerocopysend"): "trailers wanted",
    ("response with trailers started", "http.response.early_hint"): (
        "response with trailers started"
    ),
    ("response with trailers started", "http.response.push"): "response with trailers started",
    ("trailers wanted", "http.response.trailers"): "response complete",
    # WebSocket, "Connect": answered by accept or close; "Close": nothing comes after it
    ("not connected", "websocket.connect"): "not accepted",
    ("not accepted", "websocket.accept"): "open",
    ("not accepted", "websocket.close"): "closed",
    ("not accepted", "websocket.disconnect"): "gone",
    ("not accepted", "websocket.http.response.start"): "denial started",
    ("denial started", "websocket.http.response.body"): "closed",
    ("open", "websocket.send"): "open",
    ("open", "websocket.close"): "closed",
    ("open", "websocket.disconnect"): "gone",
    # Lifespan, "Startup", "Shutdown": each is answered, once, after it was asked
    ("not asked to start", "lifespan.startup"): "asked to start",
    ("asked to start", "lifespan.startup.complete"): "started",
    ("asked to start", "lifespan.startup.failed"): "failed",
    ("started", "lifespan.shutdown"): "asked to stop",
    ("asked to stop", "lifespan.shutdown.complete"): "stopped",
    ("asked to stop", "lifespan.shutdown.failed"): "stopped",
}

# What an application may not leave unsaid when it returns: the clause, and what that is.
ABSENT = {
    "no response yet": ("HTTP, Response Start", "and sent no response"),
    "response started": ("HTTP, Response Body", "and the response is not complete (more_body)"),
    "response with trailers started": ("HTTP, Response Body", "and its body is not complete"),
    "trailers wanted": ("Extensions, HTTP Trailers", "and sent not all trailers"),
    "not connected": ("WebSocket, Connect", "and did not wait for websocket.connect"),
    "not accepted": ("WebSocket, Connect", "and neither accepted nor closed"),
    "denial started": (
        "Extensions, Websocket Denial Response",
        "and the denial is not complete",
    ),
    "not asked to start": ("Lifespan, Startup", "and did not wait for lifespan.startup"),
    "asked to start": ("Lifespan, Startup Complete", "and said nothing of the startup"),
    "started": ("Lifespan, Scope", "and did not wait for lifespan.shutdown"),
    "asked to stop": ("Lifespan, Shutdown Complete", "and said nothing of the shutdown"),
    "unknown": (
        "Specification, Applications",
        "but for a scope it does not know it raises",
    ),
}

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9a-z]+")  # RFC 9110, 5.6.2, in lower case
NO_CONTENT = frozenset({*range(100, 200), 204, 304})  # RFC 9110, 6.4.1: by their status


def check_status(message: Message, _connection: Any) -> None:
    """HTTP, "Response Start": the status of a final response (RFC 9110, 15)."""
    if not 200 <= message["status"] <= 599:
        raise Violation(f"HTTP, Response Start: status is 200 to 599; got {message['status']!r}")


def check_headers(message: Message, _connection: Any) -> None:
    """HTTP, "Response Start": pairs of bytes, names in lower case; RFC 9110, 5.5 and 5.6.2."""
    for field in message.get("headers", ()):
        if type(field) not in (list, tuple) or [type(part) for part in field] != [bytes, bytes]:
            raise Violation(f"HTTP, Response Start: a header is two byte strings; got {field!r}")
        name, value = field
        if not _TOKEN.fullmatch(name):
            raise Violation(f"HTTP, Response Start: a name is a token in lower case; got {name!r}")
        if re.search(rb"[\r\n\0]", value) or value != value.strip(b" \t"):
            raise Violation(f"RFC 9110, 5.5: a value is one line, stripped; got {value!r}")
        if name in (b"transfer-encoding", b"connection"):
            raise Violation(f"HTTP, Response Start: {name!r} is the server's to send")


def check_start(message: Message, _connection: Any) -> None:
    """RFC 9110, 8.6: at most one Content-Length, a number, and none where there is no content."""
    lengths = _lengths(message)
    if len(lengths) > 1 or not all(length.isdigit() for length in lengths):
        raise Violation(f"RFC 9110, 8.6: Content-Length is one number; got {lengths!r}")
    if lengths and (message["status"] < 200 or message["status"] == 204):
        raise Violation(f"RFC 9110, 8.6: a {message['status']} has no Content-Length")


def check_body(message: Message, connection: Any) -> None:
    """RFC 9110, 6.4.1 and 8.6: no content where there is none, else as long as was declared."""
    connection.body_length += len(message.get("body", b""))
    status = connection.start.get("status")
    if connection.scope.get("method") == "HEAD" or status in NO_CONTENT:
        if connection.body_length:
            raise Violation(f"RFC 9110, 6.4.1: this response ({status}) has no content")
        return
    for length in filter(bytes.isdigit, _lengths(connection.start)):
        sent, is_last = connection.body_length, not message.get("more_body", False)
        if sent > int(length) or (is_last and sent < int(length)):
            raise Violation(f"RFC 9110, 8.6: {int(length)} bytes were declared, {sent} were sent")


def check_frame(message: Message, _connection: Any) -> None:
    """WebSocket, "Send": exactly one of bytes and text."""
    if (message.get("bytes") is None) == (message.get("text") is None):
        raise Violation("WebSocket, Send: exactly one of bytes and text is not None")


def check_subprotocol(message: Message, connection: Any) -> None:
    """WebSocket, "Accept", and RFC 6455, 4.2.2: one that the client has offered."""
    chosen = message.get("subprotocol")
    if chosen is not None and chosen not in connection.scope.get("subprotocols", ()):
        raise Violation(f"RFC 6455, 4.2.2: the subprotocol is an offered one; got {chosen!r}")


def check_close(message: Message, _connection: Any) -> None:
    """WebSocket, "Close", and RFC 6455, 7.4 and 5.5: a code that a frame may hold, 123 bytes."""
    code, reason = message.get("code", 1000), message.get("reason") or ""
    if code not in {1000, 1001, 1002, 1003, *range(1007, 1015), *range(3000, 5000)}:
        raise Violation(f"RFC 6455, 7.4: no close frame has the code {code!r}")
    if len(reason.encode("utf-8")) > 123:
        raise Violation("RFC 6455, 5.5: a close frame's reason is at most 123 bytes")


def check_links(message: Message, _connection: Any) -> None:
    """Extensions, "Early Hints": each link is the value of a Link field (RFC 8288)."""
    for link in message.get("links", ()):
        if type(link) is not bytes or re.search(rb"[\r\n\0]", link):
            raise Violation(f"Extensions, Early Hints: a link is bytes, of one line; got {link!r}")


def check_path(message: Message, _connection: Any) -> None:
    """Extensions, "Path Send": an absolute path of the server's platform."""
    if not isabs(message.get("path", "")):
        raise Violation(f"Extensions, Path Send: the path is absolute; got {message!r}")


CHECKS: dict[str, tuple[Callable[[Message, Any], None], ...]] = {
    "http.response.start": (check_status, check_headers, check_start),
    "http.response.body": (check_body,),
    "http.response.trailers": (check_headers,),
    "http.response.pathsend": (check_path,),
    "http.response.push": (check_headers,),
    "http.response.early_hint": (check_links,),
    "websocket.accept": (check_subprotocol, check_headers),
    "websocket.send": (check_frame,),
    "websocket.close": (check_close,),
    "websocket.http.response.start": (check_status, check_headers, check_start),
    "websocket.http.response.body": (check_body,),
}


def _lengths(start: Message) -> list[bytes]:
    """The values of Content-Length; what is no header has been told as such."""
    headers = start.get("headers")
    return [
        field[1]
        for field in (headers if isinstance(headers, _LIST) else ())
        if isinstance(field, _LIST) and len(field) == 2
        if field[0] == b"content-length" and isinstance(field[1], bytes)
    ]
