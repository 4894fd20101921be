"""The check of exercise 15: how much work is done for whom, counted in steps.

No clock and no server: the work goes on for as long as the loop has turns for it, and the client
leaves after five of its steps.
"""

import asyncio
from types import ModuleType
from typing import Any

from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import found, run_to_its_end, told

LEAVES_AFTER = 5  # steps
STEPS = 200  # that the whole work has
GRACE = 10  # steps that it may take until the news has come through
LOOK = "in `while_there`"


def check_who_stays_has_the_answer(exercise: ModuleType) -> None:
    """A client that stays gets what the work returns."""
    work, client = Work(), Client(leaves=False)
    function = found(exercise, "while_there")
    result = run_to_its_end(
        exercise, "while_there(receive, work)", lambda: function(client.receive, work), LOOK
    )
    expect(result, "done", what="while_there(...) for a client that stays", look=LOOK)
    expect(work.steps, STEPS, what="steps of work for a client that stays", look=LOOK)


def check_nothing_is_done_for_the_gone(exercise: ModuleType) -> None:
    """For a client that has left no more work is done."""

    async def counted() -> None:
        work = Work()
        client = Client(True, work)
        error = await raised_by(exercise, client, work)
        expect_that(
            work.steps <= LEAVES_AFTER + GRACE,
            what=f"steps of work for a client that left after {LEAVES_AFTER} of {STEPS}",
            wanted="no more than a few further ones",
            came=f"{work.steps} steps",
            look=LOOK,
        )
        at_the_end = work.steps
        await settled()
        expect(
            work.steps - at_the_end,
            0,
            what="steps of work after `while_there` has ended",
            look=f"{LOOK}: the work is a task; who is no longer awaited goes on, unless cancelled",
        )
        expect_that(
            isinstance(error, exercise.Gone),
            what="while_there(...) for a client that leaves",
            wanted="Gone is raised",
            came=told(error, exercise) if error else "a result",
            look=LOOK,
        )

    run_to_its_end(exercise, "while_there(...) for a client that leaves", counted, LOOK)


def check_the_work_has_cleaned_up(exercise: ModuleType) -> None:
    """When Gone is raised the work is over, its `finally` too."""

    async def counted() -> None:
        work = Work()
        await raised_by(exercise, Client(True, work), work)
        expect_that(
            work.has_ended,
            what="the work's `finally`, which gives back a connection, when Gone is raised",
            wanted="it has run to its end",
            came="it has not: `cancel()` only asks",
            look=f"{LOOK}: after `cancel()` the task is awaited as well",
        )

    run_to_its_end(exercise, "while_there(...) for a client that leaves", counted, LOOK)


def check_nobody_is_left_behind(exercise: ModuleType) -> None:
    """No task is left, whoever was first, and when the work fails."""
    for who, leaves, fails in (
        ("a client that stays", False, False),
        ("a client that leaves", True, False),
        ("work that raises", False, True),
    ):

        async def counted(who: str = who, leaves: bool = leaves, fails: bool = fails) -> None:
            work = Work(fails)
            error = await raised_by(exercise, Client(leaves, work), work)
            left = len(asyncio.all_tasks()) - 1
            expect(
                left,
                0,
                what=f"tasks that are left after {who}",
                look=f"{LOOK}: the one that looks for the departure waits for ever, unless it is "
                "cancelled; and a task that is cancelled is still there until it was awaited",
            )
            if fails:
                expect_that(
                    isinstance(error, Planted),
                    what="while_there(...) whose work raises",
                    wanted="the same exception",
                    came=told(error, exercise) if error else "no exception",
                    look=LOOK,
                )

        run_to_its_end(exercise, f"while_there(...) for {who}", counted, LOOK)


def check_it_can_be_cancelled_itself(exercise: ModuleType) -> None:
    """Where the server cancels the request, the work is cancelled as well."""

    async def counted() -> None:
        work = Work()
        request = asyncio.ensure_future(exercise.while_there(Client(False).receive, work))
        at_work = asyncio.ensure_future(work.is_at_work.wait())
        await asyncio.wait((request, at_work), return_when=asyncio.FIRST_COMPLETED)
        at_work.cancel()
        request.cancel()
        await asyncio.wait((request,), timeout=1)
        at_the_end = work.steps
        await settled()
        expect(
            work.steps - at_the_end,
            0,
            what="steps of work after the request was cancelled",
            look=f"{LOOK}: a `finally` is reached then too",
        )
        expect_that(
            request.cancelled(),
            what="the request that was cancelled",
            wanted="it ends with CancelledError",
            came="it ends as if nothing had happened",
            look=f"{LOOK}: do not catch CancelledError without raising it again",
        )

    run_to_its_end(exercise, "while_there(...), cancelled", counted, LOOK)


def check_the_application_answers_who_is_there(exercise: ModuleType) -> None:
    """The whole application: an answer for who stays, nothing for who leaves."""
    exercise.report = report = Report()  # type: ignore[attr-defined]  # ends at once, or never
    for who, leaves, wanted in (
        ("stays", False, ["http.response.start", "http.response.body"]),
        ("leaves", True, []),
    ):
        client = Client(leaves)
        report.ends = not leaves
        app, scope = found(exercise, "app"), {"type": "http"}
        run_to_its_end(
            exercise,
            "app(scope, receive, send)",
            lambda: app(scope, client.receive, client.send),  # noqa: B023  (it is called at once)
            "in `app`",
        )
        expect(client.got, wanted, what=f"messages sent for a client that {who}", look="in `app`")


class Planted(Exception):
    """What the work raises, where it is to fail."""


class Work:
    """Something that takes many steps, and cleans up behind itself."""

    def __init__(self, fails: bool = False) -> None:
        self.steps = 0
        self.fails = fails
        self.has_ended = False
        self.is_at_work = asyncio.Event()  # five steps are made

    async def __call__(self) -> str:
        """Make all steps; "done"."""
        try:
            for _ in range(STEPS):
                self.steps += 1
                if self.steps == LEAVES_AFTER:
                    self.is_at_work.set()
                if self.fails and self.is_at_work.is_set():
                    raise Planted("planted by the check")
                await asyncio.sleep(0)
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            self.has_ended = True
        return "done"


class Report:
    """In the place of the exercise's report, which takes a second."""

    ends = True

    async def __call__(self) -> bytes:
        """A report at once, or none at all."""
        if not self.ends:
            await asyncio.Event().wait()
        return b"the report\n"


class Client:
    """A request with a body; its sender stays, or leaves when five steps are made, or at once."""

    def __init__(self, leaves: bool, work: Work | None = None) -> None:
        self.leaves = leaves
        self.work = work
        self.got: list[str] = []  # types of the messages sent to it
        self._messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive(self) -> dict[str, Any]:
        """The body, and then the departure, or nothing ever."""
        if self._messages:
            return self._messages.pop()
        if not self.leaves:
            await asyncio.Event().wait()
        if self.work is not None:
            await self.work.is_at_work.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        """Note what was sent."""
        self.got.append(message["type"])


async def raised_by(exercise: ModuleType, client: Client, work: Work) -> Exception | None:
    """What `while_there` raises; None where it returns."""
    try:
        await found(exercise, "while_there")(client.receive, work)
    except Unmet:
        raise
    except Exception as error:
        return error
    return None


async def settled() -> None:
    """All tasks have had many turns."""
    for _ in range(30):
        await asyncio.sleep(0)
