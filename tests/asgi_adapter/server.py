"""A fake ASGI server for what is no HTTP: it says what a script says and keeps what is answered."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote

from asgi_adapter import ASGIAdapter
from core import App
from lab.asgi_validator import ASGIValidator

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

    asyncio.run(ASGIValidator(application)(websocket_scope(path, **scope), receive, send))
    return sent


def websocket_scope(path: str = "/", **scope: Any) -> Message:
    """The scope of a WebSocket at this path, with these keys in place of the usual ones."""
    return {
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


class Talk:
    """A conversation that a test leads step by step, in its own event loop."""

    def __init__(self, application: Any, **scope: Any) -> None:
        self.sent: list[Message] = []
        self.deaf = False  # the client is gone, and `send` says so
        self._said: asyncio.Queue[Message] = asyncio.Queue()
        self._heard = asyncio.Event()
        self.says(CONNECT)
        serving = ASGIValidator(application)(websocket_scope(**scope), self._said.get, self._send)
        self.task = asyncio.ensure_future(serving)

    def says(self, *messages: Message) -> None:
        """The client says this next."""
        for message in messages:
            self._said.put_nowait(message)

    async def hears(self, message: Message) -> None:
        """Wait until the application has said this."""
        while message not in self.sent:
            self._heard.clear()
            await self._heard.wait()

    async def _send(self, message: Message) -> None:
        if self.deaf:
            raise OSError("the client has gone")
        self.sent.append(message)
        self._heard.set()


@asynccontextmanager
async def talking(application: Any, **scope: Any) -> AsyncGenerator[Talk]:
    """A conversation; at the end of the block it is over, and no task of it is left."""
    before = asyncio.all_tasks()
    talk = Talk(application, **scope)
    async with asyncio.timeout(10):
        yield talk
        await asyncio.wait([talk.task])
    assert asyncio.all_tasks() == before


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
