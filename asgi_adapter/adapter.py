"""The ASGI door as a program uses it: an App made an ASGI application, with what WSGI has not."""

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, TypeVar

from asgi_adapter.driver import Driver
from asgi_adapter.lifespan import ASGILifespan
from asgi_adapter.mounts import Mounts
from asgi_adapter.threads import ThreadPool
from asgi_adapter.types import ASGIApplication, Receive, Scope, Send, WSGIApplication
from asgi_adapter.websocket_origins import SAME_ORIGIN
from asgi_adapter.websocket_routes import WebSocketRoutes
from core import App
from core.lifespan import Context
from core.worlds import World

F = TypeVar("F", bound=Callable[..., Any])


class ASGIAdapter(Driver):
    """An App as an ASGI application, with WebSockets and a lifespan of its own.

    `lifespan` is a context manager, async or not, entered with the App when the server starts and
    left when it stops (`core.lifespan`); `threads` is how many `def` handlers may run at a time,
    and `thread_wait` how many seconds one waits for its turn before it is a 503;
    `websocket_origins` are the origins of WebSockets whose route names none.
    """

    def __init__(
        self,
        site: App,
        *,
        lifespan: Context | None = None,
        threads: int = 40,
        thread_wait: float = 30,
        websocket_origins: Iterable[str] = (SAME_ORIGIN,),
    ) -> None:
        super().__init__(site, threads)
        self.threads = ThreadPool(threads, thread_wait)
        self.lifespan = ASGILifespan(site, lifespan)
        self.websockets = WebSocketRoutes(site, websocket_origins)
        self.mounts = Mounts(site, threads)
        self._native: list[tuple[Callable[..., ASGIApplication], dict[str, Any]]] = []
        self._inside: ASGIApplication | None = None  # what native middleware is around
        self.outermost = self._first_call

    async def _first_call(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A server that sends a lifespan begins with it; one that doesn't is told of in the log."""
        self.outermost = self._inside
        if scope["type"] != "lifespan":
            self.lifespan.warn_if_unused()
        await self(scope, receive, send)

    async def serve_other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a WebSocket or the server's lifespan; an unknown type of scope raises ValueError.

        (ASGI, "Applications": so a server learns that this protocol is not spoken here.)
        """
        if scope["type"] == "websocket":
            await self.websockets.serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.lifespan.serve(scope, receive, send, self.watch.cancelled_have_ended)
            self.threads.close()
        else:
            raise ValueError(f"a scope is http, websocket or lifespan; got {scope['type']!r}")

    def add_middleware(self, cls: Callable[..., ASGIApplication], **options: Any) -> None:
        """Add an ASGI middleware, made as `cls(application, **options)`; the first is outermost.

        All of them are made again each time one is added.
        """
        self._native.append((cls, options))
        self._make_native()

    def mount(
        self,
        prefix: str,
        application: ASGIApplication | WSGIApplication,
        *,
        world: World | None = None,
    ) -> None:
        """Have any other ASGI or WSGI application answer below this prefix, before the App.

        Its WebSockets too; the lifespan of an ASGI application is run inside ours. Native
        middleware is around it, the App's own is not. `world` is "wsgi" or "asgi", where that can't
        be seen of the application. A WSGI application takes a bridge, some 150 us a request and a
        thread for as long as that takes, of `threads` that are its own (`asgi_adapter.bridge`).
        Raises ValueError or TypeError for what can't be mounted, and ImportError where the bridge
        is missing. (An App is mounted in another by `App.mount`.)
        """
        child = self.mounts.add(prefix, application, world)
        if child is not None:
            self.lifespan.add(child)
        self._make_native()

    def websocket(self, path: str, *, origins: Iterable[str] | None = None) -> Callable[[F], F]:
        """A decorator for the `async def` handler of the WebSockets at this path.

        `origins` are those whose pages may open one: "https://example.com", "same-origin", or "*"
        for any; the others get a 403. Why pages of the same origin only, unless told otherwise, is
        in `websocket_origins`. The App's middleware and error handlers are for HTTP and do not run
        here; the middleware of `add_middleware` does.
        """
        return self.websockets.route(path, origins)

    def on_startup(self, function: F) -> F:
        """Call this, `def` or `async def`, when the server starts; in order of registration."""
        return self.lifespan.on_startup(function)

    def on_shutdown(self, function: F) -> F:
        """Call this, `def` or `async def`, when the server stops; in reverse order."""
        return self.lifespan.on_shutdown(function)

    def _make_native(self) -> None:
        innermost = copy(self)
        innermost.outermost = None
        application: ASGIApplication = self.mounts.around(innermost) if self.mounts else innermost
        for make, its_options in reversed(self._native):
            application = make(application, **its_options)
        self._inside = application
        if self.outermost != self._first_call:
            self.outermost = application
