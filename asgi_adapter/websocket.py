"""WebSockets: a conversation of whole messages (ASGI, "HTTP & WebSocket": WebSocket; RFC 6455).

@app.websocket("/echo/{room}")
async def echo(websocket, room):
    async with websocket:                      # accepts, and closes at the end
        async for message in websocket:        # str or bytes, until the client goes
            await websocket.send_text(f"{room}: {message}")
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from enum import Enum
from typing import Any

import msgspec

from asgi_adapter.request import ASGIRequest
from asgi_adapter.response import encoded
from asgi_adapter.types import Message, Receive, Send
from core import Headers


class WebSocketDisconnect(Exception):
    """The client is gone; `code` and `reason` are those of its close frame (RFC 6455, 7.4)."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class WrongFrame(TypeError):
    """A text frame came where bytes were asked for, or the other way round, or no JSON."""


class State(Enum):
    """Where the conversation is."""

    CONNECTING = "not accepted yet"
    OPEN = "open"
    CLOSED = "closed"


class WebSocket:
    """One WebSocket; `request` is its handshake, `params` are the path's parameters."""

    __slots__ = ("_receive", "_send", "params", "request", "state")

    def __init__(self, request: ASGIRequest, receive: Receive, send: Send) -> None:
        self.request = request
        self.params = request.params
        self.state = State.CONNECTING
        self._receive = receive
        self._send = send

    @property
    def subprotocols(self) -> list[str]:
        """The subprotocols that the client offers, the one it likes best first."""
        return list(self.request.scope.get("subprotocols", ()))

    async def accept(
        self, subprotocol: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        """Complete the handshake, in one of the offered subprotocols if any."""
        self._expect(State.CONNECTING, "accept")
        if subprotocol is not None and subprotocol not in self.subprotocols:
            raise ValueError(f"accept takes an offered subprotocol; got {subprotocol!r}")
        fields = encoded(Headers(headers or {}).items())
        self.state = State.OPEN
        await self._deliver(
            {"type": "websocket.accept", "subprotocol": subprotocol, "headers": fields}
        )

    async def receive(self) -> str | bytes:
        """The next message; raises WebSocketDisconnect when the client has gone."""
        self._expect(State.OPEN, "receive")
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self.state = State.CLOSED
            # RFC 6455, 7.1.5: 1005 stands for a close frame without a code
            raise WebSocketDisconnect(message.get("code") or 1005, message.get("reason") or "")
        text: str | None = message.get("text")
        return text if text is not None else message["bytes"]

    async def receive_text(self) -> str:
        """The next message; raises WrongFrame where it is bytes."""
        message = await self.receive()
        if not isinstance(message, str):
            raise WrongFrame(f"wanted a text frame; got {len(message)} bytes")
        return message

    async def receive_bytes(self) -> bytes:
        """The next message; raises WrongFrame where it is text."""
        message = await self.receive()
        if not isinstance(message, bytes):
            raise WrongFrame(f"wanted a binary frame; got a text of {len(message)} characters")
        return message

    async def receive_json(self) -> Any:
        """The next message, text or bytes, as JSON; raises WrongFrame where it is none."""
        message = await self.receive()
        try:
            return msgspec.json.decode(message)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise WrongFrame(f"wanted JSON; {error}") from None

    async def send_text(self, text: str) -> None:
        """Send a text frame."""
        await self._send_frame({"type": "websocket.send", "text": text})

    async def send_bytes(self, octets: bytes) -> None:
        """Send a binary frame."""
        await self._send_frame({"type": "websocket.send", "bytes": octets})

    async def send_json(self, value: Any) -> None:
        """Send a value as JSON, in a text frame."""
        await self.send_text(msgspec.json.encode(value).decode("utf-8"))

    async def _send_frame(self, message: Message) -> None:
        self._expect(State.OPEN, "send")
        await self._deliver(message)

    async def _deliver(self, message: Message) -> None:
        """Hand a message to the server, which may say by an OSError that the client is gone.

        (ASGI, "HTTP & WebSocket": Disconnected Client - send exception.)
        """
        try:
            await self._send(message)
        except OSError as error:
            self.state = State.CLOSED
            raise WebSocketDisconnect(1006) from error  # RFC 6455, 7.1.5: without a close frame

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the WebSocket, or refuse it (403) where it is not accepted; once is enough.

        Raises ValueError for a code or reason that no close frame can have (RFC 6455, 5.5, 7.4).
        """
        if not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
            wanted = "1000 to 1003, 1007 to 1014 or 3000 to 4999"
            raise ValueError(f"a close code is {wanted}; got {code!r}")
        if len(reason.encode()) > 123:
            raise ValueError(f"a close reason is at most 123 bytes; got {len(reason.encode())}")
        if self.state is not State.CLOSED:
            self.state = State.CLOSED
            with suppress(WebSocketDisconnect):  # the client was quicker
                await self._deliver({"type": "websocket.close", "code": code, "reason": reason})

    async def refuse(self, status: int) -> None:
        """Refuse the handshake with this status; a server that can't send it sends 403.

        (ASGI, "Websocket Denial Response": an extension, which a server names in the scope.)
        """
        self._expect(State.CONNECTING, "refuse")
        if "websocket.http.response" not in (self.request.scope.get("extensions") or {}):
            await self.close(1011 if status >= 500 else 1000)
            return
        self.state = State.CLOSED
        headers = [(b"content-length", b"0")]
        start = {"type": "websocket.http.response.start", "status": status, "headers": headers}
        with suppress(WebSocketDisconnect):
            await self._deliver(start)
            await self._deliver({"type": "websocket.http.response.body", "body": b""})

    async def __aenter__(self) -> "WebSocket":
        if self.state is State.CONNECTING:
            await self.accept()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        if kind is None or issubclass(kind, WebSocketDisconnect):
            await self.close()
            return True
        return False  # the adapter logs it, and closes with 1011

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        try:
            while self.state is State.OPEN:
                yield await self.receive()
        except WebSocketDisconnect:
            return

    def _expect(self, state: State, doing: str) -> None:
        if self.state is not state:
            raise RuntimeError(
                f"{doing} wants a WebSocket that is {state.value}; it is {self.state.value}"
            )

    def __repr__(self) -> str:
        return f"<WebSocket {self.request.path!r}, {self.state.value}>"
