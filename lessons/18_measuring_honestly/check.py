"""The check of exercise 18: what a tester says of a server that is known.

Server and clock are one: time passes when the tester sleeps, and when the server answers.
"""

from types import ModuleType
from typing import Any

from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import called

RATE, COUNT = 100.0, 600  # six seconds
LOOK = "in `measured`"


def check_p99_shows_the_stall(exercise: ModuleType) -> None:
    """One second of stall in six: p99 shows it."""
    world = World(stall=(2.0, 3.0))
    times = told_by(exercise, world)
    p99 = called(exercise, "percentile", times, 99)
    expect_that(
        0.9 < p99 < 1.1,
        what="p99 of a server that stands still from second 2 to second 3 of 6",
        wanted="about 0.96 s: a hundred requests were due in that second",
        came=f"{p99:.3f} s; {slow(times)} of {len(times)} took more than 0.1 s",
        look=f"{LOOK}: "
        + (
            "a time counts from when the request was due, not from when it was sent"
            if p99 < 0.9
            else "the beginning is what the clock says before the first request, and no wait is "
            "longer than until the next one is due"
        ),
    )


def check_requests_are_sent_when_they_are_due(exercise: ModuleType) -> None:
    """A steady server: each request is sent when it is due."""
    world = World()
    times = told_by(exercise, world)
    due = [f"{number / RATE:.3f}" for number in range(COUNT)]
    sent = [f"{moment:.3f}" for moment in world.sent]
    expect_that(
        sent == due,
        what="when requests were sent to a server that always answers in 2 ms",
        wanted=", ".join(due[:4]) + " ... s",
        came=", ".join(sent[:4]) + " ... s",
        look=f"{LOOK}: number / rate after the beginning, however long the answers take",
    )
    expect(
        {round(seconds, 6) for seconds in times},
        {0.002},
        what="the different times of a server that always answers in 2 ms",
        look=LOOK,
    )


def check_the_late_are_sent_at_once(exercise: ModuleType) -> None:
    """After the stall the late requests are sent one after the other, and none is left out."""
    world = World(stall=(2.0, 3.0))
    told_by(exercise, world)
    after = [moment for moment in world.sent if 3.0 <= moment < 3.1]
    expect_that(
        len(after) >= 49,
        what="requests sent in the tenth of a second after the stall, at 2 ms each",
        wanted="about 50, without a pause",
        came=f"{len(after)}",
        look=f"{LOOK}: there is no pause before a request that is late already",
    )
    expect_that(
        world.sent[-1] == (COUNT - 1) / RATE,
        what="when the last request was sent",
        wanted=f"{(COUNT - 1) / RATE} s, as if there had been no stall",
        came=f"{world.sent[-1]:.3f} s",
        look=f"{LOOK}: what is due is counted from the beginning, not from the request before",
    )


def check_a_server_that_is_too_slow_is_told(exercise: ModuleType) -> None:
    """A server that needs twice the time that there is: the line grows, and so do the times."""
    world = World(takes=0.02)
    times = told_by(exercise, world)
    wanted = 0.02 + (COUNT - 1) * 0.01
    expect_that(
        abs(times[-1] - wanted) < 0.01,
        what="the last time of a server that needs 20 ms, where a request is due each 10 ms",
        wanted=f"{wanted:.2f} s",
        came=f"{times[-1]:.2f} s",
        look=f"{LOOK}: the last one was due after {(COUNT - 1) / RATE:.2f} s, and waited in line",
    )


class World:
    """A clock, and a server that answers in some time but stands still in between."""

    def __init__(self, takes: float = 0.002, stall: tuple[float, float] = (0.0, 0.0)) -> None:
        self.takes, self.stall = takes, stall
        self.now = 1000.0  # a clock begins anywhere
        self.sent_at = list[float]()

    def __repr__(self) -> str:
        return "clock"

    @property
    def sent(self) -> list[float]:
        """When each request was sent, counted from the beginning."""
        return [round(moment - 1000.0, 6) for moment in self.sent_at]

    def monotonic(self) -> float:
        """Now."""
        return round(self.now, 9)

    def sleep(self, seconds: float, /) -> None:
        """As `time.sleep`."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self.now += seconds

    def ask(self) -> None:
        """A request, and its answer."""
        self.sent_at.append(self.now)
        begins, ends = (1000.0 + moment for moment in self.stall)
        if begins <= self.now < ends:
            self.now = ends
        self.now += self.takes


def told_by(exercise: ModuleType, world: World) -> list[float]:
    """The times that the tester has measured; Unmet where they are no such list."""
    times: Any = called(exercise, "measured", world.ask, world, RATE, COUNT, look=LOOK)
    what = f"measured(ask, clock, {RATE:g}, {COUNT})"
    if not isinstance(times, list) or not all(isinstance(time, float | int) for time in times):
        raise Unmet(what, "a list of seconds", repr(times)[:60], LOOK)
    expect(
        len(world.sent_at), COUNT, what="requests that were sent", look=f"{LOOK}: none is skipped"
    )
    expect(len(times), COUNT, what=f"the number of times in {what}", look=f"{LOOK}: one for each")
    if min(times) < 0:
        came = f"{min(times):.3f} s: it was answered before it was due"
        raise Unmet("the least time", "more than 0", came, f"{LOOK}: wait, by `clock.sleep`")
    return [float(time) for time in times]


def slow(times: list[float]) -> int:
    """How many took more than a tenth of a second."""
    return sum(time > 0.1 for time in times)
