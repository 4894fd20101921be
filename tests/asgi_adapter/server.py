"""A fake ASGI server for what is no HTTP: it says what a script says and keeps what is answered."""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from asgi_adapter import ASGIAdapter
from core import App
from tests.asgi_validator import ASGIValidator

Message = dict[str, Any]

CONNECT = {"type": "websocket.connect"}
STARTUP, SHUTDOWN = {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}


def text(frame: str) -> Message:
    return {"type": "websocket.receive", "text": frame}


def octets(frame: bytes) -> Message:
    return {"type": "websocket.receive", "bytes": frame}


def gone(code: int = 1001, reason: str = "") -> Message:
    return {"type": "websocket.disconnect", "code": code, "reason": reason}


def converse(
    application: Any, *messages: Message, path: str = "/", deaf: bool = False, **scope: Any
) -> list[Message]:
    """What the application answers to a client that connects and then sends these messages.

    `deaf`: the client goes away unseen, so that sending raises OSError after the handshake, as the
    specification asks of a server (HTTP & WebSocket, "Send - send event").
    """
    sent: list[Message] = []
    waiting = [CONNECT, *messages]

    async def receive() -> Message:
        assert waiting, f"the application waits for more than the client says; it sent {sent}"
        return waiting.pop(0)

    async def send(message: Message) -> None:
        if deaf and message["type"] != "websocket.accept":
            raise OSError("the client has gone")
        sent.append(message)

    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost:8000")],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "subprotocols": [],
        "extensions": {},
        **scope,
    }
    asyncio.run(ASGIValidator(application)(scope, receive, send))
    return sent


def live(
    application: Any, messages: Sequence[Message] = (STARTUP, SHUTDOWN), **scope: Any
) -> list[Message]:
    """What the application says of the startup and the shutdown."""
    sent: list[Message] = []
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}, **scope}
    asyncio.run(ASGIValidator(application)(scope, receive, send))
    return sent


ACCEPTED = {"type": "websocket.accept", "subprotocol": None, "headers": []}
CLOSED = {"type": "websocket.close", "code": 1000, "reason": ""}


def serving(handler: Any) -> ASGIAdapter:
    """An application with this handler of its WebSockets."""
    app = ASGIAdapter(App())
    app.websocket("/")(handler)
    return app


def sends(frame: str) -> Message:
    """The message that sends a text frame."""
    return {"type": "websocket.send", "text": frame}
