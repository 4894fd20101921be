"""What goes out to one client: no more at a time than it takes, and not for ever.

A transport keeps what a client does not take, without end. It says when that is too much
(`pause_writing`): then whoever sends waits, and a deadline runs, which a client that goes on
reading moves on.
"""

import asyncio
import fcntl
import socket
import struct
import sys
import termios
from collections.abc import Callable

from lab.server.deadline import Clock, Deadline
from lab.server.errors import ClientDisconnected
from lab.server.settings import Timeouts


class Outflow:
    """The sending half of a connection."""

    def __init__(self, clock: Clock, timeouts: Timeouts, stalled: Callable[[], None]) -> None:
        self.transport: asyncio.Transport  # from the time when the client is there
        self.is_lost = False  # so that nothing can be sent any more
        self._is_closing = False  # as soon as what is sent is taken
        self._timeouts = timeouts
        self._stalled = stalled  # called when the client has taken too little, too long
        self._deadline = Deadline(clock, self._expired, timeouts.least_rate)
        self._unsent = 0  # bytes, when the deadline was set
        self._writable: asyncio.Event | None = None  # while the client takes too little

    def write(self, octets: bytes) -> None:
        """Send these bytes when the client takes them."""
        self.transport.write(octets)

    async def drained(self) -> None:
        """Wait until the client has taken enough; raises ClientDisconnected."""
        if self._writable is not None:
            await self._writable.wait()
        if self.is_lost:
            raise ClientDisconnected("the client left before it had its response")

    @property
    def is_paused(self) -> bool:
        """Whether the client takes too little."""
        return self._writable is not None

    def pause(self) -> None:
        """The client takes less than it is sent."""
        self._writable = asyncio.Event()
        self._await_client()

    def resume(self) -> None:
        """The client has taken enough."""
        self._wake()
        if self._is_closing:  # the rest has its time too
            self._await_client()
        else:
            self._deadline.cancel()

    def close(self) -> None:
        """Close when what is sent is taken, which has its time too."""
        self._is_closing = True
        if self.transport.get_write_buffer_size() and not self._deadline.is_set:
            self._await_client()
        self.transport.close()

    def reset(self) -> None:
        """Close so that it looks wrong to the client: by RST, not by FIN."""
        own = self.transport.get_extra_info("socket")
        if own is not None:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def lost(self) -> None:
        """The connection is."""
        self.is_lost = True
        self._deadline.close()
        self._wake()

    def _wake(self) -> None:
        if self._writable is not None:
            self._writable.set()
            self._writable = None

    def _await_client(self) -> None:
        self._unsent = self._not_taken()
        self._deadline.set(self._timeouts.write)

    def _not_taken(self) -> int:
        """Bytes: what the transport keeps, and what the system keeps for the client.

        The system takes more from us when a third of its own buffer is free, which may be a
        megabyte. By the transport alone, who reads 100,000 bytes a second would seem to read none.
        """
        octets = self.transport.get_write_buffer_size()
        own = self.transport.get_extra_info("socket")
        if own is None:
            return octets
        queued = fcntl.ioctl(own.fileno(), termios.TIOCOUTQ, bytes(4))
        return octets + int.from_bytes(queued, sys.byteorder)

    def _expired(self) -> None:
        """Give the client up, unless it has taken what the least rate asks for."""
        taken = self._unsent - self._not_taken()
        if taken >= self._timeouts.write * self._timeouts.least_rate:
            self._await_client()
        else:
            self._stalled()
