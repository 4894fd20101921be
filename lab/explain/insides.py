# pyright: reportPrivateUsage=false
"""What an App and its adapters keep to themselves: the lab's only file that looks inside them."""

from collections.abc import Callable
from typing import Any

from asgi_adapter import ASGIAdapter
from core import App
from core.middleware import Middleware
from core.route import Route
from core.tree import PathTree
from core.worlds import World
from wsgi_adapter import WSGIAdapter
from wsgi_adapter.run_async import run_on_shared_loop

Adapter = WSGIAdapter | ASGIAdapter


def world_of(adapter: Adapter) -> World:
    """The world whose servers call it."""
    return "wsgi" if isinstance(adapter, WSGIAdapter) else "asgi"


def middleware_of(app: App) -> list[Middleware]:
    """The App's middleware, the outermost first."""
    return list(app._middleware)


def native_middleware_of(adapter: Adapter) -> list[Callable[..., Any]]:
    """The classes of an adapter's native middleware, the outermost first; not Tandem's own."""
    native: list[Callable[..., Any]] = [cls for cls, _ in adapter._native]
    own = adapter.lifespan.around if isinstance(adapter, WSGIAdapter) else None
    return [cls for cls in native if cls != own]


def error_handlers_of(app: App) -> list[tuple[int | type[Exception], Callable[..., Any]]]:
    """What each error handler is for, statuses first."""
    handlers = app._error_handlers
    return [*sorted(handlers._by_status.items()), *handlers._by_class.items()]


def error_handler_for(app: App, error: Exception) -> Callable[..., Any] | None:
    """The function that answers this error in place of Tandem's own page."""
    return app._error_handlers.find(error)


def websocket_routes_of(adapter: ASGIAdapter) -> list[Route]:
    """The routes of WebSockets, in the order of their registration."""
    return list(adapter.websockets._origins)


def websocket_tree_of(adapter: ASGIAdapter) -> PathTree:
    """Where a WebSocket's route is found."""
    return adapter.websockets._tree


def mounted_in(adapter: Adapter) -> dict[str, Any]:
    """The foreign applications below an adapter, by prefix, percent-decoded."""
    mounted = adapter.mounts._prefixes._mounted
    if isinstance(adapter, ASGIAdapter):
        return dict(mounted)
    return {prefix.encode("latin-1").decode("utf-8"): it for prefix, it in mounted.items()}


def has_shared_loop(adapter: Adapter) -> bool:
    """Whether an `async def` runs on the loop that all threads of a WSGI worker share."""
    return isinstance(adapter, WSGIAdapter) and adapter.run_async is run_on_shared_loop
