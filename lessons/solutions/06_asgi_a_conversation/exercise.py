"""An ASGI application of your own.

    POST /shout       200, the request's body in capitals; the body may come in several messages
    GET /count/3      200, three pieces: "1", "2", "3", each with a line feed, a message each
    anything else     404, /count/many too, "Not found" and a line feed
    lifespan          startup and shutdown are answered

Each answer to a request has the field Content-Type, and text is in UTF-8.
"""

from collections.abc import Awaitable, Callable
from typing import Any

TEXT = (b"content-type", b"text/plain; charset=utf-8")
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """One conversation."""
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    match scope["path"].split("/"):
        case ["", "shout"] if scope["method"] == "POST":
            text = (await body_of(receive)).decode()
            await start(send, 200)
            await send({"type": "http.response.body", "body": text.upper().encode()})
        case ["", "count", last] if last.isdecimal():
            await start(send, 200)
            for number in range(1, int(last) + 1):
                piece = f"{number}\n".encode()
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body"})
        case _:
            await start(send, 404)
            await send({"type": "http.response.body", "body": b"Not found\n"})


async def start(send: Send, status: int) -> None:
    """Begin the response."""
    await send({"type": "http.response.start", "status": status, "headers": [TEXT]})


async def body_of(receive: Receive) -> bytes:
    """The whole body of a request."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def live(receive: Receive, send: Send) -> None:
    """The server starts, and at some time it shuts down."""
    for event in ("lifespan.startup", "lifespan.shutdown"):
        await receive()
        await send({"type": f"{event}.complete"})
