"""A WebSocket between a connection and an application (RFC 6455; ASGI, "WebSocket").

Before it is accepted it is a request, and is refused by an ordinary response. Then the connection
hands over its bytes, and nothing of it is HTTP any more.
"""

import asyncio
from typing import Any, Protocol

from wsproto.events import BytesMessage, TextMessage

from asgi_adapter.types import Message
from lab.server.access_log import server_log
from lab.server.errors import ClientDisconnected
from lab.server.exchange import Exchange
from lab.server.frames import Frames
from lab.server.handshake import refusal, switch
from lab.server.hosts import Host
from lab.server.inbox import Inbox
from lab.server.messages import checked_body, checked_code, checked_content, checked_fields
from lab.server.settings import Limits, Timeouts

NORMAL, NO_FRAME, FAILED, RESTART = 1000, 1006, 1011, 1012  # RFC 6455, 7.4.1


class Owner(Protocol):
    """What a session needs of its server."""

    limits: Limits
    timeouts: Timeouts
    is_draining: bool


class WebSocketSession:
    """One WebSocket, from its handshake to its end."""

    def __init__(self, exchange: Exchange, owner: Owner) -> None:
        self.exchange = exchange
        self._line: Any = exchange.line  # the connection
        self._limits = owner.limits
        self._timeouts = owner.timeouts
        self._frames: Frames | None = None  # once it is accepted
        self._early: list[bytes] = []  # what has come before
        self._inbox = Inbox(owner.limits.unread, self._pause)
        self._is_denied = False
        self._has_closed = False  # the application has

    # The server's side.

    async def run(self, host: Host) -> None:
        """Let the application take part; what it leaves open is closed."""
        answer = refusal(self.exchange.head)
        try:
            if answer is None:
                await host.converse(self)
            elif not self._is_over:
                self._is_denied = True
                self._release()
                self.exchange.answer(*answer)
        except ClientDisconnected:
            pass
        except Exception as error:
            server_log.exception("the WebSocket %s failed", self._path)
            self._line.step("failed", error)
            self._end(FAILED)
        except asyncio.CancelledError:
            self._end(FAILED)
            raise
        else:
            self._end(NORMAL)

    @property
    def _is_over(self) -> bool:
        """Whether the last message is there: nobody can be sent anything any more."""
        return self._inbox.disconnect is not None

    @property
    def _path(self) -> str:
        return self.exchange.head.target.path.decode("ascii")

    def _end(self, code: int) -> None:
        """Close what the application has not: before it is accepted that is 500."""
        if self._frames is not None:
            self._frames.close(code, "")
        elif not self._is_denied and not self._is_over:
            if code == NORMAL:
                server_log.error("the WebSocket %s was neither accepted nor closed", self._path)
            self._release()
            self.exchange.answer(500, b"Internal Server Error\n")
        elif not self.exchange.is_complete and self._is_denied:
            self.exchange.failed(RuntimeError("the refusal is not complete"))

    # What the connection calls.

    def received(self, octets: bytes) -> None:
        """Bytes have come."""
        if self._frames is not None:
            self._frames.received(octets)
        else:
            self._early.append(octets)
            self._inbox.hold(len(octets))

    def lost(self) -> None:
        """The connection is."""
        self.exchange.abandon()
        self._inbox.end(NO_FRAME, "")

    def expired(self) -> None:
        """Nothing came for a while."""
        if self._frames is not None:
            self._frames.ping()

    def drain(self) -> None:
        """The server ends."""
        if self._frames is not None:
            self._frames.close(RESTART, "")

    # The application's side.

    async def receive(self) -> Message:
        """The next message; after the last it is a disconnect for ever."""
        message = await self._inbox.receive()
        self._line.step("receive", message)
        return message

    async def send(self, message: Message) -> None:
        """ASGI, "Accept", "Send", "Close"; raises RuntimeError out of their order."""
        self._line.step("send", message)
        kind = message["type"]
        if kind == "websocket.accept" and self._is_open_to_answers:
            self._accept(message)
        elif kind == "websocket.close" and self._is_open_to_answers:
            self._is_denied = True
            self._release()
            self.exchange.answer(403, b"Forbidden\n")
        elif kind.startswith("websocket.http.response.") and self._frames is None:
            await self._deny(kind, message)
        elif kind == "websocket.send" and self._frames is not None:
            await self._send(self._frames, message)
        elif kind == "websocket.close" and self._frames is not None:
            code = checked_code(message)
            self._has_closed = True
            self._frames.close(code, message.get("reason") or "")
        else:
            raise RuntimeError(f"{kind!r} has no place here: {self._phase}")

    @property
    def _is_open_to_answers(self) -> bool:
        return self._frames is None and not self._is_denied

    @property
    def _phase(self) -> str:
        if self._frames is not None:
            return "the WebSocket is accepted"
        return "the WebSocket is refused" if self._is_denied else "the WebSocket is not accepted"

    def _accept(self, message: Message) -> None:
        """RFC 6455, 4.2.2: 101, and from here on frames."""
        self._check_there()
        answer = switch(self.exchange.head, message)
        self._line.write(self._line.wire.send(answer) or b"")
        self._frames = Frames(self._line, self._inbox, self._limits, self._timeouts)
        self._log(101)
        early = self._line.parser.rest() + b"".join(self._early)
        self._inbox.hold(-sum(map(len, self._early)))
        self._early.clear()
        if early:
            self._frames.read(early)
        if self._line.must_close:
            self.drain()

    async def _deny(self, kind: str, message: Message) -> None:
        """ASGI, "Websocket Denial Response": an ordinary response."""
        if kind.endswith("start") and not self._is_denied:
            self._check_there()
            self._is_denied = True
            self._release()
            self.exchange.start(message["status"], checked_fields(message))
        elif kind.endswith("body") and self._is_denied and not self.exchange.is_complete:
            await self.exchange.send(checked_body(message), message.get("more_body", False))
        else:
            raise RuntimeError(f"{kind!r} has no place here: {self._phase}")

    async def _send(self, frames: Frames, message: Message) -> None:
        if self._has_closed:
            raise RuntimeError("'websocket.send' has no place here: the WebSocket is closed")
        self._check_there()
        data = checked_content(message)
        frames.send(TextMessage(data=data) if isinstance(data, str) else BytesMessage(data=data))
        await self._line.drained()

    def _check_there(self) -> None:
        if self._is_over:
            raise ClientDisconnected("the client has left the WebSocket")

    def _pause(self, should_pause: bool) -> None:
        """Read no more than the application takes."""
        if self._line.is_lost:
            return
        if should_pause:
            self._line.transport.pause_reading()
            self._line.reading.cancel()
        else:
            self._line.transport.resume_reading()
            self._line.reading.set(self._timeouts.ping)

    def _release(self) -> None:
        """It stays HTTP: the connection answers, and closes."""
        self._line.must_close = True
        self._line.upgraded = None

    def _log(self, status: int) -> None:
        self.exchange.status = status
        self._line.log(self.exchange)
