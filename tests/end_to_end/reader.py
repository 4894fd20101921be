"""A client that reads an answer piece by piece, and may leave in the middle of it."""

import socket
import struct
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from typing import Self

import h11

from lab.processes import Server
from tests.end_to_end.exchange import request_bytes

PATIENCE = 20.0  # seconds
AT_ONCE = struct.pack("ii", 1, 0)  # linger for 0 seconds


class Reader:
    """One request on a connection of its own, and what has come of its answer so far.

    As a context manager it leaves at the end of the block.
    """

    def __init__(self, server: Server, target: str) -> None:
        self.status: int | None = None
        self.body = b""
        self.is_whole = False  # the server has said that this was all
        self._reader = h11.Connection(h11.CLIENT)
        self._reader.send(h11.Request(method="GET", target="/", headers=[("host", "here")]))
        self._reader.send(h11.EndOfMessage())
        self._socket = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
        self._socket.sendall(request_bytes("GET", target))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def read_until(self, wanted: bytes) -> None:
        """Read until the body has this in it; fails where the answer ends before."""
        while wanted not in self.body:
            goes_on = self._read()
            came = f"{self.status} {self.body[-100:]!r}"
            assert goes_on or wanted in self.body, f"{wanted[:100]!r} has not come, but {came}"

    def read_all(self) -> None:
        """Read until the answer is whole, or cut."""
        while self._read():
            pass

    def leave(self) -> None:
        """Close the connection, as a program does that has no more use for it (FIN)."""
        self._socket.close()

    def vanish(self) -> None:
        """Close the connection as a program that crashes does (RST)."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self._socket.close()

    def _read(self) -> bool:
        """Read something; whether something else may come."""
        if self.is_whole:
            return False
        try:
            octets = self._socket.recv(65_536)
            self._reader.receive_data(octets)
            while (event := self._reader.next_event()) is not h11.NEED_DATA:
                self._take(event)
                if self.is_whole:
                    return False
        except (ConnectionResetError, h11.RemoteProtocolError):  # cut
            return False
        return bool(octets)

    def _take(self, event: object) -> None:
        if isinstance(event, h11.Response):
            self.status = event.status_code
        elif isinstance(event, h11.Data):
            self.body += event.data
        self.is_whole = isinstance(event, h11.EndOfMessage)


@contextmanager
def reading(server: Server, targets: Iterable[str]) -> Generator[list[Reader]]:
    """A reader for each of these; those that have not left do so at the end of the block."""
    with ExitStack() as stack:
        yield [stack.enter_context(Reader(server, target)) for target in targets]


def until(is_so: Callable[[], object], told: Callable[[], object] = lambda: "") -> None:
    """Wait until it is so; `told` is what the error says where that takes too long."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"after {PATIENCE:g} s it is not so: {told()}"
        time.sleep(0.02)
