"""Two bare callables whose requests meet at a barrier: `lab.learn.checks.barrier` has it.

GET /meet is answered "met" when so many are in flight at the same time, else "alone"; any other
path is answered at once. A lesson's own handlers may call `meet` or await `meet_async`.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from lab.learn.checks.barrier import OPEN, VARIABLE


def meet() -> bool:
    """Wait at the barrier, and hold up this thread; whether all have come."""
    with socket.create_connection(("127.0.0.1", _port())) as barrier:
        return barrier.recv(1) == OPEN


async def meet_async() -> bool:
    """Wait at the barrier, and let other tasks run; whether all have come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", _port())
    try:
        return await reader.read(1) == OPEN
    finally:
        writer.close()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI."""
    body = b"hello" if environ["PATH_INFO"] != "/meet" else b"met" if meet() else b"alone"
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


async def app(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],  # noqa: ARG001  (ASGI has it)
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """ASGI."""
    if scope["type"] != "http":
        raise RuntimeError(f"only http is served; got {scope['type']}")
    body = b"hello" if scope["path"] != "/meet" else b"met" if await meet_async() else b"alone"
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _port() -> int:
    return int(os.environ[VARIABLE])
