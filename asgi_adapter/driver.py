"""Drives the life of a request where waiting means that the event loop does something else."""

import logging
from abc import ABC, abstractmethod
from asyncio import current_task, get_running_loop

from asgi_adapter.disconnects import Watch
from asgi_adapter.request import ASGIRequest
from asgi_adapter.response import start_message
from asgi_adapter.sending import hand_over
from asgi_adapter.threads import ThreadPool
from asgi_adapter.types import ASGIApplication, Receive, Scope
from asgi_adapter.types import Send as ServerSend
from core import App
from core.steps import ReadBody, Send, Step

logger = logging.getLogger("tandem")

_NOTHING = Step()  # is carried out any more


class Driver(ABC):
    """The callable that an ASGI server calls (ASGI, "Applications"), for HTTP."""

    def __init__(self, site: App, threads: int) -> None:
        if not isinstance(site, App):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"an adapter is made of an App; got {site!r}")
        self.site = site
        self.threads = ThreadPool(threads)
        self.watch = Watch()
        self.outermost: ASGIApplication | None = None  # set where there is native middleware

    async def __call__(self, scope: Scope, receive: Receive, send: ServerSend) -> None:
        """Carry out each step of the request's life, then send the response.

        An `async def` is awaited here, a `def` runs in a thread, unless it says it never blocks.
        """
        if self.outermost is not None:
            return await self.outermost(scope, receive, send)
        if scope["type"] != "http":
            return await self.serve_other(scope, receive, send)
        request = ASGIRequest(self.site, scope, receive)
        watch = self.watch
        loop = get_running_loop()
        watch.tasks[request] = current_task(loop)
        try:
            if watch.looking is not loop:
                watch.look_later()
            for step in self.site.life(request):
                request.step = step
                request.error = None
                try:
                    if step.is_async or isinstance(step, ReadBody):
                        request.result = await step.call(request)
                    elif isinstance(step, Send):
                        request.result = None
                        await hand_over(step, request, send, self.threads)
                    elif step.inline:
                        request.result = step.call(request)
                    else:
                        request.result = await self.threads.run(
                            step.call, request, is_shielded=step.is_shielded
                        )
                except BaseException as error:
                    request.error = watch.meaning(error, request)
        finally:
            del watch.tasks[request]
            if watch.watchers:
                watch.stop(request)
            request.step = _NOTHING  # the last may know the request: they would keep each other
        if request.answer is not None:
            status, fields, length, body = request.answer
            try:
                await send(start_message(status, fields, length))
                await send({"type": "http.response.body", "body": body})
            except OSError as error:  # ASGI, "Disconnected Client - send exception"
                logger.debug("%r had no answer: %r", request, error)
        return None

    @abstractmethod
    async def serve_other(self, scope: Scope, receive: Receive, send: ServerSend) -> None:
        """Answer what is not HTTP."""


# what a server's traceback shows where it was given the other door
Driver.__call__.__qualname__ = "ASGIAdapter.__call__"
