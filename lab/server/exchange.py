"""One request and its response: what a host, WSGI or ASGI, is given of a connection."""

import asyncio
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Protocol

import h11

from lab.server.errors import ClientDisconnected, Refused
from lab.server.framing import Fields
from lab.server.incoming import IncomingBody
from lab.server.parser import Head
from lab.server.settings import Limits

# RFC 9110, 7.6.1: these are said between a client and a server, not between their applications.
HOP_BY_HOP = frozenset(
    (
        b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te",
        b"trailer", b"transfer-encoding", b"upgrade",
    )
)  # fmt: skip

REASONS = {status.value: status.phrase.encode() for status in HTTPStatus}


@lru_cache(maxsize=1)  # a busy server answers often in a second
def _date(seconds: int) -> bytes:
    return formatdate(seconds, usegmt=True).encode("ascii")


class Line(Protocol):
    """What an exchange needs of its connection."""

    number: int  # of the connection
    client: tuple[str, int] | None
    server: tuple[str, int | None] | None
    must_close: bool  # after this response
    limits: Limits

    @property
    def wire(self) -> h11.Connection: ...  # noqa: D102
    @property
    def now(self) -> float: ...  # noqa: D102
    @property
    def wall_time(self) -> float: ...  # noqa: D102
    @property
    def is_lost(self) -> bool: ...  # noqa: D102
    def write(self, octets: bytes) -> None: ...  # noqa: D102
    async def drained(self) -> None: ...  # noqa: D102
    def step(self, kind: str, detail: Any) -> None: ...  # noqa: D102
    def reads_on(self) -> None: ...  # noqa: D102
    def answered(self, exchange: "Exchange") -> None: ...  # noqa: D102
    def cut(self) -> None: ...  # noqa: D102


