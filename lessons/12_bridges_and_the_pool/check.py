"""The check of exercise 12: how many run at once, in which order, and who waits; all counted."""

import asyncio
import threading
import time
from types import ModuleType
from typing import Any

from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import run_to_its_end, told

PATIENCE = 1.5  # seconds, that a batch waits for its last one
LOOK = "`Limiter.run` in exercise.py"


class Batches:
    """Jobs that meet: each waits until `size` of them are running, and then all of those end."""

    def __init__(self, size: int) -> None:
        self.running = 0
        self.most = 0  # at the same time
        self.met: list[int] = []  # for each batch, how many were running when it was complete
        self._lock = threading.Lock()
        self._barrier = threading.Barrier(size, self._complete, PATIENCE)

    def job(self) -> None:
        """Run in a thread, and meet the others there."""
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            self._barrier.wait()
        except threading.BrokenBarrierError:
            pass
        finally:
            with self._lock:
                self.running -= 1

    def _complete(self) -> None:
        """A batch is complete: give one too many the time to come, before they all end."""
        time.sleep(0.03)
        self.met.append(self.running)


def check_a_result_comes_back(exercise: ModuleType) -> None:
    """`run` gives what the function returns, from another thread, and raises what it raises."""

    async def ask() -> None:
        limiter = exercise.Limiter(2)
        expect(await limiter.run(divmod, 17, 5), (3, 2), what="run(divmod, 17, 5)", look=LOOK)
        name = await limiter.run(threading.get_ident)
        wanted = "another than the event loop's, which goes on meanwhile"
        is_other = name != threading.get_ident()
        expect_that(is_other, what="the thread of a function", wanted=wanted,
                    came="the event loop's own", look=LOOK)  # fmt: skip
        for _ in range(3):  # more than there are places: each has to be given back
            try:
                came = repr(await limiter.run(int, "no number"))
            except ValueError:
                continue
            except Exception as error:
                came = told(error, exercise)
            raise Unmet("run(int, 'no number')", "ValueError", came, LOOK)

    look = f"{LOOK}: is a place given back when a function raises?"
    run_to_its_end(exercise, "calls one after the other, with Limiter(2)", ask, look)


def check_no_more_run_than_there_are_places(exercise: ModuleType) -> None:
    """Of twelve calls at once, a Limiter(3) runs three at a time."""
    batches = _burst(exercise, 3, 12)
    expect_that(
        batches.most <= 3,
        what="the most functions that run at once, of 12 with Limiter(3)",
        wanted="3",
        came=str(batches.most),
        look=LOOK,
    )
    expect(batches.met, [3, 3, 3, 3], what="the batches of 12 calls with Limiter(3)", look=LOOK)


def check_as_many_run_as_there_are_places(exercise: ModuleType) -> None:
    """Of 120 calls at once, a Limiter(40) runs 40, 40 and 40."""
    batches = _burst(exercise, 40, 120)
    expect_that(
        batches.met == [40, 40, 40],
        what="the batches of 120 calls with Limiter(40)",
        wanted="[40, 40, 40]",
        came=f"{batches.met}; the most that ran at once were {batches.most}",
        look=f"{LOOK}: how many threads has the pool? that of `to_thread` has at most 32",
    )


def check_who_comes_first_is_served_first(exercise: ModuleType) -> None:
    """With one place, ten calls are run in the order in which they came."""
    order: list[int] = []

    async def ask() -> None:
        limiter = exercise.Limiter(1)
        await asyncio.gather(*(limiter.run(order.append, number) for number in range(10)))

    run_to_its_end(exercise, "ten calls with Limiter(1)", ask, LOOK)
    expect(order, list(range(10)), what="the order of ten calls with Limiter(1)", look=LOOK)


def check_those_who_wait_are_counted(exercise: ModuleType) -> None:
    """`waiting` counts who has no thread yet, and who is cancelled does not wait any more."""
    began: list[int] = []
    gate = threading.Event()

    def job(number: int) -> None:
        began.append(number)
        gate.wait(PATIENCE)

    async def ask() -> None:
        limiter = exercise.Limiter(1)
        expect(limiter.waiting, 0, what="`waiting` before the first call", look="`Limiter`")
        tasks = [asyncio.create_task(limiter.run(job, number)) for number in range(5)]
        try:
            await _until(lambda: bool(began))
            _expect_waiting(limiter, 4, "while one of five calls runs, with Limiter(1)")
            tasks[2].cancel()
            await asyncio.wait([tasks[2]], timeout=PATIENCE)
            _expect_waiting(limiter, 3, "after one that waited was cancelled")
        finally:
            gate.set()
            await asyncio.gather(*tasks, return_exceptions=True)
        _expect_waiting(limiter, 0, "when all have ended")

    run_to_its_end(exercise, "five calls with Limiter(1)", ask, LOOK)
    look = f"{LOOK}: who is cancelled while it waits"
    expect(began, [0, 1, 3, 4], what="the calls that were run, where the third was cancelled",
           look=look)  # fmt: skip


def _burst(exercise: ModuleType, size: int, calls: int) -> Batches:
    """So many calls at once, of jobs that meet."""
    batches = Batches(size)

    async def ask() -> None:
        limiter = exercise.Limiter(size)
        await asyncio.gather(*(limiter.run(batches.job) for _ in range(calls)))

    run_to_its_end(exercise, f"{calls} calls at once with Limiter({size})", ask, LOOK)
    return batches


async def _until(is_met: Any) -> None:
    """Let the loop run until it is met; Unmet where it never is."""
    for _ in range(200):
        if is_met():
            await asyncio.sleep(0.01)  # the others have come as far as they can
            return
        await asyncio.sleep(0.01)
    raise Unmet("five calls with Limiter(1)", "one that runs", "none in 2 s", LOOK)


def _expect_waiting(limiter: Any, wanted: int, when: str) -> None:
    look = "`Limiter.run`: where `waiting` goes up, and where it goes down, whatever happens"
    expect(limiter.waiting, wanted, what=f"`waiting` {when}", look=look)
