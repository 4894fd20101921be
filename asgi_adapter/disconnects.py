"""Notices that the client of a request has gone (ASGI, "HTTP & WebSocket": Disconnect).

A server tells it only to who awaits `receive`, and a task that does so would cost more than most
requests take. So a request gets one when it is still there at the next look, a moment later.
"""

import asyncio
from asyncio import get_running_loop

from asgi_adapter.request import ASGIRequest
from core.errors import ClientDisconnected
from core.steps import Send, throwable

INTERVAL = 0.1  # seconds from one look to the next

Task = asyncio.Task[None]


class Watch:
    """The requests that are being handled, and who waits for their clients to leave.

    Such a request is told (`request.disconnected`); and where it is waiting for an `async def` that
    is not shielded, or for the client to take a chunk, that is cancelled.
    """

    def __init__(self) -> None:
        self.tasks: dict[ASGIRequest, Task | None] = {}  # the task in which each is handled
        self.watchers: dict[ASGIRequest, Task] = {}
        self._cancelled: set[ASGIRequest] = set()
        self.looking: asyncio.AbstractEventLoop | None = None  # the loop that will look next

    def stop(self, request: ASGIRequest) -> None:
        """The request is over, so nobody waits for its client any longer."""
        self.watchers.pop(request).cancel()
        self._cancelled.discard(request)

    def meaning(self, error: BaseException, request: ASGIRequest) -> BaseException:
        """What the error of a step was: the client's leaving, or what it seems to be."""
        if isinstance(error, asyncio.CancelledError):
            task = asyncio.current_task()
            is_ours = request in self._cancelled
            has_left = is_ours and task is not None and not task.uncancel()
        else:  # ASGI, "Disconnected Client - send exception"
            has_left = isinstance(error, OSError) and isinstance(request.step, Send)
        if not has_left:
            return throwable(error)
        request.disconnected = True
        return ClientDisconnected("the client left before it had its response")

    def look_later(self) -> None:
        """Look a moment later which requests are still there, in the loop that runs here."""
        self.looking = loop = get_running_loop()
        loop.call_later(INTERVAL, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give a watcher to each request that has none; look again as long as there are any."""
        self.looking = None
        here = [
            request
            for request, task in list(self.tasks.items())
            if task is not None and task.get_loop() is loop
        ]
        for request in here:
            is_told = request.disconnected or request.is_being_read  # by what it reads itself
            if request.step.is_watched and request not in self.watchers and not is_told:
                self.watchers[request] = loop.create_task(self._wait(request))
        if here:
            self.look_later()

    async def _wait(self, request: ASGIRequest) -> None:
        """Wait until the client leaves."""
        while (await request.receive())["type"] != "http.disconnect":
            pass  # a body that nobody has asked for
        request.disconnected = True
        step = request.step
        task = self.tasks[request]
        if task is not None and (step.is_async or isinstance(step, Send)) and not step.is_shielded:
            self._cancelled.add(request)
            task.cancel()
