"""From a WebSocket's path to its handler, and what becomes of the WebSocket when that ends."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from asgi_adapter.request import ASGIRequest
from asgi_adapter.types import Receive, Scope, Send
from asgi_adapter.websocket import WebSocket
from asgi_adapter.websocket_origins import SAME_ORIGIN, checked_origins, is_welcome
from asgi_adapter.websocket_phases import Phase, WrongFrame, is_disconnect
from core import App, HTTPError
from core.errors import Forbidden
from core.functions import is_coroutine_function, name_of
from core.handler import Handler
from core.pages import error_page
from core.route import Route, make_route
from core.tree import PathTree

logger = logging.getLogger("tandem")

F = TypeVar("F", bound=Callable[..., Any])


class WebSocketRoutes:
    """The WebSocket handlers of an application, by path; `origins` is for routes without any."""

    def __init__(self, site: App, origins: Iterable[str] = (SAME_ORIGIN,)) -> None:
        self.site = site
        self._tree = PathTree()
        self._default = checked_origins(origins)
        self._origins: dict[Route, frozenset[str]] = {}

    def route(self, path: str, origins: Iterable[str] | None = None) -> Callable[[F], F]:
        """A decorator for the handler of a path; raises as `Router.route` does.

        The handler is an `async def`: a thread of its own could not take part in the conversation.
        """
        if not isinstance(path, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f'a WebSocket has a path, as in @app.websocket("/ws"); got {path!r}')
        allowed = self._default if origins is None else checked_origins(origins)

        def register(function: F) -> F:
            if isinstance(function, type) or not is_coroutine_function(function):
                raise TypeError(
                    "a WebSocket's handler is `async def`, without a `yield`; "
                    f"{name_of(function)} is not"
                )
            converters = self.site.converters
            route = make_route(path, function, ["GET"], converters=converters, takes=WebSocket)
            self._tree.add(route)
            self._origins[route] = allowed
            return function

        return register

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead one conversation; without a route it is refused before it is accepted (403)."""
        await receive()  # websocket.connect: nothing else comes first
        request = ASGIRequest(self.site, {**scope, "method": "GET"}, receive)  # RFC 6455, 4.1
        websocket = WebSocket(request, receive, send)
        try:
            route, request.params = self._tree.match("GET", request.path, request.split_segments())
        except HTTPError:
            await websocket.close()
        except Exception as error:  # of a converter
            await _crash(websocket, error)
        else:
            request.route = route
            await _converse(websocket, route.handler, self._origins[route])


async def _converse(websocket: WebSocket, handler: Handler, origins: frozenset[str]) -> None:
    """Have the handler lead the conversation; it is over when the handler is."""
    try:
        _check_origin(websocket, origins)
        await handler.call(websocket)
    except WrongFrame as error:
        reason = str(error).encode()[:123].decode(errors="ignore")
        await websocket.close(1003, reason)  # RFC 6455, 7.4.1: data that can't be accepted
    except Exception as error:
        if isinstance(error, HTTPError) and websocket.phase is Phase.CONNECTING:
            await websocket.refuse(error_page(websocket.request, error))
        elif not is_disconnect(error):
            await _crash(websocket, error)
    else:
        await websocket.close()


def _check_origin(websocket: WebSocket, origins: frozenset[str]) -> None:
    """Raise Forbidden, and say so in the log, where the Origin is none of these."""
    if not is_welcome(websocket.request, origins):
        origin = websocket.request.header("origin")
        logger.warning(f"{websocket} refused the origin {origin!r} (the setting is origins)")
        raise Forbidden("this origin is not allowed here (the setting is origins)")


async def _crash(websocket: WebSocket, error: Exception) -> None:
    """Log a bug; refuse with 500 what is not accepted yet, else close."""
    # formatted here: its phase will be another one when a log handler looks at it
    logger.error(f"{websocket} failed: {error!r}", exc_info=error)
    if websocket.phase is Phase.CONNECTING:
        await websocket.refuse(500)
    else:
        await websocket.close(1011)  # RFC 6455, 7.4.1: an unexpected condition
