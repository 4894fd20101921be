"""Lesson 5: `run_once` is called round by round, and what tasks did must have the right order.

The clock is not the real one: where the loop would wait, time is put forward. So nothing depends on
how busy the machine is.
"""

import selectors
import socket
from collections.abc import Generator
from types import ModuleType
from typing import Any

from lab.learn.checks import Unmet, expect
from lab.learn.checks.calling import described, found, told

LOOK = "in `run_once` of exercise.py"
STEPS = f"{LOOK}: wait in `select`, then move to `ready` who is due or has something to read"
MANY = 1_000  # rounds: more than any of these tasks needs
FEW = 20  # rounds, where there is one sleeper and nothing else
NAP = 1.0  # seconds, that pass at once

Log = list[str]
Task = Generator[Any, None, None]


class Clock:
    """What the exercise has for the module `time`: it stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        """The time here."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Say what is wrong with it."""
        what, wanted = f"time.sleep({seconds:g})", "a wait in `select`, which sockets can end"
        raise Unmet(what, wanted, "a wait that holds up every task", LOOK)


class WatchedSelector(selectors.DefaultSelector):
    """A selector that puts the clock forward, and says what is wrong with a timeout."""

    def __init__(self, loop: Any, clock: Clock) -> None:
        super().__init__()
        self.loop = loop
        self.clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready; where there is nothing, so much time has passed."""
        came = "no limit" if timeout is None else f"{timeout:g} s"
        if self.loop.ready and timeout != 0:
            what = f"the timeout of `select`, while {len(self.loop.ready)} tasks can go on"
            raise Unmet(what, "0", came, f"{LOOK}: `patience` knows it")
        events = super().select(0)
        if timeout is None and not events:
            what, wanted = (
                "the timeout of `select`, while a task sleeps",
                "the time until it is due",
            )
            raise Unmet(what, wanted, came, f"{LOOK}: `patience` knows it")
        self.clock.now += 0 if events else timeout or 0
        return events


def check_tasks_take_turns(exercise: ModuleType) -> None:
    """Two tasks take turns, and when they have returned the loop is done."""
    log: Log = []

    def task(name: str) -> Task:
        for number in (1, 2):
            log.append(f"{name}{number}")
            yield None

    loop = _loop(exercise, task("a"), task("b"))
    with loop.selector:
        _round(exercise, loop)
    expect(log, ["a1", "b1"], what="two tasks after one round, each has had a turn", look=LOOK)
    log.clear()
    _run(exercise, task("a"), task("b"))
    expect(log, ["a1", "b1", "a2", "b2"], what="two tasks, in which order they ran", look=LOOK)


def check_sleepers_wake_in_their_order(exercise: ModuleType) -> None:
    """Sleepers go on in the order in which they are due, and hold up nobody."""
    log: Log = []

    def sleeper(naps: int) -> Task:
        log.append(f"sleeps {naps}")
        yield exercise.Sleep(naps * NAP)
        log.append(f"slept {naps}")

    _run(exercise, sleeper(3), sleeper(1), sleeper(2))
    wanted = ["sleeps 3", "sleeps 1", "sleeps 2", "slept 1", "slept 2", "slept 3"]
    what = "three sleepers of 3, 1 and 2 naps, in which order they went on"
    expect(log, wanted, what=what, look=f"{LOOK}: `sleeping` is a heap of (due, number, task)")


def check_the_loop_rests(exercise: ModuleType) -> None:
    """Where there is nothing to do but to wait, the loop waits too."""

    def sleeper() -> Task:
        yield exercise.Sleep(2 * NAP)

    _run(
        exercise, sleeper(), rounds=FEW, look=f"{LOOK}: `select` can wait, `patience` says how long"
    )


def check_a_socket_wakes_its_task(exercise: ModuleType) -> None:
    """A task that waits for a socket goes on when there is something to read."""
    log: Log = []
    ours, theirs = socket.socketpair()

    def reader() -> Task:
        for _ in range(2):
            log.append("waits")
            yield exercise.Readable(ours)
            log.append(f"read {ours.recv(1).decode()}")

    def writer() -> Task:
        for letter in "xy":
            yield exercise.Sleep(NAP)
            log.append(f"wrote {letter}")
            theirs.sendall(letter.encode())

    def sleeper() -> Task:
        yield exercise.Sleep(4 * NAP)
        log.append("slept")

    with ours, theirs:
        ours.setblocking(False)
        _run(exercise, reader(), writer(), sleeper())
    wanted = ["waits", "wrote x", "read x", "waits", "wrote y", "read y", "slept"]
    what = "a reader, a writer and a sleeper, in which order they went on"
    expect(log, wanted, what=what, look=f"{LOOK}: `key.data` is the task, unregister its socket")


def check_an_end_wakes_who_waits_for_it(exercise: ModuleType) -> None:
    """A task that waits for the end of another goes on after it."""
    log: Log = []

    def child() -> Task:
        for number in (1, 2, 3):
            log.append(f"child {number}")
            yield None

    def parent(name: str, other: Task) -> Task:
        yield exercise.Ended(other)
        log.append(f"{name} goes on")

    first = child()
    loop = _run(exercise, first, parent("mother", first), parent("father", first))
    wanted = ["child 1", "child 2", "child 3", "mother goes on", "father goes on"]
    look = f"{LOOK}: when a task has returned, `waiting` has who waits for it"
    expect(log, wanted, what="a child, and two who wait for its end", look=look)
    expect(loop.waiting, {}, what="`waiting`, when all have ended", look=look)


def _run(exercise: ModuleType, *tasks: Task, rounds: int = MANY, look: str = STEPS) -> Any:
    """A loop that has run these tasks to their end, in so many rounds at most."""
    loop = _loop(exercise, *tasks)
    with loop.selector:
        for _ in range(rounds):
            if not (loop.ready or loop.sleeping or loop.selector.get_map()):
                return loop
            _round(exercise, loop)
        left = len(loop.ready), len(loop.sleeping), len(loop.selector.get_map())
    came = "{} can go on, {} sleep, {} wait for a socket".format(*left)
    raise Unmet(f"the loop after {rounds} rounds", "all tasks have ended", came, look)


def _loop(exercise: ModuleType, *tasks: Task) -> Any:
    """A loop in which these tasks have not begun, with a selector that is watched."""
    clock = Clock()
    vars(exercise)["time"] = clock
    loop = found(exercise, "Loop")()
    loop.selector.close()
    loop.selector = WatchedSelector(loop, clock)
    for task in tasks:
        loop.start(task)
    return loop


def _round(exercise: ModuleType, loop: Any) -> None:
    try:
        result = loop.run_once()
    except Unmet:
        raise
    except StopIteration as error:
        what, wanted = "run_once(), when a task has returned", "the loop goes on without it"
        came = f"{told(error, exercise)}: `next` raises it where a generator ends"
        raise Unmet(what, wanted, came, LOOK) from error
    except Exception as error:
        raise Unmet("run_once()", "a round", told(error, exercise), LOOK) from error
    if result is not None:
        raise Unmet(
            "run_once()", "None: it is a `def` that returns nothing", described(result), LOOK
        )
