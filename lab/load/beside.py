"""Clients beside the measured ones: they read streams, are slow, or hang up (see `Beside`).

They are few, so plain asyncio streams will do. What goes wrong with them is counted by itself.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic

from lab.load.job import Job

PAUSE = 0.02  # seconds between two pieces of a request that trickles
PIECE = 65_536  # bytes read at a time


class Company:
    """All clients beside those of one job; none where the job has none."""

    def __init__(self, job: Job) -> None:
        self.failures: Counter[str] = Counter()  # by reason
        self.served = 0  # requests that went as they were meant to
        self._job = job
        self._until = 0.0
        self._visitors: list[asyncio.Task[None]] = []
        self._not_there: set[int] = set()  # who has sent nothing yet
        self._all_there = asyncio.Event()

    async def arrive(self) -> None:
        """Begin; return when each has sent what it sends at once, or has failed to."""
        beside = self._job.beside
        if beside is None:
            return
        self._until = monotonic() + self._job.seconds
        self._not_there = set(range(beside.connections))
        visit = {"read": self._reads, "trickle": self._trickles, "abandon": self._abandons}
        for number in range(beside.connections):
            visitor = self._visitor(visit[beside.manner], number, beside.manner == "read")
            self._visitors.append(asyncio.create_task(visitor))
        await self._all_there.wait()

    async def leave(self) -> None:
        """Wait until the last one has its answer, or has waited as long as a request may."""
        await asyncio.gather(*self._visitors)

    async def _visitor(
        self, visit: Callable[[int], Awaitable[None]], number: int, again: bool
    ) -> None:
        while True:
            failure = ""
            try:
                async with asyncio.timeout(self._job.seconds + self._job.timeout):
                    await visit(number)
                self.served += 1
            except (OSError, ValueError) as error:
                failure = _reason(error)
                self.failures[failure] += 1
            self._arrived(number)
            if not again or monotonic() >= self._until:
                return
            if failure:
                await asyncio.sleep(PAUSE)  # a server that refuses is not asked without end

    def _arrived(self, number: int) -> None:
        self._not_there.discard(number)
        if not self._not_there:
            self._all_there.set()

    async def _reads(self, number: int) -> None:
        async with _Conversation(self._job) as (reader, writer):
            writer.write(self._job.request_beside())
            self._arrived(number)
            await _read_answer(reader)

    async def _trickles(self, number: int) -> None:
        request = self._job.request_beside()
        size = max(1, round(len(request) * PAUSE / self._job.seconds))
        async with _Conversation(self._job) as (reader, writer):
            for start in range(0, len(request), size):
                writer.write(request[start : start + size])
                self._arrived(number)
                await asyncio.sleep(PAUSE)
            await _read_answer(reader)

    async def _abandons(self, _number: int) -> None:
        async with _Conversation(self._job) as (_, writer):
            writer.write(self._job.request_beside())


class _Conversation:
    """A connection for one request, closed at its end."""

    def __init__(self, job: Job) -> None:
        self._job = job

    async def __aenter__(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, self._writer = await asyncio.open_connection(self._job.host, self._job.port)
        return reader, self._writer

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


async def _read_answer(reader: asyncio.StreamReader) -> None:
    """Read until the server closes. Raises ValueError for what is no 2xx answer."""
    status_line = await reader.readline()
    if not status_line.startswith(b"HTTP/1."):
        raise ValueError("connection closed")
    if status_line[9:10] != b"2":
        raise ValueError(f"answered {status_line[9:12].decode('latin-1')}")
    while await reader.read(PIECE):
        pass


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    return "connection closed" if isinstance(error, OSError) else str(error)
