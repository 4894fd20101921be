"""A request that waits 50 ms, as for a database, in WSGI and in ASGI.

    gunicorn app:application
    uvicorn app:app
    python app.py               on this project's own server

GET /wait waits, any other path answers at once.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from lab.server import serve

WAIT = 0.05  # seconds
Message = dict[str, Any]


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Wait, and hold up the thread that called."""
    if environ["PATH_INFO"] == "/wait":
        time.sleep(WAIT)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"done\n"]


async def app(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Wait, and let others run meanwhile (lesson 6)."""
    if scope["type"] != "http":
        raise NotImplementedError(f"only http is answered here; got {scope['type']}")
    if scope["path"] == "/wait":
        await asyncio.sleep(WAIT)
    fields = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": b"done\n"})


if __name__ == "__main__":
    serve(application)
