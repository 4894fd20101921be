"""A bare ASGI callable: the floor, with no framework (asgi.readthedocs.io, HTTP)."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, async_chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.bare_wsgi import cookies_of, fields_of

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

TEXT = b"text/plain; charset=utf-8"
BINARY = b"application/octet-stream"
encode = msgspec.json.encode
decode = msgspec.json.decode


class Note(msgspec.Struct):
    """The body of the typed case."""

    title: str
    tags: list[str]
    count: int
    price: float
    done: bool
    owner: str | None


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Callable[..., Any]:  # noqa: ARG001 - it has no router
    """The cases answered by hand; the marks are three more tuples in a list."""
    marked = [(mark.encode(), b"1") for mark in marks]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/text":
            status, kind, body = 200, TEXT, b"Hello, world!"
        elif path == "/echo":
            sent = await _whole_body(receive)
            status, kind, body = 200, b"application/json", encode(decode(sent))
        elif path[:7] == "/users/":
            number = int(path[7:])
            user = {"id": number, "name": f"user {number}"}
            status, kind, body = 200, b"application/json", encode(user)
        elif path in FURTHER:
            await FURTHER[path](scope, receive, send)
            return
        else:
            status, kind, body = 404, TEXT, b"Not Found"
        length = str(len(body)).encode()
        headers = [(b"content-type", kind), (b"content-length", length), *marked]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


async def typed(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - the form
    note = decode(await _whole_body(receive), type=Note)
    await _answer(send, encode(note), b"application/json")


async def form(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] != "POST":
        await _answer(send, b"", TEXT, 405, (b"allow", b"POST"))
        return
    fields = fields_of(await _whole_body(receive))
    await _answer(send, f"{fields['title']}, {fields['remark']}".encode(), TEXT)


async def cookies(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - the form
    header = next(value for name, value in scope["headers"] if name == b"cookie")
    sent = cookies_of(header.decode("latin-1"))
    seen = b"seen=%d; Path=/" % (int(sent["seen"]) + 1)
    await _answer(send, sent["theme"].encode(), TEXT, 200, (b"set-cookie", seen))


async def sleep(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - the form
    await asyncio.sleep(0)
    await _answer(send, b"Hello, world!", TEXT)


async def megabyte(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - the form
    await _answer(send, MEGABYTE, BINARY)


async def length(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - the form
    await _answer(send, b"%d" % len(await _whole_body(receive)), TEXT)


async def last(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - the form
    value = next(value for name, value in scope["headers"] if name == b"x-last")
    await _answer(send, value, TEXT)


async def _whole_body(receive: Receive) -> bytes:
    """Every http.request message's body, joined."""
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


async def _answer(
    send: Send, body: bytes, kind: bytes, status: int = 200, *more: tuple[bytes, bytes]
) -> None:
    """A whole body."""
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def streaming(count: int, size: int) -> Callable[..., Awaitable[None]]:
    """A response whose body is not known when it starts."""

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - the form
        headers = [(b"content-type", BINARY)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for chunk in async_chunks(count, size):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return stream


def serving(path: Path) -> Callable[..., Awaitable[None]]:
    """A file in pieces; the event loop stands still while the disk is slow."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - the form
        headers = [(b"content-type", BINARY), (b"content-length", b"%d" % path.stat().st_size)]  # noqa: ASYNC240 - the floor
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        with path.open("rb") as file:
            while piece := file.read(65_536):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return serve


FURTHER: dict[str, Callable[..., Awaitable[None]]] = {
    "/typed": typed,
    "/form": form,
    "/cookies": cookies,
    "/sleep": sleep,
    "/large": streaming(*LARGE),
    "/small": streaming(*SMALL),
    "/megabyte": megabyte,
    "/length": length,
    "/last": last,
    "/page": serving(PAGE),
    "/movie": serving(MOVIE),
}
