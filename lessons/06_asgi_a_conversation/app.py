"""ASGI with nothing around it: a coroutine that converses with the server by messages.

    uvicorn app:app
    gunicorn --worker-class asgi app:app
    gunicorn app:application                the same for WSGI, but for /echo and /count
    python app.py                           ASGI, on this project's own server

Ask for /hello, /wait (50 ms), /count, and send a body to /echo.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from lab.server import serve

WAIT = 0.05  # seconds
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """One conversation. What it is about is in `scope`."""
    if scope["type"] == "lifespan":
        await live(receive, send)
    elif scope["type"] == "http":
        await answer(scope, receive, send)
    else:
        raise NotImplementedError(f"http and lifespan are known here; got {scope['type']}")


async def answer(scope: Message, receive: Receive, send: Send) -> None:
    """A conversation about one request: its body comes in, a response goes out."""
    if scope["path"] == "/wait":
        await asyncio.sleep(WAIT)
    body = await body_of(receive) if scope["path"] == "/echo" else b"Hello\n"
    fields = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    if scope["path"] == "/count":
        for number in (1, 2, 3):
            piece = f"{number}\n".encode()
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        body = b""
    await send({"type": "http.response.body", "body": body})


async def body_of(receive: Receive) -> bytes:
    """The body of a request, which comes in as many messages as the server likes."""
    body, more = b"", True
    while more:
        message = await receive()  # "http.request", or "http.disconnect" when the client has left
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def live(receive: Receive, send: Send) -> None:
    """A conversation about the server's own life: it starts, and one day it shuts down."""
    for event in ("lifespan.startup", "lifespan.shutdown"):
        await receive()  # a message whose type is this event
        await send({"type": f"{event}.complete"})


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """For WSGI servers, to compare with."""
    if environ["PATH_INFO"] == "/wait":
        time.sleep(WAIT)
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"Hello\n"]


if __name__ == "__main__":
    serve(app)
