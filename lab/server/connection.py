"""One client's connection: bytes in, requests one after the other, bytes out (RFC 9112, 9).

Nothing here waits. The loop calls when bytes have come, when the client has closed, when what was
sent is taken; a deadline calls when one of these did not happen in time. Transport, parser, clock
and application are given, so that a test is loop and client at once.
"""

import asyncio
from typing import Any, Protocol, cast

import h11

from lab.server.access_log import log_answer
from lab.server.deadline import Clock, Deadline
from lab.server.errors import Refused
from lab.server.exchange import Exchange
from lab.server.outflow import Outflow
from lab.server.parser import Body, Head, Parser
from lab.server.settings import Limits, Timeouts
from lab.server.steps import Observer
from lab.server.targets import Target

OVERLOADED = "this server has as many connections as it may have"
# For the log: the request of an answer to what was none.
_UNKNOWN = Head("-", Target(b"-", b""), "1.1", [], 0)


class Owner(Protocol):
    """What a connection needs of its server."""

    limits: Limits
    timeouts: Timeouts
    clock: Clock
    on_step: Observer | None
    is_draining: bool

    def opened(self, connection: "Connection") -> bool: ...  # noqa: D102
    def closed(self, connection: "Connection") -> None: ...  # noqa: D102
    def serve(self, exchange: Exchange) -> "Upgraded | None": ...  # noqa: D102


class Upgraded(Protocol):
    """What takes over a connection that no longer speaks HTTP: a WebSocket."""

    def received(self, octets: bytes) -> None: ...  # noqa: D102
    def lost(self) -> None: ...  # noqa: D102
    def expired(self) -> None: ...  # noqa: D102
    def drain(self) -> None: ...  # noqa: D102


