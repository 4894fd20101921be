"""Exercise 15: no work for somebody who has gone.

An ASGI application that nobody has built a framework around. The server tells by `receive` that
the client has left, and `app` does not listen: it makes the whole report, and sends it to nobody.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Gone(Exception):
    """The client has left before its answer was there."""


async def departure(receive: Receive) -> None:
    """Return when the client has left; the body of the request, which comes first, is skipped."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def while_there(receive: Receive, work: Callable[[], Awaitable[T]]) -> T:
    """What `await work()` returns, for a client that stays until then.

    Raises Gone when the client leaves before; then the work is cancelled, and is over when Gone is
    raised. Whatever happens, no task is left behind.
    """
    # Your turn: run `work()` and `departure(receive)` side by side, and see which ends first.
    return await work()


async def report() -> bytes:
    """Ten queries, one after the other."""
    for _ in range(10):
        await asyncio.sleep(0.1)
    return b"the report\n"


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The report, for whoever waits for it."""
    if scope["type"] != "http":
        raise RuntimeError(f"only http is served; got {scope['type']}")
    try:
        body = await while_there(receive, report)
    except Gone:
        return  # there is nobody to answer
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
