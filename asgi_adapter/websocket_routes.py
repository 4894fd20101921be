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
        try:
            route, request.params = self._tree.match("GET", request.path, request.split_segments())
        except HTTPError:
            await send({"type": "websocket.close", "code": 1000})
            return
        websocket = WebSocket(request, receive, send)
        try:
            await route.handler.call(websocket)
        except WebSocketDisconnect:
            pass
        except Exception as error:
            logger.exception(
                "websocket %r failed in %s: %r", request.path, route.handler.name, error
            )
            await _abort(websocket, scope, send)
        else:
            await websocket.close()


async def _abort(websocket: WebSocket, scope: Scope, send: Send) -> None:
    """After a bug: 500 where nothing was accepted and the server can send it, else close 1011."""
    if websocket.state is State.CONNECTING and "websocket.http.response" in (
        scope.get("extensions") or {}
    ):
        websocket.state = State.CLOSED
        headers = [(b"content-length", b"0")]
        await send({"type": "websocket.http.response.start", "status": 500, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await websocket.close(1011)  # RFC 6455, 7.4.1: an unexpected condition
