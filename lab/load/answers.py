"""From the bytes of an HTTP/1.1 answer to its status (RFC 9112), as little as a load needs.

Bodies are counted, not kept. A server sends nearly the same head every time (its date changes once
a second), so the reading of a head is remembered: this is what makes the generator fast.
"""

from functools import lru_cache
from typing import NamedTuple

LONGEST_HEAD = 65_536  # bytes


class Head(NamedTuple):
    """What an answer's status line and headers say."""

    status: int
    length: int | None  # bytes of the body; None: until the connection is closed
    chunked: bool
    keep_alive: bool


class AnswerParser:
    """Reads one answer after another from the pieces that a connection delivers."""

    def __init__(self) -> None:
        self._head: Head | None = None
        self._waiting = b""  # the beginning of a head
        self._left = 0  # bytes of the body still to come
        self._chunks = ChunkedBody()

    def feed(self, piece: bytes) -> Head | None:
        """The head of the answer that `piece` completes, else None.

        Raises ValueError when the bytes are no answer, or go on after its end.
        """
        if self._head is None:
            piece = self._read_head(piece)
            if self._head is None:
                return None
        if not self._body_is_complete(piece):
            return None
        return self._finished()

    def end(self) -> Head | None:
        """The answer that the connection's end completes: one that declared no length."""
        if self._head and self._head.length is None and not self._head.chunked:
            return self._finished()
        return None

    def _read_head(self, piece: bytes) -> bytes:
        buffer = self._waiting + piece
        head, found, body = buffer.partition(b"\r\n\r\n")
        if not found:
            if len(buffer) > LONGEST_HEAD:
                raise ValueError(f"an answer's head ends within {LONGEST_HEAD} bytes")
            self._waiting = buffer
            return b""
        self._waiting = b""
        read = read_head(head)
        if 100 <= read.status < 200:  # RFC 9110, 15.2: interim, the real answer follows
            return self._read_head(body)
        self._head = read
        self._left = read.length or 0
        return body

    def _body_is_complete(self, piece: bytes) -> bool:
        assert self._head is not None
        if self._head.chunked:
            return self._chunks.feed(piece)
        if self._head.length is None:
            return False
        self._left -= len(piece)
        if self._left < 0:
            raise ValueError("bytes came after the end of the answer")
        return self._left == 0

    def _finished(self) -> Head:
        assert self._head is not None
        head, self._head = self._head, None
        if head.chunked:
            self._chunks = ChunkedBody()
        return head


class ChunkedBody:
    """Finds the end of a chunked body (RFC 9112, 7.1)."""

    def __init__(self) -> None:
        self._waiting = b""  # the beginning of a line
        self._skip = 0  # bytes of the present chunk still to come, with its line end
        self._in_trailer = False

    def feed(self, piece: bytes) -> bool:
        """Whether the body is complete with `piece`. Raises ValueError for a bad chunk size."""
        rest = self._waiting + piece
        self._waiting = b""
        while True:
            taken = min(self._skip, len(rest))
            self._skip -= taken
            line, found, following = rest[taken:].partition(b"\r\n")
            if not found:
                self._waiting = line
                return False
            rest = following
            if self._in_trailer:
                if not line:
                    return True
                continue
            size = int(line.partition(b";")[0], 16)
            self._skip = size + 2 if size else 0
            self._in_trailer = size == 0


@lru_cache(maxsize=256)
def read_head(head: bytes) -> Head:
    """The meaning of a head, given without its last blank line. Raises ValueError for a bad one."""
    status_line, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = status_line.partition(" ")
    if not version.startswith("HTTP/1.") or not rest[:3].isdigit():
        raise ValueError(f"an answer starts with a status line; got {status_line[:60]!r}")
    headers = {
        name.strip().lower(): value.strip().lower()
        for name, _, value in (line.partition(":") for line in lines)
    }
    status = int(rest[:3])
    chunked = headers.get("transfer-encoding", "").endswith("chunked")
    default = "keep-alive" if version == "HTTP/1.1" else "close"
    return Head(
        status=status,
        length=_length(status, headers),
        chunked=chunked,
        keep_alive=headers.get("connection", default) != "close",
    )


def _length(status: int, headers: dict[str, str]) -> int | None:
    if status in (204, 304):  # RFC 9112, 6.3: never a body
        return 0
    text = headers.get("content-length")
    return None if text is None else int(text)
