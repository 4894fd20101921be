"""A bare ASGI callable that accepts every WebSocket and waits for its end (ASGI, WebSocket)."""

from collections.abc import Callable
from typing import Any

from benchmarks.other_routes import OtherRoutes


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Callable[..., Any]:  # noqa: ARG001 - it has no router
    return app


async def app(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
    if scope["type"] == "lifespan":
        return
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass
