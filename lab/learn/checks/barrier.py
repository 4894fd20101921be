"""A barrier of N: it opens when N requests are in flight at the same time, so no clock is needed.

    with Barrier(10) as barrier:
        with on_gunicorn("lab.learn.checks.meeting:application", variables=barrier.variables) as s:
            at_once(s.port, "/meet", clients=10)
    barrier.opened, barrier.most

It is a door of its own, on a port of loopback: threads, coroutines and processes can all come to
it, by `meet` or `meet_async` of `lab.learn.checks.meeting`, which find it by an environment
variable. Whoever comes is held until N are there. After `patience` seconds those who came are told
that it has not opened, and so is everyone later: a server that takes one request at a time does not
wait N times.
"""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

VARIABLE = "TANDEM_BARRIER"  # holds the port
OPEN, SHUT = b"1", b"0"  # what those who come are told


class Barrier:
    """A running barrier, for the length of a `with` block."""

    def __init__(self, parties: int, patience: float = 3.0) -> None:
        self.parties = parties
        self.patience = patience  # seconds, from the first that comes
        self.port = 0
        self.most = 0  # how many were there at once
        self._there = 0
        self._verdict = b""  # OPEN or SHUT; nothing while it waits
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def opened(self) -> bool:
        """Whether so many were there at the same time."""
        return self._verdict == OPEN

    @property
    def variables(self) -> dict[str, str]:
        """What a process has in its environment to find it."""
        return {VARIABLE: str(self.port)}

    def reset(self) -> None:
        """Be as at the beginning, for the next N; whoever is held now is told to go."""
        self._run(self._reset())

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _listen(self) -> None:
        self._decided = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._server = await asyncio.start_server(self._come, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _reset(self) -> None:
        await self._dismiss()
        self._verdict, self.most = b"", 0
        self._decided = asyncio.Event()

    async def _end(self) -> None:
        self._server.close()
        await self._dismiss()

    async def _dismiss(self) -> None:
        """Let everybody go."""
        self._decide(SHUT)
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.gather(*others, return_exceptions=True)

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._there += 1
        self.most = max(self.most, self._there)
        if self._there == self.parties:
            self._decide(OPEN)
        elif self.most == 1:
            self._timer = self._loop.call_later(self.patience, self._decide, SHUT)
        gone = asyncio.ensure_future(reader.read())  # a client that is cancelled is there no more
        decided = asyncio.ensure_future(self._decided.wait())
        await asyncio.wait((gone, decided), return_when=asyncio.FIRST_COMPLETED)
        self._there -= 1
        writer.write(self._verdict)
        writer.close()
        gone.cancel()
        decided.cancel()

    def _decide(self, verdict: bytes) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._verdict = self._verdict or verdict
        self._decided.set()
