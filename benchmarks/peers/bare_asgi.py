"""A bare ASGI callable: the floor, with no framework (asgi.readthedocs.io, HTTP)."""

from collections.abc import Callable
from typing import Any

import msgspec

from benchmarks.other_routes import OtherRoutes

encode = msgspec.json.encode
decode = msgspec.json.decode


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
        else:
            status, kind, body = 404, b"text/plain; charset=utf-8", b"Not Found"
        length = str(len(body)).encode()
        headers = [(b"content-type", kind), (b"content-length", length), *marked]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


async def _whole_body(receive: Callable[..., Any]) -> bytes:
    """Every http.request message's body, joined."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
