"""The body of a request, from `http.request` messages (ASGI, "HTTP & WebSocket": Request)."""

from asgi_adapter.types import Receive
from core.errors import cut_off, too_large
from core.steps import ReadBody


async def read_body(receive: Receive, step: ReadBody) -> bytes:
    """The whole body; raises ContentTooLarge over the limit, ClientDisconnected if cut off."""
    chunks: list[bytes] = []
    received = 0
    more = step.length != 0
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise cut_off(received, step.length)
        chunk = message.get("body", b"")
        chunks.append(chunk)
        received += len(chunk)
        if received > step.limit:
            raise too_large(step.limit)
        more = message.get("more_body", False)
    if step.length is not None and received < step.length:
        raise cut_off(received, step.length)
    return b"".join(chunks)
