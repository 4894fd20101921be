"""Bytes to events, and events to bytes: h11, with guards before it that are as strict as RFC 9112.

No socket, no clock, no loop: bytes in by `feed`, events out by `next_event`. h11 gets what belongs
to one request; what is left in the buffer belongs to the next.
"""

from dataclasses import dataclass

import h11

from lab.server.bodies import ChunkGuard, LengthGuard
from lab.server.errors import Refused
from lab.server.framing import Fields, body_length
from lab.server.heads import HeadReader
from lab.server.settings import Limits
from lab.server.targets import Target, target_of

# The fields by which h11 knows how it goes on. It looks at each field it is given once more, so it
# is given no others.
_FOR_H11 = frozenset(
    (b"host", b"connection", b"content-length", b"transfer-encoding", b"expect", b"upgrade")
)


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body."""

    method: str
    target: Target
    version: str  # "1.1" or "1.0"
    fields: Fields  # names in lower case, in the order of their arrival
    length: int | None  # of the body, in bytes; None for chunks

    @property
    def has_body(self) -> bool:
        """Whether there is more to come than the head."""
        return self.length != 0

    def values(self, name: bytes) -> list[bytes]:
        """The values of a list field, in lower case (RFC 9110, 5.6.1)."""
        found = [value.lower() for key, value in self.fields if key == name]
        return [part.strip(b" \t") for value in found for part in value.split(b",")]


@dataclass(frozen=True, slots=True)
class Body:
    """A part of the body."""

    octets: bytes


class End:
    """The body is complete."""

    def __repr__(self) -> str:
        return "End()"


END = End()
Event = Head | Body | End


class Parser:
    """The requests of one connection, one after the other."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self.wire = h11.Connection(h11.SERVER)  # also makes the bytes of the response
        self._is_complete = False  # the request is, so that what comes belongs to the next
        self._begin()

    @property
    def waiting(self) -> int:
        """How many bytes are there that no event was made of."""
        return len(self._buffer)

    @property
    def is_between_requests(self) -> bool:
        """Whether nothing of a request has come yet."""
        return self._guard is None and not self._buffer

    def feed(self, octets: bytes) -> None:
        """Bytes that the client has sent."""
        self._buffer += octets

    def next_event(self) -> Event | None:
        """What comes next; None where more bytes are needed, and after End.

        Raises Refused for what is no HTTP, and for what is over a limit.
        """
        if self._is_complete:
            return None
        if self._guard is None:
            return self._next_head()
        event = self._read(self._guard.take(self._buffer))
        if isinstance(event, h11.Data):
            return Body(bytes(event.data))
        if isinstance(event, h11.EndOfMessage):
            self._is_complete = True
            return END
        return None

    def next_request(self) -> None:
        """The response is sent: what comes now is another request."""
        self.wire.start_next_cycle()
        self._begin()

    def rest(self) -> bytes:
        """Take what has come after the head, where it is no HTTP: the connection is upgraded."""
        octets = bytes(self._buffer)
        self._buffer.clear()
        return octets

    def _begin(self) -> None:
        self._head = HeadReader(self._limits)
        self._guard: LengthGuard | ChunkGuard | None = None  # of the body; None before
        self._is_complete = False

    def _next_head(self) -> Head | None:
        octets = self._head.take(self._buffer)
        if octets is None:
            return None
        event = self._read(self._checked(octets))
        assert isinstance(event, h11.Request)
        version = "1.0" if event.http_version == b"1.0" else "1.1"  # RFC 9110, 2.5
        return Head(event.method.decode("ascii"), self._target, version, self._fields, self._length)

    def _read(self, octets: bytes) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """The next event of h11, which is given these bytes."""
        if octets:
            self.wire.receive_data(octets)
        try:
            return self.wire.next_event()
        except h11.RemoteProtocolError as error:  # what the guards have let through
            raise Refused(error.error_status_hint, f"no HTTP/1.1: {error}") from error

    def _checked(self, octets: bytes) -> bytes:
        """What h11 needs of a head that is sound as a whole; raises Refused for one that is not."""
        request_line, *lines = octets[:-4].split(b"\r\n")
        method, target, version = request_line.split(b" ")
        fields: Fields = []
        told = [request_line]
        for line in lines:
            name, _, value = line.partition(b":")
            name = name.lower()
            fields.append((name, value.strip(b" \t")))
            if name in _FOR_H11:
                told.append(line)
        self._target = target_of(method, target)
        self._length = body_length(fields, version[5:], self._limits)
        self._fields = _with_host(fields, self._target.authority)
        self._guard = (
            ChunkGuard(self._limits) if self._length is None else LengthGuard(self._length)
        )
        return b"\r\n".join((*told, b"", b""))


def _with_host(fields: Fields, authority: bytes | None) -> Fields:
    """RFC 9112, 3.2.2: the authority of a target takes the place of Host."""
    if authority is None:
        return fields
    return [(b"host", authority), *(field for field in fields if field[0] != b"host")]
