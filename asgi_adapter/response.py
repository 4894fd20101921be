"""From a Response to `http.response` messages (ASGI, "HTTP & WebSocket": Response Start, Body)."""

from collections.abc import Awaitable, Callable

from asgi_adapter.body import Message
from core.headers import Pairs
from core.response import BINARY, HTML, JSON, TEXT, Response

Send = Callable[[Message], Awaitable[None]]

_READY = {
    (name, value): (name.encode("latin-1"), value.encode("latin-1"))
    for name, value in (TEXT, HTML, JSON, BINARY)
}


async def send_response(response: Response, method: str, send: Send) -> None:
    """Send the start, then the body."""
    pairs, body = response.sent_as(method)
    await send(
        {"type": "http.response.start", "status": response.status, "headers": encoded(pairs)}
    )
    await send({"type": "http.response.body", "body": body})


def encoded(pairs: Pairs) -> list[tuple[bytes, bytes]]:
    """Header fields as bytes; the usual ones are made ahead."""
    return [
        _READY.get(pair) or (pair[0].encode("latin-1"), pair[1].encode("latin-1"))
        for pair in pairs
    ]
