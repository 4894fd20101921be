"""Starlette with a WebSocket whose messages are not looked at."""

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from benchmarks.other_routes import OtherRoutes


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Starlette:  # noqa: ARG001 - the form
    return Starlette(routes=[WebSocketRoute("/ws", listen)])


async def listen(websocket: WebSocket) -> None:
    await websocket.accept()
    async for _ in websocket.iter_bytes():
        pass
