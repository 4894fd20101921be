"""The WSGI door as a program uses it: an App made a WSGI application, with native middleware."""

from collections.abc import Callable
from copy import copy
from typing import Any

from core import App
from wsgi_adapter.driver import Driver
from wsgi_adapter.types import WSGIApplication


class WSGIAdapter(Driver):
    """An App as a WSGI application."""

    def __init__(self, site: App) -> None:
        super().__init__(site)
        self._native: list[tuple[Callable[..., WSGIApplication], dict[str, Any]]] = []

    def add_middleware(self, cls: Callable[..., WSGIApplication], **options: Any) -> None:
        """Add a WSGI middleware, made as `cls(application, **options)`; the first is outermost.

        All of them are made again each time one is added.
        """
        self._native.append((cls, options))
        innermost = copy(self)
        innermost.outermost = None
        application: WSGIApplication = innermost
        for make, its_options in reversed(self._native):
            application = make(application, **its_options)
        self.outermost = application
