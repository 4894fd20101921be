"""Drives the life of a request where waiting means that the thread waits."""

from collections.abc import Iterable
from contextvars import copy_context

from core import App
from core.response import STATUS_LINES
from core.steps import throwable
from wsgi_adapter.loop import run_on_own_loop
from wsgi_adapter.request import WSGIRequest
from wsgi_adapter.response import parts_of
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
        for step in self.site.life(request):
            request.error = None
            try:
                request.result = step.call(request)
                if step.is_async:
                    request.result = self.run_async(request.result)
            except BaseException as error:
                request.error = throwable(error)
        response = request.response
        headers, body = parts_of(response, request.method)
        start_response(STATUS_LINES[response.status], headers)
        return [body] if body else []
