"""One client's connection: bytes in, requests one after the other, bytes out (RFC 9112, 9).

Nothing here waits. The loop calls when bytes have come, when the client has closed, when what was
sent is taken; a deadline calls when one of these did not happen in time. Transport, parser, clock
and application are given, so that a test is loop and client at once.
"""

import asyncio
from time import perf_counter
from typing import Any, cast

import h11

from lab.server.access_log import log_answer
from lab.server.deadline import Deadline
from lab.server.ending import Ending
from lab.server.errors import Refused
from lab.server.exchange import Exchange
from lab.server.outflow import Outflow
from lab.server.parser import Parser
from lab.server.parties import Owner, Upgraded
from lab.server.requests import UNKNOWN, Requests
from lab.server.steps import Step, here

OVERLOADED = "this server has as many connections as it may have"


class Connection(asyncio.Protocol):
    """The server's end of one connection."""

    def __init__(self, owner: Owner, number: int, parser: Parser | None = None) -> None:
        self.owner = owner
        self.limits = owner.limits
        self.number = number
        self.parser = parser or Parser(owner.limits)
        self.client: tuple[str, int] | None = None
        self.server: tuple[str, int | None] | None = None
        self.requests = Requests(self, self.parser)
        self.upgraded: Upgraded | None = None  # once it is no HTTP any more
        self.must_close = False  # after this response
        self.reading = Deadline(owner.clock, self._too_slow, owner.timeouts.least_rate)
        self.outflow = Outflow(owner.clock, owner.timeouts, self._stalled)
        self.ending = Ending(owner.limits, owner.timeouts, self.reading, self.outflow)

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
            self.requests.refuse(Refused(503, OVERLOADED))
            return
        self.reading.set(self.owner.timeouts.head)

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        self.step("bytes in", data)
        if self.ending.is_lingering:
            self.ending.discard(len(data))
        elif self.upgraded is not None:
            self.upgraded.received(data)
        else:
            self.requests.received(data)

    def eof_received(self) -> bool:
        """The client sends no more. It may still read, so what is being answered is answered."""
        self.step("end", None)
        self.ending.has_ended = True
        exchange = self.requests.exchange
        if self.upgraded is None and self.requests.are_waiting:
            return True
        if self.upgraded is not None or exchange is None or exchange.is_complete:
            return False  # the transport closes
        self.reading.cancel()
        exchange.leave()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed, by whomever."""
        self.reading.close()
        self.outflow.lost()
        if self.requests.exchange is not None:
            self.requests.exchange.abandon()
        if self.upgraded is not None:
            self.upgraded.lost()
        self.step("closed", self.ending.why or (repr(exc) if exc else None))
        self.owner.closed(self)

    def pause_writing(self) -> None:
        """The client takes less than it is sent."""
        self.outflow.pause()

    def resume_writing(self) -> None:
        """The client has taken enough."""
        self.outflow.resume()
        self.requests.taken()

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

    @property
    def wall_time(self) -> float:
        """Seconds since 1970, UTC."""
        return self.owner.wall_clock()

    def step(self, kind: str, detail: Any) -> None:
        """Tell the observer, if there is one."""
        if self.owner.on_step is not None:
            self.owner.on_step(Step(self.number, kind, detail, perf_counter(), here()))

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
        self.requests.reads_on()

    def answered(self, exchange: Exchange) -> None:
        """The response is complete."""
        self.log(exchange)
        if self.upgraded is None and exchange is self.requests.exchange:
            self.requests.answered(exchange)

    def cut(self) -> None:
        """Close in the middle of a response, so that the client sees that it is not whole."""
        assert self.requests.exchange is not None
        self.requests.exchange.abandon()
        # RFC 9112, 8: the end of the connection might be that of a body
        self.ending.cut(by_reset=self.requests.exchange.head.version == "1.0")

    def finish(self) -> None:
        """The last is said: what still comes is thrown away, until the client closes too."""
        self.upgraded = None
        self.requests.exchange = None
        self.linger()

    # What the server calls.

    def drain(self) -> None:
        """The server ends: answer what is being answered, and what is on its way, then close."""
        self.must_close = True
        if self.upgraded is not None:
            self.upgraded.drain()
        elif (
            self.requests.exchange is None
            and not self.ending.is_lingering
            and self.parser.is_between_requests
        ):
            self.reading.set(self.owner.timeouts.linger)

    def abort(self) -> None:
        """Close at once."""
        self.ending.abort("the server has ended")

    # Answers of the server's own, and the end.

    def linger(self) -> None:
        """The last is said: what still comes is thrown away, until the client closes too."""
        self.ending.linger()
        self.requests.pause_or_resume()

    def _too_slow(self) -> None:
        self.step("deadline", "the client was silent, or too slow")
        if self.upgraded is not None:
            self.upgraded.expired()
        elif self.ending.is_lingering or not self.requests.is_waited_for:
            self.ending.close()
        else:  # RFC 9110, 15.5.9
            self.requests.refuse(Refused(408, "the request was not complete in time"))

    def _stalled(self) -> None:
        why = "the client does not take what it is sent"
        self.step("deadline", why)
        self.ending.abort(why)

    def log(self, exchange: Exchange) -> None:
        """A line in the access log."""
        log_answer(
            self.client,
            exchange.head if exchange.head is not UNKNOWN else None,
            exchange.status,
            exchange.sent,
            self.now - exchange.began,
        )


def _address(name: Any) -> tuple[str, int] | None:
    """Host and port; None for a Unix socket."""
    return (str(name[0]), int(name[1])) if isinstance(name, tuple) else None
