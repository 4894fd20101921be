"""One client: an `asyncio.Protocol` that has at most one request under way, and reconnects.

A server may close after each answer (gunicorn's sync worker does): that is normal, and the client
opens a new connection for its next request. The time it takes counts, because a request is timed
from when it was due.
"""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import cast

from lab.load.answers import AnswerParser, Head
from lab.load.job import Job
from lab.load.record import Row

# Called when a client's request is over: the client, the row, and why there was no answer ("").
Report = Callable[["Client", Row, str], None]


class Client(asyncio.Protocol):
    """Sends one request at a time and reports each, whatever becomes of it."""

    def __init__(self, job: Job, loop: asyncio.AbstractEventLoop, report: Report) -> None:
        self.opened = 0  # connections made
        self.asked: float | None = None  # when the request under way was handed to us
        self._job = job
        self._loop = loop
        self._report = report
        self._request = job.request()
        self.number = 0  # of the request under way
        self._transport: asyncio.Transport | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._fresh = True  # nothing has been answered on this connection yet
        self._parser = AnswerParser()
        self._due = self._sent = self._first = 0.0

    def ask(self, due: float, number: int) -> None:
        """Send the request that is due at `due`, on a new connection if there is none."""
        self._due = due
        self.number = number
        self.asked = monotonic()
        self._first = 0.0
        if self._transport is None:
            self._connect()
        else:
            self._send()

    def give_up(self, reason: str) -> None:
        """End the request under way as an error, and its connection with it."""
        self.close()
        self._over(0, reason)

    def close(self) -> None:
        """Drop the connection; what still comes on it is not looked at."""
        if self._connecting is not None:
            self._connecting.cancel()
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the request that the connection was made for."""
        self._connecting = None
        self._transport = cast(asyncio.Transport, transport)
        self._parser = AnswerParser()
        self._fresh = True
        self.opened += 1
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take a piece of the answer; the last one ends the request."""
        if self.asked is None or self._transport is None:
            return
        self._first = self._first or monotonic()
        try:
            head = self._parser.feed(data)
        except ValueError:
            self.give_up("bad answer")
            return
        if head is not None:
            self._answered(head)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """The server closed: an answer's end, a connection gone stale, or an error."""
        if self._transport is None:  # we closed it ourselves
            return
        self._transport = None
        if self.asked is None:
            return
        head = self._parser.end()
        if head is not None:
            self._over(head.status)
        elif not self._fresh and not self._first and self._job.may_repeat:
            self._connect()  # RFC 9112, 9.3.1: closed while idle, as we sent: it is sent again
        else:
            self._over(0, "connection closed")

    # The parts of a request's life

    def _connect(self) -> None:
        self._connecting = self._loop.create_task(self._open())

    async def _open(self) -> None:
        try:
            await self._loop.create_connection(lambda: self, self._job.host, self._job.port)
        except OSError:
            self._connecting = None
            self._over(0, "connection refused")

    def _send(self) -> None:
        assert self._transport is not None
        self._sent = monotonic()
        numbered = self._job.numbered
        self._transport.write(self._job.request(self.number) if numbered else self._request)

    def _answered(self, head: Head) -> None:
        self._fresh = False
        if not head.keep_alive:
            self.close()
        self._over(head.status)

    def _over(self, status: int, reason: str = "") -> None:
        now = monotonic()
        row = (self._due, max(self._sent, self._due), self._first or now, now, status)
        self.asked = None
        self._report(self, row, reason)
