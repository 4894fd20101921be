"""Exercise 17: nobody waits for half a request without an end.

    python exercise.py      then, in another terminal:  nc localhost 8000

A request without a body, and a connection that answers it with its first line. From the first
byte of a request there are `TIMEOUT` seconds until its head is whole, however the bytes come.
When they are over, `too_slow` is to be called. Who has sent nothing since the last answer may be
silent for as long as it likes.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Any, Protocol, cast

TIMEOUT = 5.0  # seconds


class Clock(Protocol):
    """What is needed of an event loop; the check has one that nobody waits for."""

    def call_later(self, delay: float, callback: Callable[[], None]) -> Any:
        """Call it after so many seconds, unless `cancel()` of what is returned is called before."""


class Connection(asyncio.Protocol):
    """One client; the loop calls these methods when something has happened."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.buffer = b""  # what has come, and is no whole head yet
        self.deadline: Any = None  # of the request that has begun

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Some bytes have come: half a request, or one, or several."""
        self.buffer += data
        while self.answer_one():
            self.forget_deadline()
        if self.buffer and self.deadline is None:
            self.deadline = self.clock.call_later(TIMEOUT, self.too_slow)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as asyncio calls it
        """The connection is over."""
        self.forget_deadline()

    def forget_deadline(self) -> None:
        """The head was whole in time, or nobody needs it."""
        if self.deadline is not None:
            self.deadline.cancel()
        self.deadline = None

    def answer_one(self) -> bool:
        """Answer the request that the buffer begins with; False where there is no whole one."""
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        self.buffer = rest
        self.transport.write(response("200 OK", head.partition(b"\r\n")[0] + b"\n"))
        return True

    def too_slow(self) -> None:
        """The head has not come in time (RFC 9110, 15.5.9)."""
        self.transport.write(response("408 Request Timeout", b"", "Connection: close\r\n"))
        self.transport.close()


def response(status: str, body: bytes, further: str = "") -> bytes:
    """An answer as bytes."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{further}\r\n"
    return head.encode() + body


async def main() -> None:
    """Serve on loopback."""
    loop = asyncio.get_running_loop()
    port = int(os.environ.get("PORT", "8000"))
    server = await loop.create_server(lambda: Connection(loop), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
