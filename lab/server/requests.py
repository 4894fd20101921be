"""From bytes to requests: each begins, gets its body, and is followed by the next (RFC 9112, 9.3).

One request is answered at a time. What comes meanwhile waits in the parser, and there is an end to
it: no more is read than the application takes, and no request is begun before the client takes the
answer to the last.
"""

from typing import Any

import h11

from lab.server.errors import Refused
from lab.server.exchange import Exchange
from lab.server.parser import Body, Head, Parser
from lab.server.targets import Target

# For the log: the request of an answer to what was none.
UNKNOWN = Head("-", Target(b"-", b""), "1.1", [], 0)


class Requests:
    """The requests of one connection."""

    def __init__(self, line: Any, parser: Parser) -> None:
        self.exchange: Exchange | None = None  # the request that is being answered
        self._line = line  # the connection
        self._parser = parser
        self._is_paused = False  # reading is

    def received(self, octets: bytes) -> None:
        """Bytes have come."""
        reading = self._line.reading
        if self.exchange is not None or not self._parser.is_between_requests:
            reading.extend(len(octets))
        elif not self._line.outflow.is_paused:
            reading.set(self._line.owner.timeouts.head)
        self._parser.feed(octets)
        self.advance()

    def taken(self) -> None:
        """The client has taken what it was sent."""
        if self.exchange is None and self._goes_on:
            self._await_request()
            self.advance()
            self._look_for_the_end()

    @property
    def are_waiting(self) -> bool:
        """Whether there may be requests to be begun when the client takes the last answer."""
        is_behind = self.exchange is None and self._line.outflow.is_paused
        return is_behind and self._parser.waiting > 0 and not self._line.ending.is_lingering

    def reads_on(self) -> None:
        """The application wants the body, or has taken some of it."""
        exchange = self.exchange
        if exchange is None or self._line.ending.is_lingering or self._line.is_lost:
            return
        self.pause_or_resume()
        if self._is_paused or exchange.body.is_complete or self._line.ending.has_ended:
            return
        if (
            not self._line.reading.is_set
            and not self._parser.wire.they_are_waiting_for_100_continue
        ):
            self._line.reading.set(self._line.owner.timeouts.body)

    def answered(self, exchange: Exchange) -> None:
        """The response is complete: go on to the next request, or close."""
        if self._parser.wire.our_state is not h11.DONE:
            self.exchange = None
            self._line.linger()
        elif exchange.body.is_complete:
            self._next_request()
        else:  # what is left of the body is read, and thrown away
            self._line.ending.discard(exchange.body.size)
            exchange.body.take()
            self.reads_on()

    def advance(self) -> None:
        """Deal with every event that the bytes make up."""
        try:
            while self._goes_on:
                event = self._parser.next_event()
                if event is None:
                    break
                self._line.step("event", event)
                if isinstance(event, Head):
                    self._begin(event)
                elif isinstance(event, Body):
                    self._take_body(event.octets)
                else:
                    self._end_body()
        except Refused as refused:
            self.refuse(refused)
            return
        self.pause_or_resume()

    @property
    def _goes_on(self) -> bool:
        """Whether there is a use for the next event: no next request before an answer is taken."""
        if self._line.ending.is_lingering or self._line.upgraded is not None:
            return False
        return self.exchange is not None or not self._line.outflow.is_paused

    def _begin(self, head: Head) -> None:
        self._line.must_close = self._line.must_close or self._line.owner.is_draining
        self.exchange = Exchange(self._line, head)
        if head.has_body:
            self._line.reading.set(self._line.owner.timeouts.body)
            if self._parser.wire.they_are_waiting_for_100_continue:
                self._line.reading.cancel()  # it is we who are waited for
        else:
            self._line.reading.cancel()
        self._line.upgraded = self._line.owner.serve(self.exchange)

    def _take_body(self, octets: bytes) -> None:
        assert self.exchange is not None
        if self.exchange.is_complete:
            self._line.ending.discard(len(octets))
        else:
            self.exchange.body.put(octets)

    def _end_body(self) -> None:
        exchange = self.exchange
        assert exchange is not None
        self._line.reading.cancel()
        exchange.body.end()
        if exchange.is_complete:
            self._next_request()

    def _next_request(self) -> None:
        """What comes now, or is there already, is the next request."""
        self.exchange = None
        self._line.ending.begin_again()
        self._parser.next_request()
        self._await_request()
        self.advance()
        self._look_for_the_end()

    def _look_for_the_end(self) -> None:
        """Where the client sends no more: there is an end when all that it has sent is answered."""
        if not self._line.ending.has_ended or self.are_waiting:
            return
        if self.exchange is None:
            self._line.linger()
        else:  # it has begun after the client had ended
            self._line.reading.cancel()
            self.exchange.leave()

    def _await_request(self) -> None:
        """Give the client its time for the next request, once it takes the last answer."""
        line, timeouts = self._line, self._line.owner.timeouts
        if line.outflow.is_paused:
            line.reading.cancel()  # there is a deadline for that
        elif line.owner.is_draining:
            line.reading.set(timeouts.linger)
        elif self._parser.is_between_requests:
            line.reading.set(timeouts.keep_alive)
        else:
            line.reading.set(timeouts.head)

    def pause_or_resume(self) -> None:
        """Read no more than the application takes, and than one later request or two."""
        if self._line.is_lost or self._line.upgraded is not None:
            return
        limits, exchange = self._line.limits, self.exchange
        if exchange is None:
            unread, is_behind = 0, self._line.outflow.is_paused
        else:
            unread, is_behind = exchange.body.size, exchange.body.is_complete
        # what waits while a request is still coming is a part of it, and has its own limits
        pipelined = self._parser.waiting if is_behind else 0
        pause = not self._line.ending.is_lingering and (
            unread >= limits.unread or pipelined >= limits.pipelined
        )
        if pause and not self._is_paused:
            self._line.transport.pause_reading()
            self._line.reading.cancel()  # what does not come is not the client's fault
        elif self._is_paused and not pause:
            self._line.transport.resume_reading()
        self._is_paused = pause

    def refuse(self, refused: Refused) -> None:
        """Answer with an error, and close (RFC 9110, 15.5)."""
        self._line.step("refused", (refused.status, refused.reason))
        self._line.must_close = True
        exchange, self.exchange = self.exchange, None
        if exchange is not None and exchange.is_started:
            self.exchange = exchange
            self._line.cut()
            return
        if exchange is not None:
            exchange.abandon()
        head = exchange.head if exchange else UNKNOWN
        Exchange(self._line, head).refuse(refused)
        self._line.linger()

    @property
    def is_waited_for(self) -> bool:
        """Whether the client would see an answer that says 408: it has asked for something."""
        if self.exchange is None:
            return not self._parser.is_between_requests
        return not self.exchange.is_complete
