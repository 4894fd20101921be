"""What an ASGI application receives in an x-ray: what the client says, and that it has gone.

The client says the next thing when the application asks for it, and leaves when it asks once more
than there is.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

from asgi_adapter.types import Message
from lab.xray.script import Script

MOMENT = 0.05  # seconds that a WebSocket's client waits for an answer
MOST_TOLD = 100  # times that an application is told the client has gone; then it waits


class Client:
    """Each message in turn, and at last that the client has gone."""

    def __init__(self, messages: Iterator[Message], leaving: Message | None) -> None:
        self._messages = messages
        self._leaving = leaving  # None: it stays
        self._has_left = asyncio.Event()
        self._told = 0

    def hear(self, *, is_last: bool) -> None:
        """The application has sent something."""
        if is_last:
            self.leave()  # ASGI, "Disconnect": also once the response is complete

    def leave(self) -> None:
        """Go: what was not received yet never comes."""
        self._messages = iter(())
        self._has_left.set()

    async def receive(self) -> Message:
        """The application's `receive`."""
        message = next(self._messages, None)
        if message is not None:
            return message
        await self._has_left.wait()
        return await self._goodbye() or {}

    async def _goodbye(self) -> Message | None:
        """That it has gone; one that asks for ever is not told for ever."""
        self._told += 1
        if self._told > MOST_TOLD:
            await asyncio.Event().wait()  # until it is cancelled
        await asyncio.sleep(0)  # others must have their turn, or it could go on for ever
        return self._leaving


class Talker(Client):
    """One that waits for an answer: to its first message, and a moment to the others.

    An application that receives in one task and answers in another would else be told that the
    client has gone before it has begun.
    """

    def __init__(self, messages: Iterator[Message], leaving: Message | None) -> None:
        super().__init__(messages, leaving)
        self._has_heard = asyncio.Event()
        self._said = 0

    def hear(self, *, is_last: bool) -> None:
        """The application has answered."""
        super().hear(is_last=is_last)
        self._has_heard.set()

    async def receive(self) -> Message:
        """The application's `receive`."""
        if self._said and not self._has_left.is_set():
            await self._answer(MOMENT if self._said > 1 else None)
        self._has_heard.clear()
        self._said += 1
        message = next(self._messages, None)
        if message is None and self._leaving is not None:
            return await self._goodbye() or {}
        return message or await super().receive()

    async def _answer(self, seconds: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._has_heard.wait()


def one_request(script: Script) -> Client:
    """HTTP, "Request": the body in as many messages as it has chunks, at least one."""
    chunks = script.chunks or [b""]
    last = len(chunks) - 1
    messages: Iterator[Message] = (
        {"type": "http.request", "body": chunk, "more_body": number < last}
        for number, chunk in enumerate(chunks)
    )
    return Client(messages, {"type": "http.disconnect"})


def one_talk(script: Script) -> Client:
    """A WebSocket's client: it says its frames, and closes once all was said."""
    frames: list[Message] = [
        {"type": "websocket.receive", "text" if isinstance(frame, str) else "bytes": frame}
        for frame in script.frames
    ]
    leaving = {"type": "websocket.disconnect", "code": 1000, "reason": ""}
    return Talker(iter([{"type": "websocket.connect"}, *frames]), leaving)


def one_life() -> Client:
    """The server that starts an application up, and shuts it down."""
    return Talker(iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]), None)
