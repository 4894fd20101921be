"""WebSockets: a conversation of whole messages (ASGI, "HTTP & WebSocket": WebSocket; RFC 6455).

@app.websocket("/echo/{room}")
async def echo(websocket, room):
    async with websocket:                      # accepts, and closes at the end
        async for message in websocket:        # str or bytes, until the client goes
            await websocket.send_text(f"{room}: {message}")

What may be said when is a table, in `websocket_phases`. A handler that waits for something else
too, such as a queue, does so in a task beside its `async for`, which ends when the client goes:

    async with websocket, asyncio.TaskGroup() as tasks:
        passing = tasks.create_task(pass_on(queue, websocket))
        async for message in websocket:
            ...
        passing.cancel()
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from asgi_adapter.request import ASGIRequest
from asgi_adapter.response import encoded, start_message
from asgi_adapter.types import Message, Receive, Send
from asgi_adapter.websocket_handshake import Handshake
from asgi_adapter.websocket_phases import (
    TURNS,
    Phase,
    WebSocketDisconnect,
    WebSocketStateError,
    WrongFrame,
    is_disconnect,
)
from core import Headers, HTTPError, Response
from core.pages import error_page

T = TypeVar("T")

# RFC 6455, 7.4: those that a close frame may hold; 1005, 1006 and 1015 only stand for what happened
_CLOSE_CODES = frozenset({*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)})
_MAX_REASON = 123  # bytes (RFC 6455, 5.5: a control frame has 125, two are the code's)


class WebSocket(Handshake):
    """One WebSocket; `request` is its handshake, `phase` is where the conversation is.

    Once the client has gone, every step but `close` raises WebSocketDisconnect, whichever step
    noticed it. A step before its time, or after we closed, raises WebSocketStateError.
    """

    __slots__ = ("_gone_with", "_receive", "_send", "phase")

    def __init__(self, request: ASGIRequest, receive: Receive, send: Send) -> None:
        super().__init__(request)
        self.phase = Phase.CONNECTING
        self._receive = receive
        self._send = send
        self._gone_with = (1006, "")  # the code and reason with which the client left

    # The answer to the handshake.

    async def accept(
        self,
        subprotocol: str | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        """Complete the handshake, in one of the offered subprotocols if any.

        Raises ValueError for another one, and for a header that is the server's to send.
        """
        if subprotocol is not None and subprotocol not in self.subprotocols:
            offered = ", ".join(map(repr, self.subprotocols)) or "none"
            raise ValueError(f"a subprotocol is an offered one ({offered}); got {subprotocol!r}")
        fields = Headers(headers)
        for name in fields:
            if name.startswith("sec-websocket-"):  # RFC 6455, 11.3; ASGI, "Accept"
                raise ValueError(f"the server sends the handshake's own headers; got {name!r}")
        await self._say(
            {
                "type": "websocket.accept",
                "subprotocol": subprotocol,
                "headers": encoded(fields.items()),
            }
        )

    async def refuse(self, answer: int | Response = 403) -> None:
        """Refuse the handshake with a status of 400 or more, or with a whole Response.

        A Response may redirect too: "the server might redirect the client using a 3xx status code",
        and the client need not follow (RFC 6455, 4.1). A 2xx would refuse nothing.
        (ASGI, "Websocket Denial Response".) A server that does not have this extension can only
        answer 403. Browsers show none of it to the page.
        """
        if not isinstance(answer, Response):
            answer = error_page(self.request, HTTPError(answer))
        if not isinstance(answer.body, bytes) or answer.status < 300:
            raise TypeError(
                f"a WebSocket is refused by a whole Response, its status 300 or more; got {answer}"
            )
        if "websocket.http.response" not in (self.request.scope.get("extensions") or {}):
            self._turn("websocket.http.response.start")  # it is out of turn here too
            await self.close()
            return
        status, fields, length, body = answer.answer("GET")
        start = start_message(status, fields, length)
        with suppress(WebSocketDisconnect):  # nobody is left to read it
            await self._say({**start, "type": "websocket.http.response.start"})
            await self._say({"type": "websocket.http.response.body", "body": body})

    # The conversation.

    async def receive(self) -> str | bytes:
        """The next message; raises WebSocketDisconnect when the client has gone."""
        self._turn("websocket.receive")
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise self._gone(message.get("code") or 1005, message.get("reason") or "")
        text: str | None = message.get("text")  # of the two keys one may be there, and None
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

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        return self._each(self.receive)

    def iter_text(self) -> AsyncIterator[str]:
        """The messages until the client goes; raises WrongFrame where one is bytes."""
        return self._each(self.receive_text)

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """The messages until the client goes; raises WrongFrame where one is text."""
        return self._each(self.receive_bytes)

    def iter_json(self) -> AsyncIterator[Any]:
        """The messages as JSON until the client goes; raises WrongFrame where one is none."""
        return self._each(self.receive_json)

    async def _each(self, receive: Callable[[], Awaitable[T]]) -> AsyncIterator[T]:
        with suppress(WebSocketDisconnect):
            while self.phase is not Phase.CLOSED:  # as the loop's body may close
                yield await receive()

    async def send_text(self, text: str) -> None:
        """Send a text frame.

        Before version 2.4 of the specification a server said nothing where the client was gone, and
        some still don't: a handler that only sends learns of it in a task that receives.
        """
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"a text frame is made of str; got {type(text).__name__}")
        await self._say({"type": "websocket.send", "text": text})

    async def send_bytes(self, octets: bytes | bytearray | memoryview) -> None:
        """Send a binary frame."""
        if not isinstance(octets, (bytes, bytearray, memoryview)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"a binary frame is made of bytes; got {type(octets).__name__}")
        await self._say({"type": "websocket.send", "bytes": bytes(octets)})

    async def send_json(self, value: Any) -> None:
        """Send a value as JSON, in a text frame."""
        await self.send_text(msgspec.json.encode(value).decode("utf-8"))

    # Its end.

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the WebSocket, or refuse it (403) where it is not accepted; once is enough.

        Raises ValueError for a code or reason that no close frame can have (RFC 6455, 5.5, 7.4).
        """
        if code not in _CLOSE_CODES:
            wanted = "1000 to 1003, 1007 to 1014 or 3000 to 4999"
            raise ValueError(f"a close code is {wanted}; got {code!r}")
        if len(reason.encode()) > _MAX_REASON:
            size = len(reason.encode())
            raise ValueError(f"a close reason is at most {_MAX_REASON} bytes; got {size}")
        if (self.phase, "websocket.close") in TURNS:
            with suppress(WebSocketDisconnect):  # the client was quicker
                await self._say({"type": "websocket.close", "code": code, "reason": reason})

    async def __aenter__(self) -> "WebSocket":
        if self.phase is Phase.CONNECTING:
            await self.accept()
        return self

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if error is None or is_disconnect(error):
            await self.close()
            return True
        return False  # the adapter logs it, and closes with 1011

    # How every step is taken.

    def _turn(self, kind: str) -> Phase:
        """The phase after a message of this kind; raises where it can't be said or heard now."""
        if self.phase is Phase.GONE:
            raise WebSocketDisconnect(*self._gone_with)
        following = TURNS.get((self.phase, kind))
        if following is None:
            wanted = next(phase for phase, message in TURNS if message == kind)
            raise WebSocketStateError(
                f"{kind} wants a WebSocket that is {wanted.value}; got {self}"
            )
        return following

    async def _say(self, message: Message) -> None:
        """Hand a message to the server, which may say by an OSError that the client is gone.

        (ASGI, "HTTP & WebSocket": Disconnected Client - send exception.)
        """
        before, after = self.phase, self._turn(message["type"])
        self.phase = after
        try:
            await self._send(message)
        except OSError as error:
            raise self._gone(1006) from error
        except Exception:  # the server does not send such a thing, so it was not said
            self.phase = before if self.phase is after else self.phase
            raise

    def _gone(self, code: int, reason: str = "") -> WebSocketDisconnect:
        """Note that the client is gone, unless we had closed before."""
        self.phase = TURNS.get((self.phase, "websocket.disconnect"), self.phase)
        self._gone_with = (code, reason)
        return WebSocketDisconnect(code, reason)

    def __repr__(self) -> str:
        return f"<WebSocket {self.request.path!r}, {self.phase.value}>"
