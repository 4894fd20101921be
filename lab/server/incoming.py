"""The body of a request between the connection, which puts it in, and the application."""

import asyncio
from collections import deque
from collections.abc import Callable

from lab.server.errors import ClientDisconnected


class IncomingBody:
    """Pieces of a body, in order, for one reader at a time."""

    def __init__(self, has_body: bool, on_read: Callable[[], None]) -> None:
        self.size = 0  # bytes that wait to be read
        self.is_complete = not has_body  # all of it has come
        self.is_cut_off = False  # what is missing will never come
        self._pieces: deque[bytes] = deque()
        self._changed: asyncio.Event | None = None  # while somebody waits
        self._on_read = on_read  # called before it is waited, and when something was taken

    def put(self, octets: bytes) -> None:
        """A piece has come."""
        self._pieces.append(octets)
        self.size += len(octets)
        self._tell()

    def end(self) -> None:
        """All of it has come."""
        self.is_complete = True
        self._tell()

    def cut_off(self) -> None:
        """Nothing more will come."""
        self.is_cut_off = True
        self._tell()

    async def read(self) -> bytes:
        """What has come since the last call, waiting for something; b"" at the end.

        Raises ClientDisconnected where the body is not complete and never will be.
        """
        while not self._pieces:
            if self.is_complete:
                return b""
            if self.is_cut_off:
                raise ClientDisconnected("the client left before its request was complete")
            await self._change()
        return self.take()

    async def gather(self, most: int) -> None:
        """Wait until all of it has come, or as many bytes; or until no more will."""
        while self.size < most and not self.is_complete and not self.is_cut_off:
            await self._change()

    def take(self) -> bytes:
        """What has come since the last call, without waiting; it may be nothing."""
        octets = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        self._on_read()
        return octets

    async def _change(self) -> None:
        if self._changed is None:
            self._changed = asyncio.Event()
        changed = self._changed
        self._on_read()
        await changed.wait()

    def _tell(self) -> None:
        if self._changed is not None:
            self._changed.set()
            self._changed = None
