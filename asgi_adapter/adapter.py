"""The ASGI door as a program uses it: an App made an ASGI application, with what WSGI has not."""

from collections.abc import Callable
from copy import copy
from typing import Any, TypeVar

from asgi_adapter.driver import Driver
from asgi_adapter.lifespan import Context, Lifespan
from asgi_adapter.types import ASGIApplication, Receive, Scope, Send
from asgi_adapter.websocket_routes import WebSocketRoutes
from core import App

F = TypeVar("F", bound=Callable[..., Any])


class ASGIAdapter(Driver):
    """An App as an ASGI application, with WebSockets and a lifespan of its own.

    `lifespan` is an async context manager, entered with the App when the server starts and left
    when it stops; `threads` is how many `def` handlers may run at a time.
    """

    def __init__(self, site: App, *, lifespan: Context | None = None, threads: int = 40) -> None:
        super().__init__(site, threads)
        self.lifespan = Lifespan(site, lifespan)
        self.websockets = WebSocketRoutes(site)
        self._native: list[tuple[Callable[..., ASGIApplication], dict[str, Any]]] = []

    async def serve_other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a WebSocket or the server's lifespan; an unknown type of scope raises ValueError.

        (ASGI, "Applications": so a server learns that this protocol is not spoken here.)
        """
        if scope["type"] == "websocket":
            await self.websockets.serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.lifespan.serve(scope, receive, send)
            self.threads.close()
        else:
            raise ValueError(f"a scope is http, websocket or lifespan; got {scope['type']!r}")

    def add_middleware(self, cls: Callable[..., ASGIApplication], **options: Any) -> None:
        """Add an ASGI middleware, made as `cls(application, **options)`; the first is outermost.

        All of them are made again each time one is added.
        """
        self._native.append((cls, options))
        innermost = copy(self)
        innermost.outermost = None
        application: ASGIApplication = innermost
        for make, its_options in reversed(self._native):
            application = make(application, **its_options)
        self.outermost = application

    def websocket(self, path: str) -> Callable[[F], F]:
        """A decorator for the `async def` handler of the WebSockets at this path.

        The App's middleware is for HTTP and does not run here; that of `add_middleware` does.
        """
        return self.websockets.route(path)

    def on_startup(self, function: F) -> F:
        """Call this, `def` or `async def`, when the server starts; in order of registration."""
        self.lifespan.startup.append(function)
        return function

    def on_shutdown(self, function: F) -> F:
        """Call this, `def` or `async def`, when the server stops; in reverse order."""
        self.lifespan.shutdown.append(function)
        return function
