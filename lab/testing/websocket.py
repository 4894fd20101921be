"""The client's end of a WebSocket, in process (ASGI, "HTTP & WebSocket": WebSocket; RFC 6455)."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from asgi_adapter.types import ASGIApplication, Message, Scope
from core.headers import Headers
from lab.testing.answer import Answer
from lab.testing.asked import Asked
from lab.testing.connection import Connection, headers_of, scope_headers
from lab.testing.errors import ClientError, WebSocketClosed, WebSocketRefused

Run = Callable[..., Any]  # a coroutine's result


class ClientWebSocket:
    """An open WebSocket. What is sent waits until the application receives it."""

    def __init__(
        self, application: ASGIApplication, scope: Scope, timeout: float | None, run: Run
    ) -> None:
        self.subprotocol: str | None = None  # the one that the application chose
        self.headers = Headers()  # those that the application sent when it accepted
        self._run = run
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._connection = Connection(application, scope, self._events.get, timeout)
        self._closed: WebSocketClosed | None = None

    async def open(self) -> None:
        """Shake hands; raises WebSocketRefused."""
        self._events.put_nowait({"type": "websocket.connect"})
        message = await self._connection.take()
        if message is None:
            raise ClientError("the application returned and has neither accepted nor refused")
        if message["type"] != "websocket.accept":
            raise WebSocketRefused(await self._refusal(message))
        self.subprotocol = message.get("subprotocol")
        self.headers = Headers.received(headers_of(message))

    async def _refusal(self, message: Message) -> Answer:
        """What the client gets: 403, unless the application says something else."""
        self._go(1006)
        if message["type"] == "websocket.close":  # ASGI, "Close": an HTTP 403
            return Answer(403, [], b"")
        body: list[bytes] = []
        while (part := await self._connection.take()) is not None:
            body.append(part.get("body", b""))
        return Answer(message["status"], headers_of(message), b"".join(body))

    def send_text(self, text: str) -> None:
        """Send a text message."""
        self._say({"type": "websocket.receive", "text": text})

    def send_bytes(self, octets: bytes) -> None:
        """Send a binary message."""
        self._say({"type": "websocket.receive", "bytes": octets})

    def send_json(self, value: Any) -> None:
        """Send a value as JSON, in a text message."""
        self.send_text(json.dumps(value))

    def receive(self) -> str | bytes:
        """The next message; raises WebSocketClosed where the application has closed."""
        if self._closed is not None:
            raise self._closed
        message = self._run(self._connection.take())
        if message is not None and message["type"] == "websocket.send":
            text = message.get("text")
            return text if text is not None else message["bytes"]  # type: ignore[no-any-return]
        # RFC 6455, 7.1.5: 1006 stands for a connection that ended without a close frame
        ended: Message = message or {"code": 1006}
        self._closed = WebSocketClosed(ended.get("code", 1000), ended.get("reason") or "")
        self._go(self._closed.code, self._closed.reason)
        raise self._closed

    def receive_text(self) -> str:
        """The next message; raises ClientError where it is binary."""
        message = self.receive()
        if not isinstance(message, str):
            raise ClientError(f"wanted a text message; got {message!r}")
        return message

    def receive_bytes(self) -> bytes:
        """The next message; raises ClientError where it is text."""
        message = self.receive()
        if not isinstance(message, bytes):
            raise ClientError(f"wanted a binary message; got {message!r}")
        return message

    def receive_json(self) -> Any:
        """The next message, of either kind, as JSON."""
        return json.loads(self.receive())

    def __iter__(self) -> Iterator[str | bytes]:
        """The messages, until the application closes."""
        try:
            while True:
                yield self.receive()
        except WebSocketClosed:
            return

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close, and wait until the application has ended; raises what it raises now."""
        if self._closed is None:
            self._closed = WebSocketClosed(code, reason)
            self._go(code, reason)
        self._run(self._connection.end())

    def _say(self, message: Message) -> None:
        if self._closed is not None:
            raise self._closed
        self._events.put_nowait(message)

    def _go(self, code: int, reason: str = "") -> None:
        message = {"type": "websocket.disconnect", "code": code, "reason": reason}
        self._events.put_nowait(message)


def websocket_scope(scope: Scope, asked: Asked, subprotocols: Sequence[str]) -> Scope:
    """The scope of the handshake, as uvicorn 0.54 builds it, from that of the same GET."""
    fields = [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]
    fields.append(("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="))  # RFC 6455, 1.3: its example
    if subprotocols:
        fields.append(("Sec-WebSocket-Protocol", ", ".join(subprotocols)))
    changed = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "scheme": {"http": "ws", "https": "wss"}[asked.scheme],
        "headers": scope_headers([*asked.headers, *fields]),
        "subprotocols": list(subprotocols),
        "extensions": {"websocket.http.response": {}},
    }
    return {name: value for name, value in scope.items() if name != "method"} | changed
