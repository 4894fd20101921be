"""`wsgi.input` (PEP 3333, "Input and Error Streams"): the body, read by a thread as a file is."""

import asyncio
from collections.abc import Iterator
from io import BytesIO

from lab.server.incoming import IncomingBody
from lab.server.threads import on_loop


class Input:
    """A body that comes in pieces, on the loop of another thread."""

    def __init__(self, body: IncomingBody, loop: asyncio.AbstractEventLoop) -> None:
        self._body = body
        self._loop = loop
        self._held = BytesIO()  # what has come and is not read yet
        self._is_over = body.is_complete and body.size == 0

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes, fewer only at the end of the body; all of them without a size.

        Raises ClientDisconnected where the body is cut off.
        """
        if size is None or size < 0:
            return self._held.read() + b"".join(self._pieces())
        found = self._held.read(size)
        while len(found) < size and self._hold_more():
            found += self._held.read(size - len(found))
        return found

    def readline(self, size: int | None = -1) -> bytes:
        """A line with its end, or as much of it as `size`; b"" at the end."""
        most = -1 if size is None else size
        line = self._held.readline(most)
        while not line.endswith(b"\n") and len(line) != most and self._hold_more():
            line += self._held.readline(most - len(line) if most >= 0 else -1)
        return line

    def readlines(self, hint: int | None = -1) -> list[bytes]:
        """The lines, up to some bytes more than `hint` where it is given."""
        lines: list[bytes] = []
        octets = 0
        for line in self:
            lines.append(line)
            octets += len(line)
            if hint is not None and 0 < hint <= octets:
                break
        return lines

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    def _pieces(self) -> Iterator[bytes]:
        while piece := self._next():
            yield piece

    def _hold_more(self) -> bool:
        """Whether there was more; what was held is read."""
        piece = self._next()
        self._held = BytesIO(piece)
        return bool(piece)

    def _next(self) -> bytes:
        """The next piece, from the loop's thread; b"" at the end."""
        if self._is_over:
            return b""
        piece = on_loop(self._body.read(), self._loop)
        self._is_over = not piece
        return piece
