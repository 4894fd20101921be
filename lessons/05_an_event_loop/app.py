"""A request that waits 50 ms, served by the event loop of this lesson, and by others.

    python app.py               our own loop, in loop.py
    uvicorn app:app             the loop of asyncio, or uvloop
    gunicorn app:application    no loop: a worker that waits

GET /wait waits, any other path answers at once.
"""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from loop import Loop, Readable, Sleep, Task

WAIT = 0.05  # seconds
FIELDS = b"Content-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\n" + FIELDS + b"\r\ndone\n"
Message = dict[str, Any]


def listen(loop: Loop, port: int) -> Task:
    """A task for the door: each client gets a task of its own."""
    with socket.create_server(("127.0.0.1", port), backlog=256) as listening:
        while True:
            yield Readable(listening)
            client, _ = listening.accept()
            loop.start(converse(client))


def converse(client: socket.socket) -> Task:
    """A task for one client: one request, one answer."""
    with client, suppress(ConnectionError):
        request = b""
        while b"\r\n\r\n" not in request:
            yield Readable(client)
            piece = client.recv(65_536)
            if not piece:
                return  # the client has closed
            request += piece
        if request.startswith(b"GET /wait "):
            yield Sleep(WAIT)
        client.sendall(ANSWER)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """For WSGI servers: wait, and hold up the thread that called."""
    if environ["PATH_INFO"] == "/wait":
        time.sleep(WAIT)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"done\n"]


async def app(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """For ASGI servers: wait, and let other tasks run meanwhile."""
    if scope["type"] != "http":
        raise NotImplementedError(f"only http is answered here; got {scope['type']}")
    if scope["path"] == "/wait":
        await asyncio.sleep(WAIT)
    fields = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": b"done\n"})


if __name__ == "__main__":
    loop = Loop()
    loop.start(listen(loop, int(os.environ.get("PORT", "8000"))))
    with suppress(KeyboardInterrupt):
        loop.run()
