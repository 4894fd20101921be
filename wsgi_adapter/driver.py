"""Drives the life of a request where waiting means that the thread waits."""

from collections.abc import Iterable
from contextvars import copy_context
from functools import partial

from core import App
from core.response import STATUS_LINES
from core.steps import Life, Send, SendStart, throwable
from wsgi_adapter.file_wrapper import handed_over
from wsgi_adapter.iterable import ResponseIterable
from wsgi_adapter.loop import run_on_own_loop
from wsgi_adapter.request import WSGIRequest
from wsgi_adapter.response import with_length
from wsgi_adapter.types import Environ, StartResponse, WSGIApplication


class Driver:
    """The callable that a WSGI server calls (PEP 3333, "The Application/Framework Side")."""

    def __init__(self, site: App) -> None:
        self.site = site
        self.outermost: WSGIApplication | None = None  # set where there is native middleware
        self.run_async = run_on_own_loop  # or on the shared one

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request inside a context of its own, for a thread serves one after the other."""
        if self.outermost is not None:
            return self.outermost(environ, start_response)
        return copy_context().run(self._serve, environ, start_response)

    def _serve(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Carry out each step of the request's life, then send the response.

        A `def` is called here, an `async def` runs on this thread's own event loop.
        """
        request = WSGIRequest(self.site, environ)
        life = self.site.life(request)
        start = self._advance(life, request)
        if isinstance(start, SendStart):  # the life goes on while the response is sent
            start_response(STATUS_LINES[start.status], with_length(start.fields, start.length))
            chunks = ResponseIterable(
                request, partial(self._advance, life, request), self.run_async
            )
            return chunks if start.file is None else handed_over(start.file, chunks, environ)
        assert request.answer is not None
        status, fields, length, body = request.answer
        start_response(STATUS_LINES[status], with_length(fields, length))
        return [body] if body else []  # type: ignore[list-item]  # a stream took the other way

    def _advance(self, life: Life, request: WSGIRequest) -> Send | None:
        """Carry out the steps of a life up to the next that sends something; None at its end."""
        for step in life:
            request.error = None
            if isinstance(step, Send):
                return step
            try:
                request.result = step.call(request)
                if step.is_async:
                    request.result = self.run_async(request.result, more=step.has_more)
            except BaseException as error:
                request.error = throwable(error)
        return None
