"""From a request to an ASGI scope (ASGI, "HTTP Connection Scope", "WebSocket Connection Scope")."""

from typing import Any
from urllib.parse import unquote

from lab.server.exchange import Exchange

ASGI = {"version": "3.0", "spec_version": "2.5"}


def http_scope(exchange: Exchange, state: dict[str, Any]) -> dict[str, Any]:
    """The scope of a request."""
    return {"method": exchange.head.method, **_scope(exchange, "http", "http", state)}


def websocket_scope(exchange: Exchange, state: dict[str, Any]) -> dict[str, Any]:
    """The scope of a WebSocket."""
    scope = _scope(exchange, "websocket", "ws", state)
    fields = exchange.head.fields
    offered = [value for name, value in fields if name == b"sec-websocket-protocol"]
    scope["subprotocols"] = [
        part.strip() for value in offered for part in value.decode("latin-1").split(",")
    ]
    scope["extensions"] = {"websocket.http.response": {}}
    return scope


def _scope(exchange: Exchange, kind: str, scheme: str, state: dict[str, Any]) -> dict[str, Any]:
    head, line = exchange.head, exchange.line
    return {
        "type": kind,
        "asgi": dict(ASGI),
        "http_version": head.version,
        "scheme": scheme,
        # UTF-8, percent-decoded; what is none becomes U+FFFD
        "path": unquote(head.target.path.decode("ascii")),
        "raw_path": head.target.path,
        "query_string": head.target.query,
        "root_path": "",
        "headers": list(head.fields),
        "client": line.client,
        "server": line.server,
        "state": state.copy(),  # ASGI, "Lifespan State": a shallow copy for each
        "extensions": {},
    }
