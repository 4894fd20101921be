"""A bare ASGI callable: the floor, with no framework (asgi.readthedocs.io, HTTP)."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, async_chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes

encode = msgspec.json.encode
decode = msgspec.json.decode
STREAMS = {"/large": LARGE, "/small": SMALL}
FILES = {"/page": PAGE, "/movie": MOVIE}


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Callable[..., Any]:  # noqa: ARG001 - it has no router
    """The cases answered by hand; the marks are three more tuples in a list."""
    marked = [(mark.encode(), b"1") for mark in marks]

    async def app(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]):
        path = scope["path"]
        if path == "/text":
            status, kind, body = 200, b"text/plain; charset=utf-8", b"Hello, world!"
        elif path == "/echo":
            sent = await _whole_body(receive)
            status, kind, body = 200, b"application/json", encode(decode(sent))
        elif path[:7] == "/users/":
            number = int(path[7:])
            user = {"id": number, "name": f"user {number}"}
            status, kind, body = 200, b"application/json", encode(user)
        elif path == "/sleep":
            await asyncio.sleep(0)
            status, kind, body = 200, b"text/plain; charset=utf-8", b"Hello, world!"
        elif path in STREAMS:
            await _send_chunks(send, *STREAMS[path])
            return
        elif path == "/megabyte":
            status, kind, body = 200, b"application/octet-stream", MEGABYTE
        elif path == "/length":
            sent = await _whole_body(receive)
            status, kind, body = 200, b"text/plain; charset=utf-8", b"%d" % len(sent)
        elif path in FILES:
            await _send_file(send, FILES[path])
            return
        else:
            status, kind, body = 404, b"text/plain; charset=utf-8", b"Not Found"
        length = str(len(body)).encode()
        headers = [(b"content-type", kind), (b"content-length", length), *marked]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


async def _whole_body(receive: Callable[..., Any]) -> bytes:
    """Every http.request message's body, joined."""
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


async def _send_chunks(send: Callable[..., Any], count: int, size: int) -> None:
    """A response whose body is not known when it starts."""
    headers = [(b"content-type", b"application/octet-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async for chunk in async_chunks(count, size):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _send_file(send: Callable[..., Any], path: Path) -> None:
    """A file in pieces; the event loop stands still while the disk is slow."""
    headers = [(b"content-type", b"application/octet-stream")]
    headers += [(b"content-length", b"%d" % path.stat().st_size)]  # noqa: ASYNC240 - the floor
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    with path.open("rb") as file:
        while piece := file.read(65_536):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
