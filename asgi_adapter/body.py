"""The body of a request, from `http.request` messages (ASGI, "HTTP & WebSocket": Request)."""

import asyncio
from typing import TYPE_CHECKING

from asgi_adapter.types import Message
from core.body_stream import BodyCount, BodyStream, holds_up_the_loop

if TYPE_CHECKING:
    from asgi_adapter.request import ASGIRequest


async def read_body(request: "ASGIRequest", count: BodyCount) -> bytes:
    """The whole body.

    Raises ContentTooLarge over the limit, ClientDisconnected where it is cut off.
    """
    chunks: list[bytes] = []
    while not count.is_over:
        chunks.append(_chunk_of(await request.receive(), request, count))
    return b"".join(chunks)


async def next_chunk(request: "ASGIRequest", count: BodyCount) -> bytes:
    """Some more of the body, b"" at its end; raises as `read_body`."""
    while not count.is_over:
        if chunk := _chunk_of(await request.receive(), request, count):
            return chunk
    return b""


def _chunk_of(message: Message, request: "ASGIRequest", count: BodyCount) -> bytes:
    """What has come in a message, counted; it may be empty."""
    if message["type"] == "http.disconnect":
        request.disconnected = True
        raise count.cut_off()
    return count.take(message.get("body", b""), not message.get("more_body"))


class ASGIStream(BodyStream):
    """A body as it comes by `receive`."""

    def __init__(self, request: "ASGIRequest", count: BodyCount) -> None:
        super().__init__(count)
        self._request = request
        self._loop = asyncio.get_running_loop()

    def read(self) -> bytes:
        """The next chunk: a thread asks the loop for it, and waits."""
        if asyncio._get_running_loop() is not None:
            raise holds_up_the_loop()
        chunk = next_chunk(self._request, self._count)
        return asyncio.run_coroutine_threadsafe(chunk, self._loop).result()

    async def receive(self) -> bytes:
        """The next chunk, as the server has it."""
        if asyncio.get_running_loop() is not self._loop:
            raise RuntimeError(
                "`async for chunk in request.stream` is for the event loop of the request; "
                "in a `def` it is `for`"
            )
        return await next_chunk(self._request, self._count)
