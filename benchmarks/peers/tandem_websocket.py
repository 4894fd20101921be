"""Tandem with a WebSocket whose messages are not looked at."""

from asgi_adapter import ASGIAdapter, WebSocket
from benchmarks.other_routes import OtherRoutes
from core import App


def build(others: OtherRoutes, marks: tuple[str, ...]) -> ASGIAdapter:  # noqa: ARG001 - the form
    app = ASGIAdapter(App())

    @app.websocket("/ws")
    async def listen(websocket: WebSocket) -> None:
        async with websocket:
            async for _ in websocket:
                pass

    return app