class Exchange:
    """One request and its response."""

    def __init__(self, line: Line, head: Head) -> None:
        self.line = line
        self.head = head
        self.began = line.now
        self.body = IncomingBody(head.has_body, self._body_is_wanted)
        self.gone = asyncio.Event()  # the client is, or the response is complete
        self.status = 0  # of the response, once it is started
        self.sent = 0  # bytes of its body
        self.is_complete = False  # the response
        self.is_abandoned = False  # the server has answered in the application's place
        self._start: h11.Response | None = None  # waits for the first part of the body
        self._declared: bytes | None = None  # the length that it declares

    @property
    def is_started(self) -> bool:
        """Whether the response is, so that no other can be sent."""
        return self.status != 0

    @property
    def phase(self) -> str:
        """How far the response is, for an error."""
        return "complete" if self.is_complete else "started" if self.is_started else "not started"

    def start(self, status: int, fields: Fields) -> None:
        """Begin the response; it is sent with the first part of its body.

        Raises h11.LocalProtocolError for what no status or header field can be.
        """
        self.begin(status, [field for field in fields if field[0].lower() not in HOP_BY_HOP])

    def begin(self, status: int, fields: Fields, reason: bytes = b"") -> None:
        """The same with fields of which none is for this hop alone, or that are the server's own.

        What a server adds is added to the list.
        """
        values = {name.lower(): value for name, value in fields}
        if b"date" not in values:
            fields.append((b"date", _date(int(self.line.wall_time))))  # RFC 9110, 6.6.1
        if b"server" not in values:
            fields.append((b"server", b"tandem"))
        if self.line.must_close or not self._can_read_on():
            fields.append((b"connection", b"close"))
        reason = reason or REASONS.get(status, b"")
        self._declared = values.get(b"content-length")
        self._start = h11.Response(status_code=status, headers=fields, reason=reason)
        self.status = status

    async def send(self, octets: bytes, has_more: bool) -> None:
        """Send a part of the body, and wait until the client has taken enough of what was sent.

        Raises ClientDisconnected; and h11.LocalProtocolError where the length that was declared is
        another.
        """
        self.send_now(octets, has_more)
        if has_more and not (octets and self.may_have_body):
            await asyncio.sleep(0)  # nothing is written that could make us wait: let others go on
        await self.line.drained()

    def send_now(self, octets: bytes, has_more: bool) -> None:
        """The same without waiting."""
        if self.is_complete:  # the wire is that of the next request
            raise RuntimeError("the response is complete: nothing is added to it")
        if self.is_abandoned or self.line.is_lost:
            raise ClientDisconnected("the client left before it had its response")
        wire, parts = self.line.wire, []
        if self._start is not None:
            self._check_length(len(octets), has_more)
            parts.append(wire.send(self._start) or b"")
            self._start = None
        if octets and self.may_have_body:
            parts.append(wire.send(h11.Data(data=octets)) or b"")
            self.sent += len(octets)
        if not has_more:
            parts.append(wire.send(h11.EndOfMessage()) or b"")
            self.is_complete = True
        self.line.write(b"".join(parts))
        if self.is_complete:
            self.gone.set()
            self.line.answered(self)

    def _check_length(self, length: int, has_more: bool) -> None:
        """Raise where a body is not as long as its head will say, and that shows at once.

        So nothing is sent of a response that is wrong, and there can be another: a 500.
        """
        declared = self._declared or b""  # h11 also takes "5, 5", and counts for itself
        if not (declared.isdigit() and self.may_have_body):
            return
        if int(declared) < length or (int(declared) != length and not has_more):
            raise h11.LocalProtocolError(
                f"the body has {length} bytes, and Content-Length says {int(declared)}"
            )

    @property
    def may_have_body(self) -> bool:
        """RFC 9112, 6.3, rule 1: the answer to HEAD, 204 and 304 have none."""
        return self.head.method != "HEAD" and self.status not in (204, 304)

    def failed(self, error: BaseException) -> None:
        """The application has raised: 500, or where something is sent already, a cut."""
        self.line.step("failed", error)
        if self.is_abandoned or self.is_complete or self.line.is_lost:
            return
        if self._start is not None or not self.is_started:
            self._start = None
            self.answer(500, b"Internal Server Error\n")
        else:  # RFC 9112, 8: so that nobody takes it for the whole
            self.line.cut()

    def answer(self, status: int, text: bytes, *fields: tuple[bytes, bytes]) -> None:
        """The server's own answer, in the place of the application's."""
        self.begin(
            status,
            [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(text)).encode()),
                *fields,
            ],
        )
        self.send_now(text, False)

    def refuse(self, refused: Refused) -> None:
        """The server's own answer to what it does not take (RFC 9110, 15.5 and 15.6)."""
        further = [(b"retry-after", b"1")] if refused.status == 503 else []
        self.answer(refused.status, f"{refused.reason}\n".encode(), *further)

    def give_up(self) -> None:
        """Nobody will answer: close, unless it was answered, or is closed, already."""
        if not (self.is_complete or self.is_abandoned or self.line.is_lost):
            self.line.cut()

    def abandon(self) -> None:
        """The client is gone, or was given up: the application is told when it asks."""
        self.is_abandoned = True
        self.leave()

    def leave(self) -> None:
        """The client sends no more; whether it still reads can't be known."""
        self.gone.set()
        if not self.body.is_complete:
            self.body.cut_off()

    def _body_is_wanted(self) -> None:
        """RFC 9110, 10.1.1: who reads the body tells a client that waits with it to go on."""
        wire = self.line.wire
        if (
            not self.is_started
            and not self.is_abandoned
            and not self.body.is_complete
            and wire.they_are_waiting_for_100_continue
        ):
            go_on = h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
            self.line.write(wire.send(go_on) or b"")
        self.line.reads_on()

    def _can_read_on(self) -> bool:
        """Whether the next request is found: what is left of this one's body is not too much."""
        return self.body.is_complete or not (
            self.body.is_cut_off or self.line.wire.they_are_waiting_for_100_continue
        )