class Connection(asyncio.Protocol):
    """The server's end of one connection."""

    def __init__(self, owner: Owner, number: int, parser: Parser | None = None) -> None:
        self.owner = owner
        self.limits = owner.limits
        self.number = number
        self.parser = parser or Parser(owner.limits)
        self.client: tuple[str, int] | None = None
        self.server: tuple[str, int | None] | None = None
        self.exchange: Exchange | None = None  # the request that is being answered
        self.upgraded: Upgraded | None = None  # once it is no HTTP any more
        self.must_close = False  # after this response
        self.is_lingering = False  # the last is said: what still comes is thrown away
        self._has_ended = False  # the client has: it sends no more
        self._is_paused = False  # reading is
        self._discarded = 0  # bytes
        self._why: str | None = None  # it was closed, where that is worth a word
        self.reading = Deadline(owner.clock, self._too_slow, owner.timeouts.least_rate)
        self.outflow = Outflow(owner.clock, owner.timeouts, self._stalled)

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there; it has some seconds for the head of a request."""
        self.transport = self.outflow.transport = cast(asyncio.Transport, transport)
        self.client = _address(transport.get_extra_info("peername"))
        self.server = _address(transport.get_extra_info("sockname")) or (
            str(transport.get_extra_info("sockname")),
            None,
        )
        self.step("opened", self.client)
        if not self.owner.opened(self):
            self._refuse(Refused(503, OVERLOADED))
            return
        self.reading.set(self.owner.timeouts.head)

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        self.step("bytes in", data)
        if self.is_lingering:
            self._discard(len(data))
        elif self.upgraded is not None:
            self.upgraded.received(data)
        else:
            if self.exchange is None and self.parser.is_between_requests:
                self.reading.set(self.owner.timeouts.head)
            else:
                self.reading.extend(len(data))
            self.parser.feed(data)
            self._advance()

    def eof_received(self) -> bool:
        """The client sends no more. It may still read, so what is being answered is answered."""
        self.step("end", None)
        self._has_ended = True
        exchange = self.exchange
        if self.upgraded is not None or exchange is None or exchange.is_complete:
            return False  # the transport closes
        self.reading.cancel()
        exchange.leave()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed, by whomever."""
        self.reading.close()
        self.outflow.lost()
        if self.exchange is not None:
            self.exchange.abandon()
        if self.upgraded is not None:
            self.upgraded.lost()
        self.step("closed", self._why or (repr(exc) if exc else None))
        self.owner.closed(self)

    def pause_writing(self) -> None:
        """The client takes less than it is sent."""
        self.outflow.pause()

    def resume_writing(self) -> None:
        """The client has taken enough."""
        self.outflow.resume()

    # What an exchange calls.

    @property
    def wire(self) -> h11.Connection:
        """The HTTP of the present exchange."""
        return self.parser.wire

    @property
    def is_lost(self) -> bool:
        """Whether it is closed, so that nothing can be sent any more."""
        return self.outflow.is_lost

    @property
    def now(self) -> float:
        """Seconds by the clock."""
        return self.owner.clock.time()

    def step(self, kind: str, detail: Any) -> None:
        """Tell the observer, if there is one."""
        if self.owner.on_step is not None:
            self.owner.on_step(self.number, kind, detail)

    def write(self, octets: bytes) -> None:
        """Send these bytes when the client takes them."""
        if octets and not self.is_lost:
            self.step("bytes out", octets)
            self.outflow.write(octets)

    async def drained(self) -> None:
        """Wait until the client has taken enough; raises ClientDisconnected."""
        await self.outflow.drained()

    def reads_on(self) -> None:
        """The application wants the body, or has taken some of it."""
        exchange = self.exchange
        if exchange is None or self.is_lingering:
            return
        self._pause_or_resume()
        if self._is_paused or exchange.body.is_complete or self._has_ended:
            return
        if not self.reading.is_set and not self.wire.they_are_waiting_for_100_continue:
            self.reading.set(self.owner.timeouts.body)

    def answered(self, exchange: Exchange) -> None:
        """The response is complete: go on to the next request, or close."""
        self.log(exchange)
        if self.upgraded is not None or exchange is not self.exchange:
            return
        if self.wire.our_state is not h11.DONE:
            self.exchange = None
            self._linger()
        elif exchange.body.is_complete:
            self._next_request()
        else:  # what is left of the body is read, and thrown away
            self._discarded += exchange.body.size
            exchange.body.take()
            self.reads_on()

    def cut(self) -> None:
        """Close in the middle of a response, so that the client sees that it is not whole."""
        assert self.exchange is not None
        self._why = "the response was not complete"
        self.exchange.abandon()
        if self.exchange.head.version == "1.0":  # RFC 9112, 8: its end might be the body's
            self.outflow.reset()
        else:
            self._close()

    def finish(self) -> None:
        """The last is said: what still comes is thrown away, until the client closes too."""
        self.upgraded = None
        self.exchange = None
        self._linger()

    # What the server calls.

    def drain(self) -> None:
        """The server ends: answer what is being answered, and what is on its way, then close."""
        self.must_close = True
        if self.upgraded is not None:
            self.upgraded.drain()
        elif self.exchange is None and not self.is_lingering and self.parser.is_between_requests:
            self.reading.set(self.owner.timeouts.linger)

    def abort(self) -> None:
        """Close at once."""
        self._why = "the server has ended"
        self.transport.abort()

    # From bytes to requests.

    def _advance(self) -> None:
        """Deal with every event that the bytes make up."""
        try:
            while not self.is_lingering and self.upgraded is None:
                event = self.parser.next_event()
                if event is None:
                    break
                self.step("event", event)
                if isinstance(event, Head):
                    self._begin(event)
                elif isinstance(event, Body):
                    self._take_body(event.octets)
                else:
                    self._end_body()
        except Refused as refused:
            self._refuse(refused)
            return
        self._pause_or_resume()

    def _begin(self, head: Head) -> None:
        self.must_close = self.must_close or self.owner.is_draining
        self.exchange = Exchange(self, head)
        if head.has_body:
            self.reading.set(self.owner.timeouts.body)
            if self.wire.they_are_waiting_for_100_continue:
                self.reading.cancel()  # it is we who are waited for
        else:
            self.reading.cancel()
        self.upgraded = self.owner.serve(self.exchange)

    def _take_body(self, octets: bytes) -> None:
        assert self.exchange is not None
        if self.exchange.is_complete:
            self._discard(len(octets))
        else:
            self.exchange.body.put(octets)

    def _end_body(self) -> None:
        exchange = self.exchange
        assert exchange is not None
        self.reading.cancel()
        exchange.body.end()
        if exchange.is_complete:
            self._next_request()

    def _next_request(self) -> None:
        """What comes now, or is there already, is the next request."""
        self.exchange = None
        self._discarded = 0
        self.parser.next_request()
        timeouts = self.owner.timeouts
        if self.owner.is_draining:
            self.reading.set(timeouts.linger)
        elif self.parser.is_between_requests:
            self.reading.set(timeouts.keep_alive)
        else:
            self.reading.set(timeouts.head)
        self._advance()
        if self._has_ended and self.exchange is None:
            self._linger()

    def _pause_or_resume(self) -> None:
        """Read no more than the application takes, and than one later request or two."""
        if self.is_lost or self.upgraded is not None:
            return
        limits, exchange = self.limits, self.exchange
        unread = exchange.body.size if exchange is not None else 0
        pause = not self.is_lingering and (
            unread >= limits.unread or self.parser.waiting >= limits.pipelined
        )
        if pause and not self._is_paused:
            self.transport.pause_reading()
            self.reading.cancel()  # what does not come is not the client's fault
        elif self._is_paused and not pause:
            self.transport.resume_reading()
        self._is_paused = pause

    # Answers of the server's own, and the end.

    def _refuse(self, refused: Refused) -> None:
        """Answer with an error, and close (RFC 9110, 15.5)."""
        self.step("refused", (refused.status, refused.reason))
        self.must_close = True
        exchange, self.exchange = self.exchange, None
        if exchange is not None and exchange.is_started:
            self.exchange = exchange
            self.cut()
            return
        if exchange is not None:
            exchange.abandon()
        head = exchange.head if exchange else _UNKNOWN
        own = Exchange(self, head)
        further = [(b"retry-after", b"1")] if refused.status == 503 else []
        own.answer(refused.status, f"{refused.reason}\n".encode(), *further)
        self._linger()

    def _linger(self) -> None:
        """Close, but not before the client has read the answer (RFC 9112, 9.6).

        A socket that is closed while bytes are on their way to it makes the other side forget what
        it has not read yet. So only our half is closed, until the client closes its own.
        """
        if self.is_lost or self.is_lingering:
            return
        self.is_lingering = True
        if self._has_ended or not self.transport.can_write_eof():
            self._close()
            return
        self.transport.write_eof()
        self._pause_or_resume()
        self.reading.set(self.owner.timeouts.linger)

    def _close(self) -> None:
        """Close when what is sent is taken."""
        self.reading.cancel()
        self.outflow.close()

    def _discard(self, octets: int) -> None:
        self._discarded += octets
        if self._discarded > self.limits.discarded:
            self._why = "the client sends what nobody wants"
            self._close()

    def _too_slow(self) -> None:
        self.step("deadline", "the client was silent, or too slow")
        if self.upgraded is not None:
            self.upgraded.expired()
        elif self.is_lingering or not self._is_waited_for:
            self._close()
        else:  # RFC 9110, 15.5.9
            self._refuse(Refused(408, "the request was not complete in time"))

    @property
    def _is_waited_for(self) -> bool:
        """Whether the client would see an answer that says 408: it has asked for something."""
        if self.exchange is None:
            return not self.parser.is_between_requests
        return not self.exchange.is_complete

    def _stalled(self) -> None:
        self.step("deadline", "the client does not take what it is sent")
        self._why = "the client does not take what it is sent"
        self.transport.abort()

    def log(self, exchange: Exchange) -> None:
        """A line in the access log."""
        log_answer(
            self.client,
            exchange.head if exchange.head is not _UNKNOWN else None,
            exchange.status,
            exchange.sent,
            self.now - exchange.began,
        )


def _address(name: Any) -> tuple[str, int] | None:
    """Host and port; None for a Unix socket."""
    return (str(name[0]), int(name[1])) if isinstance(name, tuple) else None
