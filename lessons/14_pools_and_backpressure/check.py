"""The check of exercise 14: who works, who waits, who is told to come again.

No clock: a job ends when the check lets it, and what is counted is how many are where.
"""

import asyncio
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.asking import client_of, failures_heard
from lab.learn.checks.calling import found, run_to_its_end, told

LOOK = "in `Gate.run`"
GATES = ((5, 10, 120), (1, 0, 3), (2, 1, 4))  # size, line, how many come at once


def check_the_line_has_an_end(exercise: ModuleType) -> None:
    """A burst: so many work, so many wait, the rest is refused at once."""
    for size, line, burst in GATES:

        async def counted(size: int = size, line: int = line, burst: int = burst) -> None:
            crowd = Crowd(exercise, size, line)
            await crowd.come(burst)
            crowd.expect_places(burst)
            await crowd.go_home()

        run_to_its_end(exercise, f"Gate({size}, {line}) and {burst} at once", counted, LOOK)


def check_nobody_waits_past_the_limit(exercise: ModuleType) -> None:
    """First come, first served, and nobody waits for more than ten others."""

    async def counted() -> None:
        crowd = Crowd(exercise, 5, 10)
        await crowd.come(120)
        for number in range(5, 15):
            await crowd.let_one_end()
            expect(
                crowd.begun[5:],
                list(range(5, number + 1)),
                what=f"who has begun after {number - 4} of those at work have ended",
                look=f"{LOOK}: each that ends makes room for one, the one that came first",
            )
        await crowd.go_home()
        expect(
            sorted(crowd.results),
            list(range(15)),
            what="what `run` has returned to the 15 that got in",
            look=f"{LOOK}: the result of `await work()` is returned",
        )

    run_to_its_end(exercise, "Gate(5, 10) and 120 at once", counted, LOOK)


def check_a_place_is_given_back(exercise: ModuleType) -> None:
    """A place is free again when its job fails, or is cancelled at work or in line."""
    for how, who in (("has failed", 0), ("is cancelled at work", 0), ("is cancelled in line", 3)):

        async def counted(how: str = how, who: int = who) -> None:
            crowd = Crowd(exercise, 2, 2)
            await crowd.come(4)
            if how == "has failed":
                crowd.jobs[who].set_exception(ValueError("planted by the check"))
            else:
                crowd.tasks[who].cancel()
            await settled()
            await crowd.go_home()
            again = Crowd(exercise, 2, 2, crowd.gate)
            await again.come(5)
            again.expect_places(5, f", after one that {how},")
            await again.go_home()

        run_to_its_end(exercise, f"Gate(2, 2) and a job that {how}", counted, LOOK)


def check_the_client_is_told(exercise: ModuleType) -> None:
    """Where the gate is full, /query is a 503 with Retry-After."""
    before, exercise.gate = getattr(exercise, "gate", None), _Refuses(exercise)  # type: ignore[attr-defined]
    with failures_heard() as heard:
        answer = client_of(exercise, "asgi").get("/query")
    exercise.gate = before  # type: ignore[attr-defined]
    came = told(heard[0], exercise) if heard else f"{answer.status}"
    expect_that(
        answer.status == 503,
        what="GET /query when `gate.run` raises Full",
        wanted="503",
        came="Full, which nobody has caught: a 500" if came.startswith("Full") else came,
        look="in `query`",
    )
    expect(
        answer.header("retry-after"),
        "1",
        what="the Retry-After of the 503",
        look="in `query`: `refusal()` makes the error that is to be raised",
    )


class Crowd:
    """Jobs that come to a gate in order, and end when they are let."""

    def __init__(self, exercise: ModuleType, size: int, line: int, gate: Any = None) -> None:
        self.exercise = exercise
        self.size, self.line = size, line
        self.gate = gate or found(exercise, "Gate")(size, line)
        self.begun: list[int] = []
        self.jobs: dict[int, asyncio.Future[int]] = {}
        self.tasks: list[asyncio.Task[Any]] = []

    async def come(self, many: int) -> None:
        """So many come, one behind the other."""
        for number in range(many):
            self.tasks.append(asyncio.create_task(self._run(number)))
        await settled()

    async def _run(self, number: int) -> Any:
        self.jobs[number] = asyncio.get_running_loop().create_future()

        async def work() -> int:
            self.begun.append(number)
            return await self.jobs[number]

        return await self.gate.run(work)

    @property
    def refused(self) -> int:
        """How many were told that the line is full; any other error is Unmet."""
        done = [task for task in self.tasks if task.done() and not task.cancelled()]
        errors = [error for task in done if (error := task.exception())]
        for error in errors:
            if not isinstance(error, self.exercise.Full) and "planted" not in str(error):
                came = told(error, self.exercise)
                raise Unmet("gate.run(work)", "a result or Full", came, LOOK) from error
        return sum(isinstance(error, self.exercise.Full) for error in errors)

    @property
    def results(self) -> list[Any]:
        """What `run` has returned."""
        return [task.result() for task in self.tasks if _has_result(task)]

    def expect_places(self, many: int, when: str = "") -> None:
        """Unmet, unless `size` work, `line` wait and all others are refused."""
        at_work, refused = len(self.begun), self.refused
        if coroutines := [result for result in self.results if inspect.iscoroutine(result)]:
            for coroutine in coroutines:
                coroutine.close()
            came = "a coroutine that nobody awaits"
            raise Unmet("gate.run(work)", "the result of `await work()`", came, LOOK)
        waiting = sum(not task.done() for task in self.tasks) - at_work
        ended = many - refused - waiting - at_work
        work, line = min(many, self.size), min(max(many - self.size, 0), self.line)
        expect_that(
            (at_work, waiting, refused) == (work, line, many - work - line),
            what=f"{many} that come at once to Gate({self.size}, {self.line}){when}",
            wanted=f"{work} at work, {line} waiting, {many - work - line} refused with Full",
            came=f"{at_work} at work, {waiting} waiting, {refused} refused with Full"
            + (f", and {ended} that `run` has returned from" if ended else ""),
            look=LOOK,
        )

    async def let_one_end(self) -> None:
        """The one that has been at work longest."""
        number = next((n for n in self.begun if not self.jobs[n].done()), None)
        if number is not None:
            self.jobs[number].set_result(number)
        await settled()

    async def go_home(self) -> None:
        """All end, in turn."""
        for _ in self.tasks:
            await self.let_one_end()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


class _Refuses:
    """A gate that is full."""

    def __init__(self, exercise: ModuleType) -> None:
        self.full: Callable[[], Exception] = found(exercise, "Full")

    async def run(self, _: Any) -> None:
        raise self.full()


async def settled() -> None:
    """All tasks have gone as far as they can."""
    for _ in range(20):
        await asyncio.sleep(0)


def _has_result(task: asyncio.Task[Any]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
