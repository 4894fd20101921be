"""How a connection ends: not before the client has read the answer (RFC 9112, 9.6).

A socket that is closed while bytes are on their way to it makes the other side forget what it has
not read yet. So only our half is closed, until the client closes its own, or a moment has passed.
"""

from lab.server.deadline import Deadline
from lab.server.outflow import Outflow
from lab.server.settings import Limits, Timeouts


class Ending:
    """The end of one connection, in its two steps."""

    def __init__(
        self, limits: Limits, timeouts: Timeouts, reading: Deadline, outflow: Outflow
    ) -> None:
        self.is_lingering = False  # the last is said: what still comes is thrown away
        self.has_ended = False  # the client has: it sends no more
        self.why: str | None = None  # it was closed, where that is worth a word
        self._discarded = 0  # bytes, of this request or of what comes at last
        self._limits = limits
        self._timeouts = timeouts
        self._reading = reading
        self._outflow = outflow

    def linger(self) -> None:
        """Close our half; the rest when the client has, or the time is over."""
        if self._outflow.is_lost or self.is_lingering:
            return
        self.is_lingering = True
        transport = self._outflow.transport
        if self.has_ended or not transport.can_write_eof():
            self.close()
            return
        transport.write_eof()
        self._reading.set(self._timeouts.linger)

    def close(self, why: str | None = None) -> None:
        """Close when what is sent is taken."""
        self.why = why or self.why
        self._reading.cancel()
        self._outflow.close()

    def cut(self, by_reset: bool) -> None:
        """Close in the middle of a response, so that the client sees that it is not whole."""
        self.why = "the response was not complete"
        if by_reset:
            self._outflow.reset()
        else:
            self.close()

    def abort(self, why: str) -> None:
        """Close at once, whatever is still to be sent."""
        self.why = why
        self._outflow.transport.abort()

    def discard(self, octets: int) -> None:
        """So many bytes have come that nobody wants: there is an end to that too."""
        self._discarded += octets
        if self._discarded > self._limits.discarded:
            self.close("the client sends what nobody wants")

    def begin_again(self) -> None:
        """The next request is another one, of which nothing is discarded yet."""
        self._discarded = 0
