"""Where a body ends: the bytes of this one, none of the next request (RFC 9112, 6.2 and 7.1).

A guard takes from the buffer what h11 is to read. Chunks are looked at more closely than h11 does,
and handed on without their extensions, which nobody here knows (RFC 9112, 7.1.1: ignore them).
"""

import re
from collections.abc import Iterator

from lab.server.errors import Refused
from lab.server.heads import TOKEN, check_field_line
from lab.server.settings import Limits

# RFC 9110, 5.6.4
_QUOTED = rb'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
# RFC 9112, 7.1 and 7.1.1. Spaces belong to an extension: behind a bare size there are none.
_CHUNK_LINE = re.compile(
    rb"([0-9A-Fa-f]{1,16})((?:[ \t]*;[ \t]*%b(?:[ \t]*=[ \t]*(?:%b|%b))?)*)"
    % (TOKEN, TOKEN, _QUOTED)
)


class LengthGuard:
    """A body of a known length."""

    def __init__(self, length: int) -> None:
        self._left = length

    def take(self, buffer: bytearray) -> bytes:
        """What there is of it."""
        taken = bytes(buffer[: self._left])
        del buffer[: self._left]
        self._left -= len(taken)
        return taken


class ChunkGuard:
    """A body in chunks: sizes, data, the last chunk, trailer fields."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._length = 0  # of all chunks so far, in bytes
        self._left = 0  # of this chunk, in bytes
        self._is_in_chunk = False  # up to the line's end behind its data
        self._searched = 0  # up to where there is no line's end
        self._extensions = 0  # bytes of them
        self._trailer: list[int] | None = None  # lengths of its lines, after the last chunk
        self._is_over = False

    def take(self, buffer: bytearray) -> bytes:
        """What there is of it, as one chunk: to h11 each is the same work, however small.

        Raises Refused.
        """
        if self._is_over:
            return b""
        octets = b"".join(self._data(buffer))
        chunk = b"%x\r\n%b\r\n" % (len(octets), octets) if octets else b""
        return chunk + b"0\r\n\r\n" if self._is_over else chunk

    def _data(self, buffer: bytearray) -> Iterator[bytes]:
        """The data of the chunks, without what is around them."""
        while not self._is_over:
            if self._left:
                taken = bytes(buffer[: self._left])
                del buffer[: self._left]
                self._left -= len(taken)
                yield taken
                if self._left:
                    return
            elif (line := self._line(buffer)) is None:
                return
            elif self._is_in_chunk:
                self._end_chunk(line)
            elif self._trailer is None:
                self._begin_chunk(line)
            else:
                self._end(line, self._trailer)

    def _line(self, buffer: bytearray) -> bytes | None:
        """The next line, without its end."""
        end = buffer.find(b"\n", self._searched)
        if (end if end >= 0 else len(buffer)) > self._limits.chunk_line:
            raise Refused(400, "a chunk's line is shorter (RFC 9112, 7.1.1)")
        if end < 0:
            self._searched = len(buffer)
            return None
        line = bytes(buffer[: end + 1])
        del buffer[: end + 1]
        self._searched = 0
        if not line.endswith(b"\r\n"):
            raise Refused(400, "a chunk's line ends with CR LF (RFC 9112, 7.1)")
        return line[:-2]

    def _begin_chunk(self, line: bytes) -> None:
        found = _CHUNK_LINE.fullmatch(line)
        if found is None:
            raise Refused(400, "a chunk begins with its size in hex digits (RFC 9112, 7.1)")
        self._extensions += len(found[2])
        if self._extensions > self._limits.field_bytes:
            raise Refused(400, "chunk extensions are shorter (RFC 9112, 7.1.1)")
        size = int(found[1], 16)
        self._length += size
        if self._length > self._limits.body:
            raise Refused(413, f"a body has at most {self._limits.body} bytes")
        if size:
            self._left = size
            self._is_in_chunk = True
        else:
            self._trailer = []

    def _end_chunk(self, line: bytes) -> None:
        if line:
            raise Refused(400, "a chunk's data are as long as it says (RFC 9112, 7.1)")
        self._is_in_chunk = False

    def _end(self, line: bytes, trailer: list[int]) -> None:
        """RFC 9112, 7.1.2: trailer fields are checked, and then discarded."""
        if not line:
            self._is_over = True
            return
        check_field_line(line)
        trailer.append(len(line))
        if len(trailer) > self._limits.fields or sum(trailer) > self._limits.field_bytes:
            raise Refused(431, "the trailer fields are too many, or too long")
