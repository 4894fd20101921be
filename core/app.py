"""The App: what a program registers, and the life of each of its requests.

A request's life is one generator, `App.life`. It waits for nothing: it yields each step that may
need waiting (`core.steps`), and an adapter carries it out, so the same life is lived behind both
doors. Read `life` first, then `respond`.
"""

import logging
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any, TypeVar

from core.converters import Converter
from core.errors import HTTPError, NotFound, too_large
from core.functions import name_of
from core.middleware import Chain, Middleware, call, check_middleware, wrap
from core.pages import crash_page, error_page
from core.request import Request
from core.response import Response
from core.results import to_response
from core.route import Route, redirect_route
from core.router import Router
from core.steps import Life, ReadBody

logger = logging.getLogger("tandem")

F = TypeVar("F", bound=Callable[..., Any])
M = TypeVar("M", bound=Middleware)
ErrorHandler = Callable[[Request, Any], Any]


class App(Router):
    """A web application, to be served by `WSGIAdapter(app)` and `ASGIAdapter(app)`.

    `max_body` in bytes and `max_fields` (of a query or a form) are limits on what clients send;
    `redirect_slashes` sends a path that is a route but for its last "/" there (308); `debug` shows
    tracebacks to a browser on this machine. `state` is yours.
    """

    def __init__(
        self,
        *,
        debug: bool = False,
        max_body: int = 10_000_000,
        max_fields: int = 1_000,
        redirect_slashes: bool = False,
        converters: Iterable[Converter] = (),
    ) -> None:
        super().__init__(converters=converters)
        self.debug = debug
        self.max_body = max_body
        self.max_fields = max_fields
        self.redirect_slashes = redirect_slashes
        self.state = SimpleNamespace()
        self._middleware: list[Middleware] = []
        self._chain: Chain = self.respond
        self._on_status: dict[int, ErrorHandler] = {}
        self._on_class: dict[type[Exception], ErrorHandler] = {}
        self._answerable: tuple[type[Exception], ...] = (HTTPError,)

    # Registration.

    def middleware(self, middleware: M) -> M:
        """Put a middleware around all that was added before its handler: the first is outermost.

        It sees every request, those without a route too. Its form: `core.middleware`.
        """
        check_middleware(middleware)
        self._middleware.append(middleware)
        self._chain = self.respond
        for layer in reversed(self._middleware):
            self._chain = wrap(layer, self._chain, self.rescue)
        return middleware

    def error(self, kind: int | type[Exception]) -> Callable[[F], F]:
        """A decorator for the handler, `(request, error)`, of a status or an exception class.

        It returns what a handler may, with the error's status unless it names another. Of classes
        the most derived counts; a status counts before a class. That of 500, or of Exception,
        answers what no other handler does, after every middleware has seen the exception.
        """
        known = isinstance(kind, int) or (isinstance(kind, type) and issubclass(kind, Exception))  # pyright: ignore[reportUnnecessaryIsInstance]
        if not known:
            raise TypeError(f"error() takes a status or an exception class; got {kind!r}")

        def register(handler: F) -> F:
            table: dict[Any, ErrorHandler] = (
                self._on_status if isinstance(kind, int) else self._on_class
            )
            if kind in table:
                raise ValueError(f"{kind!r} has the error handler {name_of(table[kind])} already")
            table[kind] = handler
            if kind is not Exception and isinstance(kind, type):
                self._answerable = (*self._answerable, kind)
            return handler

        return register

    # The life of a request.

    def life(self, request: Request) -> Life:
        """The steps from a request to its response; a bug on the way is answered 500."""
        try:
            return (yield from self._chain(request))
        except Exception as error:
            return (yield from self._crash(request, error))

    def respond(self, request: Request) -> Life:
        """The innermost layer: find the route, have the body read, have the handler called."""
        try:
            route, request.params = self._find(request)
            length = request.body_length()
            if length != 0:
                request.body = yield self._read_body(length, route)
            return to_response((yield route.handler), route.handler.name)
        except Exception as error:
            return (yield from self.rescue(request, error))

    def rescue(self, request: Request, error: Exception) -> Life:
        """The response to an exception that has one; any other is raised again.

        An HTTPError has one, and so has a class with an error handler.
        """
        if not isinstance(error, self._answerable):
            raise error
        handler = self._handler_of(error)
        if handler is not None:
            return (yield from self._ask(handler, request, error))
        assert isinstance(error, HTTPError)
        return error_page(request, error)

    def _find(self, request: Request) -> tuple[Route, dict[str, Any]]:
        """The route and its parameters; raises NotFound or MethodNotAllowed."""
        segments = request.split_segments()
        try:
            return self.tree.match(request.method, request.path, segments)
        except NotFound:
            if self.redirect_slashes:
                return self._redirect(request), {}
            raise

    def _redirect(self, request: Request) -> Route:
        """A route to the same path with or without its last "/", if there is one; else NotFound."""
        path = request.path.removesuffix("/") if request.path.endswith("/") else request.path + "/"
        self.tree.match(request.method, path)
        return redirect_route(request.root_path + path, request.query_string)

    def _read_body(self, length: int | None, route: Route) -> ReadBody:
        """The step that reads the body; a body declared too large is refused unread."""
        limit = self.max_body if route.max_body is None else route.max_body
        if length is not None and length > limit:
            raise too_large(limit)
        return ReadBody(length, limit)

    def _handler_of(self, error: Exception) -> ErrorHandler | None:
        """The error handler that comes closest to this exception."""
        if isinstance(error, HTTPError) and error.status in self._on_status:
            return self._on_status[error.status]
        classes = (self._on_class.get(kind) for kind in type(error).__mro__ if kind is not Exception)
        return next((handler for handler in classes if handler is not None), None)

    def _ask(self, handler: ErrorHandler, request: Request, error: Exception) -> Life:
        """What an error handler answers, with the error's status unless it names one."""
        result = yield call(handler, request, error)
        if isinstance(result, (Response, tuple)):
            return to_response(result, name_of(handler))
        status = error.status if isinstance(error, HTTPError) else 500
        return to_response((result, status), name_of(handler))

    def _crash(self, request: Request, error: Exception) -> Life:
        """The response to a bug: it reveals nothing, and its log line reveals all."""
        logger.error("%s %r failed: %r", request.method, request.path, error, exc_info=error)
        handler = self._on_status.get(500) or self._on_class.get(Exception)
        if handler is not None:
            try:
                return (yield from self._ask(handler, request, error))
            except Exception as second:
                logger.exception("the error handler %s failed: %r", name_of(handler), second)
        return crash_page(request, error)
