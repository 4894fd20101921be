"""Drives the life of a request where waiting means that the event loop does something else."""

from abc import ABC, abstractmethod

from asgi_adapter.request import ASGIRequest
from asgi_adapter.response import messages_of
from asgi_adapter.threads import ThreadPool
from asgi_adapter.types import ASGIApplication, Receive, Scope, Send
from core import App
from core.steps import ReadBody, throwable


class Driver(ABC):
    """The callable that an ASGI server calls (ASGI, "Applications"), for HTTP."""

    def __init__(self, site: App, threads: int) -> None:
        self.site = site
        self.threads = ThreadPool(threads)
        self.outermost: ASGIApplication | None = None  # set where there is native middleware

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out each step of the request's life, then send the response.

        An `async def` is awaited here, a `def` runs in a thread, unless it says it never blocks.
        """
        if self.outermost is not None:
            return await self.outermost(scope, receive, send)
        if scope["type"] != "http":
            return await self.serve_other(scope, receive, send)
        request = ASGIRequest(self.site, scope, receive)
        for step in self.site.life(request):
            request.error = None
            try:
                if step.is_async or isinstance(step, ReadBody):
                    request.result = await step.call(request)
                elif step.inline:
                    request.result = step.call(request)
                else:
                    request.result = await self.threads.run(step.call, request)
            except BaseException as error:
                request.error = throwable(error)
        start, body = messages_of(request.response, request.method)
        await send(start)
        await send(body)
        return None

    @abstractmethod
    async def serve_other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is not HTTP."""
