"""The server's and the client's part of an ASGI connection, as lenient as servers are.

The client says the next thing when the application asks for it, and leaves when it asks once more
than there is.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from asgi_adapter.types import ASGIApplication, Message
from lab.testing.connection import Connection
from lab.testing.errors import ClientError
from lab.xray.recording import Recording
from lab.xray.script import Script

Kept = list[Recording]

MOMENT = 0.05  # seconds that a WebSocket's client waits for an answer


async def play_http(
    application: ASGIApplication,
    kept: Kept,
    script: Script,
    state: Mapping[str, Any],
    patience: float,
) -> None:
    """Have it answer this request; what it raises ends here, as in a server's log."""
    asked = script.asked()
    client = _Client(_request_messages(script), {"type": "http.disconnect"})
    connection = Connection(application, script.scope(asked, state), client.receive, patience)
    await _serve(connection, client, kept, script.leaves_after)


async def play_websocket(
    application: ASGIApplication,
    kept: Kept,
    script: Script,
    state: Mapping[str, Any],
    patience: float,
) -> None:
    """Open a WebSocket, say what the script has, and close it once all was said."""
    client = _Talker(_frames(script), {"type": "websocket.disconnect", "code": 1000, "reason": ""})
    scope = script.scope(script.asked(), state)
    connection = Connection(application, scope, client.receive, patience)
    await _serve(connection, client, kept, script.leaves_after)


async def play_lifespan(application: ASGIApplication, kept: Kept, patience: float) -> None:
    """Start the application up, and shut it down."""
    client = _Talker(iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]), None)
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    await _serve(Connection(application, scope, client.receive, patience), client, kept, None)


async def _serve(
    connection: Connection, client: "_Client", kept: Kept, leaves_after: int | None
) -> None:
    """Take what the application sends, until it ends or the client leaves."""
    try:
        await _heard(connection, client, kept, leaves_after)
    except ClientError as error:
        kept[0].add("given up", "server", "x-ray", reason=str(error))
    except KeyboardInterrupt:
        raise
    except BaseException:  # as a server, which logs it: the recording has it
        if _is_cancelled():  # by Ctrl-C, not by the application
            raise


async def _heard(
    connection: Connection, client: "_Client", kept: Kept, leaves_after: int | None
) -> None:
    chunks = 0
    while (message := await connection.take()) is not None:
        kind, has_more = _kind_of(message)
        chunks += kind in _CHUNKS
        client.hear(is_last=kind in _ENDS and not has_more)
        if chunks == leaves_after and has_more:
            kept[0].add("hung up", "server", "the client")
            client.leave()
            await connection.end()
            return


def _is_cancelled() -> bool:
    """Whether this task itself is to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


_CHUNKS = ("http.response.body", "websocket.send")
_ENDS = ("http.response.body", "websocket.http.response.body", "websocket.close")


def _kind_of(message: Any) -> tuple[Any, bool]:
    """The type, and whether more may follow; a wrong application may send anything."""
    if not isinstance(message, dict):
        return None, True
    kind = message.get("type")
    return kind, bool(message.get("more_body", kind not in _ENDS))


class _Client:
    """What the application receives: each message in turn, and at last that the client has gone."""

    def __init__(self, messages: Iterator[Message], leaving: Message | None) -> None:
        self._messages = messages
        self._leaving = leaving  # None: it stays
        self._has_left = asyncio.Event()

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
        if message is None:
            await self._has_left.wait()
        return message or self._leaving or {}


class _Talker(_Client):
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
            return self._leaving
        return message or await super().receive()

    async def _answer(self, seconds: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._has_heard.wait()


def _request_messages(script: Script) -> Iterator[Message]:
    """HTTP, "Request": the body in as many messages as it has chunks, at least one."""
    chunks = script.chunks or [b""]
    last = len(chunks) - 1
    for number, chunk in enumerate(chunks):
        yield {"type": "http.request", "body": chunk, "more_body": number < last}


def _frames(script: Script) -> Iterator[Message]:
    yield {"type": "websocket.connect"}
    for frame in script.frames:
        yield {"type": "websocket.receive", "text" if isinstance(frame, str) else "bytes": frame}
