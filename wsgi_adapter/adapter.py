"""The WSGI callable: an environ comes in, a status, header fields and bytes go out (PEP 3333)."""

from collections.abc import Callable, Iterable
from typing import Any

from core import App
from wsgi_adapter.driver import drive
from wsgi_adapter.request import Environ, WSGIRequest
from wsgi_adapter.response import StartResponse, send_response

WSGIApplication = Callable[[Environ, StartResponse], Iterable[bytes]]


class WSGIAdapter:
    """An App as a WSGI application."""

    def __init__(self, site: App) -> None:
        self.site = site
        self._native: list[tuple[Callable[..., WSGIApplication], dict[str, Any]]] = []
        self._outermost: WSGIApplication = self.serve

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return self._outermost(environ, start_response)

    def serve(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, inside all native middleware."""
        request = WSGIRequest(self.site, environ)
        response = drive(self.site.life(request), request)
        return send_response(response, request.method, start_response)

    def add_middleware(self, cls: Callable[..., WSGIApplication], **options: Any) -> None:
        """Add a WSGI middleware, made as `cls(application, **options)`; the first is outermost.

        All of them are made again each time one is added.
        """
        self._native.append((cls, options))
        self._outermost = self.serve
        for make, its_options in reversed(self._native):
            self._outermost = make(self._outermost, **its_options)
