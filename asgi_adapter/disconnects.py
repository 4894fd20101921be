"""Notices that the client of a request has gone (ASGI, "HTTP & WebSocket": Disconnect).

A server tells it only to who awaits `receive`, and a task that does so would cost more than most
requests take. So a request gets one when it is still there at the next look, a moment later.
"""

import asyncio

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
        self._tasks: dict[ASGIRequest, Task] = {}  # the task in which each is handled
        self._watchers: dict[ASGIRequest, Task] = {}
        self._looking: asyncio.AbstractEventLoop | None = None  # the loop that will look next

    def begin(self, request: ASGIRequest) -> None:
        """From now until `end` nothing else awaits this request's `receive`."""
        task = asyncio.current_task()
        if task is not None and not request.disconnected:
            self._tasks[request] = task
            if self._looking is not task.get_loop():
                self._look_later(task.get_loop())

    def end(self, request: ASGIRequest) -> None:
        """The request is over."""
        self._tasks.pop(request, None)
        watcher = self._watchers.pop(request, None)
        if watcher is not None:
            watcher.cancel()

    def meaning(self, error: BaseException, request: ASGIRequest) -> BaseException:
        """What the error of a step was: the client's leaving, or what it seems to be."""
        if isinstance(error, asyncio.CancelledError):
            task = asyncio.current_task()
            is_ours = request.disconnected and request not in self._tasks
            has_left = is_ours and task is not None and not task.uncancel()
        else:  # ASGI, "Disconnected Client - send exception"
            has_left = isinstance(error, OSError) and isinstance(request.step, Send)
        if not has_left:
            return throwable(error)
        request.disconnected = True
        return ClientDisconnected("the client left before it had its response")

    def _look_later(self, loop: asyncio.AbstractEventLoop) -> None:
        self._looking = loop
        loop.call_later(INTERVAL, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give a watcher to each request that has none; look again as long as there are any."""
        self._looking = None
        here = [request for request, task in list(self._tasks.items()) if task.get_loop() is loop]
        for request in here:
            if request not in self._watchers:
                self._watchers[request] = loop.create_task(self._wait(request))
        if here:
            self._look_later(loop)

    async def _wait(self, request: ASGIRequest) -> None:
        """Wait until the client leaves."""
        while (await request.receive())["type"] != "http.disconnect":
            pass  # a body that nobody has asked for
        request.disconnected = True
        step = request.step
        if (step.is_async or isinstance(step, Send)) and not step.is_shielded:
            self._tasks.pop(request).cancel()
