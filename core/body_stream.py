"""The body of a request on its way in: counted, limited, and never taken for whole if it is not.

A route that asks for it reads its body while it comes, however large that is:

    @app.post("/upload", stream=True, max_body=1_000_000_000)
    def upload(request):
        for chunk in request.stream:  # in an `async def`: `async for`
            ...

It comes as fast as it is read: what the handler has not asked for stays with the client. (Daphne
and waitress take in the whole body first, in a file, and call the application then.)
"""

import io
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from typing import Any
from weakref import ref

from core.errors import ClientDisconnected, cut_off, too_large


class BodyCount:
    """How much of a body has come, and how much there may be."""

    __slots__ = ("is_over", "length", "limit", "received")

    def __init__(self, length: int | None, limit: int) -> None:
        self.length = length  # bytes as declared, at most `limit`; None where it is not known
        self.limit = limit  # bytes
        self.received = 0  # bytes
        self.is_over = length == 0  # all of it has come

    def take(self, chunk: bytes, is_last: bool) -> bytes:
        """The chunk, counted; raises ContentTooLarge or ClientDisconnected where it can't be."""
        self.received += len(chunk)
        if self.received > self.limit:
            raise too_large(self.limit)
        if is_last:
            if self.length is not None and self.received < self.length:
                raise self.cut_off()
            self.is_over = True
        return chunk

    def cut_off(self) -> ClientDisconnected:
        """The error of a body that ends here, too early."""
        return cut_off(self.received, self.length)


class BodyStream(ABC):
    """A body's chunks: `for chunk in request.stream` in a `def`, `async for` in an `async def`.

    They are of any size but empty: under ASGI as the server got them, under WSGI of 64 KiB. They
    can be had once. Over the route's `max_body` a ContentTooLarge is raised, and ClientDisconnected
    where the body is cut off; both are answered, unless the handler catches them. To break off is
    allowed: the server reads the rest, or closes the connection. Until the body is read or broken
    off it is only in reading that a handler learns that its client has left.
    """

    def __init__(self, count: BodyCount) -> None:
        self._count = count
        self._chunks: ref[_Chunks] | None = None  # once somebody reads them

    # What an adapter provides.

    @abstractmethod
    def read(self) -> bytes:
        """The next chunk, b"" at the end; waits in this thread. Raises as the class tells.

        Raises RuntimeError where an event loop would be held up.
        """

    @abstractmethod
    async def receive(self) -> bytes:
        """The same, awaited."""

    # What a handler does with it.

    def __iter__(self) -> Iterator[bytes]:
        """The chunks; raises RuntimeError the second time."""
        return self._begin()

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The chunks; raises RuntimeError the second time."""
        return self._begin()

    def file(self) -> io.BufferedReader:
        """The body as a binary file without `seek`, for a `def`: for tarfile, or csv by lines.

        Raises RuntimeError where it has been read.
        """
        return io.BufferedReader(_File(iter(self)))

    @property
    def is_left(self) -> bool:
        """Whether nobody can read on: it has come to its end, or the one who read it is gone."""
        return self._count.is_over or (self._chunks is not None and self._chunks() is None)

    def _begin(self) -> "_Chunks":
        if self._chunks is not None:
            raise RuntimeError("a body is read once; request.stream has been read before")
        chunks = _Chunks(self)
        self._chunks = ref(chunks)
        return chunks

    def __repr__(self) -> str:
        declared = "" if self._count.length is None else f" of {self._count.length}"
        return f"<{type(self).__name__}, {self._count.received}{declared} bytes read>"


class _Chunks:
    """The one iterator over a stream, of both kinds."""

    __slots__ = ("__weakref__", "_stream")

    def __init__(self, stream: BodyStream) -> None:
        self._stream = stream

    def __iter__(self) -> "_Chunks":
        return self

    def __next__(self) -> bytes:
        if chunk := self._stream.read():
            return chunk
        raise StopIteration

    def __aiter__(self) -> "_Chunks":
        return self

    async def __anext__(self) -> bytes:
        if chunk := await self._stream.receive():
            return chunk
        raise StopAsyncIteration


class _File(io.RawIOBase):
    """What `io.BufferedReader` makes a file of."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""  # of the chunk that is being read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._rest or next(self._chunks, b"")
        size = min(len(buffer), len(chunk))
        buffer[:size], self._rest = chunk[:size], chunk[size:]
        return size


def holds_up_the_loop() -> RuntimeError:
    """The error of a `for` where an event loop runs."""
    return RuntimeError(
        "`for chunk in request.stream` would hold up the event loop here; "
        "in an `async def` it is `async for`"
    )
