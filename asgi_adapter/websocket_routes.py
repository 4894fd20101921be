"""From a WebSocket's path to its handler, and what becomes of the WebSocket when that ends."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from asgi_adapter.request import ASGIRequest
from asgi_adapter.types import Receive, Scope, Send
from asgi_adapter.websocket import State, WebSocket, WebSocketDisconnect
from core import App, HTTPError
from core.functions import is_coroutine_function, name_of
from core.handler import Handler
from core.route import make_route
from core.tree import PathTree

logger = logging.getLogger("tandem")

F = TypeVar("F", bound=Callable[..., Any])


class WebSocketRoutes:
    """The WebSocket handlers of an application, by path."""

    def __init__(self, site: App) -> None:
        self.site = site
        self._tree = PathTree()

    def route(self, path: str) -> Callable[[F], F]:
        """A decorator for the handler of a path; raises as `Router.route` does.

        The handler is an `async def`: a thread of its own could not take part in the conversation.
        """

        def register(function: F) -> F:
            if not is_coroutine_function(function):
                raise TypeError(f"a WebSocket's handler is `async def`; {name_of(function)} is not")
            converters = self.site.converters
            self._tree.add(
                make_route(path, function, ["GET"], converters=converters, takes=WebSocket)
            )
            return function

        return register

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead one conversation; without a route it is refused before it is accepted (403)."""
        await receive()  # websocket.connect: nothing else comes first
        request = ASGIRequest(self.site, {**scope, "method": "GET"}, receive)  # RFC 6455, 4.1
        websocket = WebSocket(request, receive, send)
        try:
            path, segments = request.path, request.split_segments()
            request.route, websocket.params = self._tree.match("GET", path, segments)
        except HTTPError:
            await websocket.close()
        except Exception as error:  # of a converter
            await _crash(websocket, error)
        else:
            await _converse(websocket, request.route.handler)


async def _converse(websocket: WebSocket, handler: Handler) -> None:
    """Have the handler lead the conversation; it is over when the handler is."""
    try:
        await handler.call(websocket)
    except WebSocketDisconnect:
        pass
    except HTTPError as error:
        if websocket.state is State.CONNECTING:
            await websocket.refuse(error.status)
        else:
            await _crash(websocket, error)
    except Exception as error:
        await _crash(websocket, error)
    else:
        await websocket.close()


async def _crash(websocket: WebSocket, error: Exception) -> None:
    """Log a bug; refuse with 500 what is not accepted yet, else close."""
    logger.error(f"{websocket!r} failed: {error!r}", exc_info=error)
    if websocket.state is State.CONNECTING:
        await websocket.refuse(500)
    else:
        await websocket.close(1011)  # RFC 6455, 7.4.1: an unexpected condition
