"""A client for tests: requests to an App, or to any WSGI or ASGI application, without a server.

    with Client(site, world="wsgi") as client:  # startup and shutdown around the block
        assert client.get("/hello/Ann").text == "Hello, Ann!"

`wsgi` builds an environ as gunicorn does, `asgi` a scope as uvicorn does; each puts the validator
of its protocol between itself and the application. Start at `client`.
"""

from lab.testing.answer import Answer, StreamedAnswer
from lab.testing.client import Client
from lab.testing.errors import ClientError, LifespanFailed, WebSocketClosed, WebSocketRefused
from lab.testing.websocket import ClientWebSocket

__all__ = [
    "Answer",
    "Client",
    "ClientError",
    "ClientWebSocket",
    "LifespanFailed",
    "StreamedAnswer",
    "WebSocketClosed",
    "WebSocketRefused",
]
