"""The ASGI callable: a scope comes in, messages come and go (ASGI 3.0)."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from asgi_adapter.body import Receive
from asgi_adapter.driver import drive
from asgi_adapter.lifespan import Context, Lifespan
from asgi_adapter.request import ASGIRequest, Scope
from asgi_adapter.response import Send, send_response
from asgi_adapter.threads import ThreadPool
from asgi_adapter.websocket_routes import WebSocketRoutes
from core import App

ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
F = TypeVar("F", bound=Callable[..., Any])


class ASGIAdapter:
    """An App as an ASGI application, with WebSockets and a lifespan of its own.

    `lifespan` is an async context manager, entered with the App when the server starts and left
    when it stops; `threads` is how many `def` handlers may run at a time.
    """

    def __init__(self, site: App, *, lifespan: Context | None = None, threads: int = 40) -> None:
        self.site = site
        self.lifespan = Lifespan(site, lifespan)
        self.websockets = WebSocketRoutes(site)
        self._threads = ThreadPool(threads)
        self._native: list[tuple[Callable[..., ASGIApplication], dict[str, Any]]] = []
        self._outermost: ASGIApplication = self.serve

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._outermost(scope, receive, send)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection, inside all native middleware."""
        kind = scope["type"]
        if kind == "http":
            request = ASGIRequest(self.site, scope)
            response = await drive(self.site.life(request), request, receive, self._threads)
            await send_response(response, request.method, send)
        elif kind == "websocket":
            await self.websockets.serve(scope, receive, send)
        elif kind == "lifespan":
            await self.lifespan.serve(scope, receive, send)
            self._threads.close()
        else:  # ASGI, "Applications": an unknown scope type raises
            raise ValueError(f"a scope's type is http, websocket or lifespan; got {kind!r}")

    def add_middleware(self, cls: Callable[..., ASGIApplication], **options: Any) -> None:
        """Add an ASGI middleware, made as `cls(application, **options)`; the first is outermost.

        All of them are made again each time one is added.
        """
        self._native.append((cls, options))
        self._outermost = self.serve
        for make, its_options in reversed(self._native):
            self._outermost = make(self._outermost, **its_options)

    def websocket(self, path: str) -> Callable[[F], F]:
        """A decorator for the `async def` handler of the WebSockets at this path."""
        return self.websockets.route(path)

    def on_startup(self, function: F) -> F:
        """Call this, `def` or `async def`, when the server starts; in order of registration."""
        self.lifespan.startup.append(function)
        return function

    def on_shutdown(self, function: F) -> F:
        """Call this, `def` or `async def`, when the server stops; in reverse order."""
        self.lifespan.shutdown.append(function)
        return function
