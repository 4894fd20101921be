"""Exercise 16: server-sent events, by hand, on both sides.

`ticks` and `ticks_async` make five events, and have something to close at the end. Send each of
them before the next is made, and close them when the client has left.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable
from contextlib import aclosing, closing
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def ticks() -> Generator[str]:
    """Five texts, one every 0.2 s."""
    for number in range(5):
        time.sleep(0.2)
        yield f"tick {number}"


async def ticks_async() -> AsyncGenerator[str]:
    """The same for an event loop."""
    for number in range(5):
        await asyncio.sleep(0.2)
        yield f"tick {number}"


def encoded(text: str) -> bytes:
    """One event: a line "data: ..." for each line of the text, and an empty line at the end."""
    return "".join(f"data: {line}\n" for line in text.split("\n")).encode() + b"\n"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI: each chunk of the iterable is sent before the server asks for the next."""
    start_response("200 OK", [("Content-Type", "text/event-stream")])
    return events()


def events() -> Generator[bytes]:
    """The events, one by one; who closes this closes `ticks` too."""
    with closing(ticks()) as texts:
        for text in texts:
            yield encoded(text)


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """ASGI: each message is sent when it is awaited; `more_body` says whether another follows."""
    if scope["type"] != "http":
        raise RuntimeError(f"only http is served; got {scope['type']}")
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async with aclosing(ticks_async()) as texts:
        async for text in texts:
            body = encoded(text)
            await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
