"""The request that a recording shows: what a client must have sent for a server to pass this on.

Of a body only what the application has read is known. Names of fields come in capitals in an
environ, and in lower case in a scope, so their own spelling is lost; it means nothing.
"""

import re
from typing import Any
from urllib.parse import quote

from lab.xray.recording import Recording
from lab.xray.script import Pairs, Script

_HANDSHAKE = re.compile(r"(?i)connection|upgrade|sec-websocket-.*")


def overheard(recording: Recording) -> Script:
    """The script of one recording."""
    call = recording.events[0].details
    return (_of_wsgi if recording.world == "wsgi" else _of_asgi)(recording, call)


def _of_wsgi(recording: Recording, call: dict[str, Any]) -> Script:
    environ = call["environ"]
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    sent = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    return Script(
        method=environ["REQUEST_METHOD"],
        # PEP 3333, "Unicode Issues": bytes in disguise
        target=sent if sent.startswith("/") else _target(path.encode("latin-1"), query),
        headers=_wsgi_headers(environ),
        chunks=[
            bytes(event.details["data"]) for event in recording.of("input") if event.details["data"]
        ],
        http_version=environ["SERVER_PROTOCOL"].partition("/")[2],
        scheme=environ["wsgi.url_scheme"],
        root_path=environ.get("SCRIPT_NAME", "").encode("latin-1").decode("utf-8", "replace"),
    )


def _wsgi_headers(environ: dict[str, Any]) -> Pairs:
    names = {
        key: key.removeprefix("HTTP_").replace("_", "-").title()
        for key in environ
        if key.startswith("HTTP_") or key in ("CONTENT_TYPE", "CONTENT_LENGTH")
    }
    return [(name, environ[key]) for key, name in names.items() if environ[key]]


def _of_asgi(recording: Recording, call: dict[str, Any]) -> Script:
    scope = call["scope"]
    if scope["type"] == "lifespan":
        return Script(kind="lifespan")
    is_http = scope["type"] == "http"
    heard = [event.details["message"] for event in recording.of("receive")]
    path = scope.get("raw_path") or quote(scope["path"]).encode("ascii")
    scheme: str = scope.get("scheme", "http")
    return Script(
        kind="http" if is_http else "websocket",
        method=scope.get("method", "GET"),
        target=_target(path, scope["query_string"].decode("latin-1")),
        headers=_asgi_headers(scope["headers"], is_http),
        chunks=[bytes(message["body"]) for message in heard if message.get("body")],
        http_version=scope.get("http_version", "1.1"),
        scheme={"ws": "http", "wss": "https"}.get(scheme, scheme),
        root_path=scope.get("root_path", ""),
        frames=[_frame(message) for message in heard if message["type"] == "websocket.receive"],
        subprotocols=list(scope.get("subprotocols", ())),
    )


def _asgi_headers(headers: Any, is_http: bool) -> Pairs:
    """Without those of a handshake, which a client makes itself."""
    pairs = [(name.decode("latin-1").title(), value.decode("latin-1")) for name, value in headers]
    return [pair for pair in pairs if is_http or not _HANDSHAKE.fullmatch(pair[0])]


def _frame(message: dict[str, Any]) -> str | bytes:
    text: str | None = message.get("text")
    binary: bytes = message.get("bytes") or b""
    return binary if text is None else text


def _target(path: bytes, query: str) -> str:
    """A path, percent-encoded where it is not yet, and a query."""
    return quote(path, safe="/%:@!$&'()*+,;=-._~") + (f"?{query}" if query else "")
