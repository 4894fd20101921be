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
    # Your turn: look at `scope`, then await messages and send some.
    await send({"type": "http.response.start", "status": 501, "headers": [TEXT]})
    await send({"type": "http.response.body", "body": b"not written yet\n"})
