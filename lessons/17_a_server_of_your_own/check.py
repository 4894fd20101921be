"""The check of exercise 17: a client, a clock and a transport that stand in one thread.

Bytes are fed in, the clock is moved on by hand, and what was written is looked at. Nobody waits.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import told

WHOLE = b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
HALF = b"GET /a HTTP/1.1\r\nHo"
LOOK = "in `Connection.data_received`"


def check_a_request_is_answered_however_it_comes(exercise: ModuleType) -> None:
    """A request is answered, fed whole, byte by byte, and two in one piece."""
    feeds = {
        "whole": [WHOLE],
        "byte by byte": [WHOLE[i : i + 1] for i in range(len(WHOLE))],
        "as two in one piece": [WHOLE + WHOLE],
        "as one and a half, and the other half": [WHOLE + HALF, WHOLE[len(HALF) :]],
    }
    for how, pieces in feeds.items():
        client = Client(exercise)
        for piece in pieces:
            client.sends(piece)
        expect_that(
            "408" not in client.statuses,
            what=f"answers to requests fed {how}, when no time has passed at all",
            wanted="no 408",
            came=f"{client.statuses.count('408')} of them",
            look=f"{LOOK}: `call_later` gets the function itself, `self.too_slow`; with `()` "
            "behind it, it is called at once",
        )
        wanted = b"".join(pieces).count(b"\r\n\r\n")
        expect(client.statuses, ["200"] * wanted, what=f"answers to requests fed {how}", look=LOOK)
        client.waits(60)
        expect(
            client.statuses,
            ["200"] * wanted,
            what=f"answers to requests fed {how}, and 60 s of silence after them",
            look="when a head is whole its deadline is cancelled; who is between two requests may "
            "be silent",
        )


def check_half_a_request_is_answered_408(exercise: ModuleType) -> None:
    """Half a request is answered 408 after 5 s, and the connection is closed."""
    client = Client(exercise)
    client.sends(HALF)
    client.waits(4.5)
    expect(client.statuses, [], what="answers 4.5 s after half a request", look=LOOK)
    client.waits(1)
    expect(
        client.statuses,
        ["408"],
        what="answers 5.5 s after half a request",
        look=f"{LOOK}: the clock that the connection was given calls a function later",
    )
    expect(
        client.is_closed, True, what="whether the connection is closed then", look="in `too_slow`"
    )


def check_a_drip_gives_no_more_time(exercise: ModuleType) -> None:
    """A byte each second: still 408 after 5 s, counted from the first byte."""
    client = Client(exercise)
    seconds = 0
    while not client.is_closed and seconds < len(HALF):
        client.sends(HALF[seconds : seconds + 1])
        client.waits(1)
        seconds += 1
    expect_that(
        client.statuses == ["408"] and seconds <= 6,
        what="a request that comes a byte a second",
        wanted="one 408, 5 s after its first byte",
        came=f"{client.statuses or 'no answer'} after {seconds} s",
        look=f"{LOOK}: each byte gives the whole time again, or sets another deadline; one is "
        "enough, and it is set where there is none yet",
    )


def check_each_request_has_its_own_time(exercise: ModuleType) -> None:
    """The next request has its whole time, from its own first byte."""
    client = Client(exercise)
    client.sends(HALF)
    client.waits(4)
    client.sends(WHOLE[len(HALF) :] + HALF)
    client.waits(4)
    expect(
        client.statuses,
        ["200"],
        what="answers 4 s after the first half of a second request, 8 s after that of the first",
        look=f"{LOOK}: when a head is whole, its deadline is over; what follows gets a new one",
    )
    client.waits(2)
    expect(
        client.statuses,
        ["200", "408"],
        what="answers 6 s after the first half of a second request",
        look=f"{LOOK}: what is left in the buffer after an answer is half a request as well",
    )


def check_nothing_happens_after_the_end(exercise: ModuleType) -> None:
    """When the client leaves, nothing is left that will be called."""
    client = Client(exercise)
    client.sends(HALF)
    client.leaves()
    expect(
        len(client.clock.timers),
        0,
        what="timers that are left when the client has gone",
        look="in `connection_lost`: a timer that is not cancelled keeps the connection alive, "
        "and writes to a transport that is closed",
    )


class Clock:
    """A clock that is moved on by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []

    def call_later(self, delay: float, callback: Callable[..., None], *arguments: Any) -> "Timer":
        """As a loop does."""
        timer = Timer(self, self.now + delay, lambda: callback(*arguments))
        self.timers.append(timer)
        return timer

    def pass_by(self, seconds: float) -> None:
        """So many seconds pass, and what is due is called."""
        until = self.now + seconds
        while due := [timer for timer in self.timers if timer.at <= until]:
            first = min(due, key=lambda timer: timer.at)
            self.timers.remove(first)
            self.now = first.at
            first.callback()
        self.now = until


class Timer:
    """What `call_later` returns."""

    def __init__(self, clock: Clock, at: float, callback: Callable[[], None]) -> None:
        self.clock = clock
        self.at = at
        self.callback = callback

    def cancel(self) -> None:
        """It will not be called."""
        if self in self.clock.timers:
            self.clock.timers.remove(self)


class Client:
    """The other end of a connection, and its transport."""

    def __init__(self, exercise: ModuleType) -> None:
        self.exercise = exercise
        self.clock = Clock()
        self.written = b""
        self.is_closed = False
        self.connection: Any = self._done("Connection(clock)", exercise.Connection, self.clock)
        self._done("connection_made(transport)", self.connection.connection_made, self)

    @property
    def statuses(self) -> list[str]:
        """The status of each answer."""
        return [part[:3].decode() for part in self.written.split(b"HTTP/1.1 ")[1:]]

    def sends(self, octets: bytes) -> None:
        """Bytes come."""
        what = f"data_received({octets!r})"
        self._done(what, self.connection.data_received, octets)

    def waits(self, seconds: float) -> None:
        """Time passes."""
        self._done(f"what is due in {seconds:g} s", self.clock.pass_by, seconds)

    def leaves(self) -> None:
        """The connection is over."""
        self._done("connection_lost(None)", self.connection.connection_lost, None)

    def _done(self, what: str, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Exception as error:
            look = "the clock is `self.clock`: there is no running loop in the check"
            raise Unmet(what, "no exception", told(error, self.exercise), look) from error

    # What the connection calls, as of its transport.

    def write(self, octets: bytes) -> None:
        """Bytes for the client."""
        self.written += octets

    def close(self) -> None:
        """The server closes; after that nothing more is read."""
        self.is_closed = True

    def is_closing(self) -> bool:
        """Whether it has been closed."""
        return self.is_closed
