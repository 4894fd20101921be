"""Drives the life of a request where waiting means that the thread waits."""

from collections.abc import Iterable
from contextvars import Context, copy_context
from functools import partial
from typing import cast

from core import App
from core.response import STATUS_LINES
from core.steps import Life, Send, SendStart, Step, throwable
from wsgi_adapter.file_wrapper import handed_over
from wsgi_adapter.iterable import ResponseIterable
from wsgi_adapter.request import WSGIRequest
from wsgi_adapter.response import with_length
from wsgi_adapter.run_async import run_on_own_loop
from wsgi_adapter.types import Environ, StartResponse, WSGIApplication


class Driver:
    """The callable that a WSGI server calls (PEP 3333, "The Application/Framework Side")."""

    def __init__(self, site: App) -> None:
        if not isinstance(site, App):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"an adapter is made of an App; got {site!r}")
        self.site = site
        self.outermost: WSGIApplication | None = None  # set where there is native middleware
        self.run_async = run_on_own_loop  # or on the shared one

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Carry out each step of the request's life, then send the response.

        All of it inside one context, the request's own: a thread serves one after the other.
        """
        if self.outermost is not None:
            return self.outermost(environ, start_response)
        request = WSGIRequest(self.site, environ)
        life = self.site.life(request)
        context = copy_context()
        start = self._advance(life, request, context)
        if start is not None:  # the life goes on while the response is sent
            return self._stream(start, life, request, context, start_response)
        assert request.answer is not None
        status, fields, length, body = request.answer
        start_response(STATUS_LINES[status], with_length(fields, length))
        return [body] if body else []  # type: ignore[list-item]  # a stream took the other way

    def _stream(
        self,
        start: Send,
        life: Life,
        request: WSGIRequest,
        context: Context,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """Send the start; the rest is sent by what the server iterates over."""
        start = cast("SendStart", start)  # the first that a life sends
        advance = partial(self._advance, life, request, context)
        chunks = ResponseIterable(request, context, advance, self.run_async)
        try:
            start_response(STATUS_LINES[start.status], with_length(start.fields, start.length))
        except BaseException:  # the server does not like the header fields, say
            chunks.close()
            raise
        return chunks if start.file is None else handed_over(start.file, chunks, request.environ)

    def _advance(self, life: Life, request: WSGIRequest, context: Context) -> Send | None:
        """Carry out the steps of a life up to the next that sends something; None at its end.

        An `async def` runs on this thread's own event loop, and a task enters the context itself.
        """
        while (step := context.run(_next_that_waits, life, request)) is not None:
            if isinstance(step, Send):
                return step
            try:
                request.result = self.run_async(request.result, context, step)
            except BaseException as error:
                request.error = throwable(error)
        return None


def _next_that_waits(life: Life, request: WSGIRequest) -> Step | None:
    """The next step that is not carried out by a call: that of an `async def` has begun."""
    for step in life:
        request.error = None
        if isinstance(step, Send):
            request.result = None
            return step
        try:
            request.result = step.call(request)
        except BaseException as error:
            request.error = throwable(error)
        else:
            if step.is_async:
                return step
    return None


# what a server's traceback shows where it was given the other door
Driver.__call__.__qualname__ = "WSGIAdapter.__call__"
