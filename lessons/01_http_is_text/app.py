"""The same answer from three servers.

    python app.py               our own, server.py, which this lesson reads
    gunicorn app:application    calls `application`; lesson 2 is about this function
    uvicorn app:app             awaits `app`; lesson 6 is about this one

What goes over the wire is the same kind of text each time.
"""

import os
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from server import serve

BODY = b"Hello\n"
Message = dict[str, Any]


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """For WSGI servers: status and header fields by a call, the body as what is returned."""
    fields = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(BODY)))]
    start_response("200 OK", fields)
    return [BODY]


async def app(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """For ASGI servers: status and header fields are one message, the body is another."""
    if scope["type"] != "http":
        raise NotImplementedError(f"only http is answered here; got {scope['type']}")
    length = str(len(BODY)).encode()
    fields = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": BODY})


if __name__ == "__main__":
    serve(int(os.environ.get("PORT", "8000")))
