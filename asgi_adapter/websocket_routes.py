"""From a WebSocket's path to its handler, and what becomes of the WebSocket when that ends."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from asgi_adapter.request import ASGIRequest
from asgi_adapter.types import Receive, Scope, Send
from asgi_adapter.websocket import State, WebSocket, WebSocketDisconnect
from core import App, HTTPError
from core.functions import is_coroutine_function, name_of
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
        request.params = {}
        websocket = WebSocket(request, receive, send)
        try:
            path, segments = request.path, request.split_segments()
            route, websocket.params = self._tree.match("GET", path, segments)
        except HTTPError:
            await websocket.close()
            return
        try:
            await route.handler.call(websocket)
        except WebSocketDisconnect:
            pass
        except Exception as error:
            logger.exception("websocket %r failed in %s: %r", path, route.handler.name, error)
            if websocket.state is State.CONNECTING:
                await websocket.refuse(500)
            else:
                await websocket.close(1011)  # RFC 6455, 7.4.1: an unexpected condition
        else:
            await websocket.close()
