"""A wait during which something is sent: by a timer beside it, so that the wait goes on as it is.

What is waited for stays in the request's own task, with its context and its timeouts, and is
cancelled there as anything else.
"""

import asyncio
from contextlib import suppress
from typing import Any

from asgi_adapter.request import ASGIRequest
from asgi_adapter.response import message_of
from asgi_adapter.threads import ThreadPool
from asgi_adapter.types import Send as ServerSend
from core.steps import Meanwhile, SendChunk


async def carry_out(
    step: Meanwhile, request: ASGIRequest, send: ServerSend, threads: ThreadPool
) -> Any:
    """The result of the step inside; while it takes its time the chunk goes out."""
    inner = request.step = step.step  # where that fails it is no failure to send
    async with _Sender(step, send):
        if inner.is_async:
            return await inner.call(request)
        return await threads.run(
            inner.call, request, is_shielded=inner.is_shielded, has_answered=True
        )


class _Sender:
    """Sends the step's chunk each time that its seconds have passed, for the length of a block."""

    def __init__(self, step: Meanwhile, send: ServerSend) -> None:
        self._step = step
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._sending: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._set_timer()

    async def __aexit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if self._sending is not None and failed is None:
            await self._sending  # a server takes one message after the other
        elif self._sending is not None:
            self._sending.cancel()
        self._timer.cancel()

    def _set_timer(self) -> None:
        self._timer = self._loop.call_later(self._step.seconds, self._begin)

    def _begin(self) -> None:
        self._sending = self._loop.create_task(self._send_chunk())

    async def _send_chunk(self) -> None:
        with suppress(Exception):  # if the client has gone the watch says so, or the next chunk
            await self._send(message_of(SendChunk(self._step.chunk)))
            self._set_timer()
