"""One task for several steps of a request (`core.steps.Strand`), handed over one after the other.

(A strand is what Boost.Asio calls work that is never done in parallel.)

    thread     hand over a step's coroutine, run the loop until it has ended ... the next one
                          |                                    ^
    task                  +-> await it, leave what came of it -+     wait for the next one

A task per step would be simpler. But whoever opens a task group, a timeout or a cancel scope must
close it in the same task, and an async generator may have one open at a `yield`.
"""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any

from core.steps import Strand

NOT_YET: Any = object()  # the result of a step that has not ended in so many seconds
Ended = asyncio.Future[None]  # it has no exception: asyncio takes some of them for the loop's own
Handed = tuple[Coroutine[Any, Any, Any], Ended, bool]


class StrandTask:
    """A task that carries out one coroutine after the other, inside one context."""

    def __init__(self, loop: asyncio.AbstractEventLoop, context: Context) -> None:
        self.made: set[Any] = set()  # tasks that its steps have made, for a loop that ends them
        self._loop = loop
        self._context = context
        self._is_interrupted = False
        self._is_late = False  # it was cancelled between two steps
        self.ended: Ended  # of the step that was begun last; what came of it is in these two
        self._result: Any = None
        self._error: BaseException | None = None
        self._start()

    def begin(self, coroutine: Coroutine[Any, Any, Any] | None, *, more: bool) -> Ended:
        """Hand over the next one, None to go on with the last; the future is done when it ends.

        With no `more` to come it is the last one.
        """
        if coroutine is None:
            return self.ended
        if self._task.done():
            self._start()
        self._error = None  # of one that was given up
        self.ended = self._loop.create_future()
        self._handed.set_result((coroutine, self.ended, more))
        return self.ended

    def outcome(self) -> Any:
        """What came of it: its result, or its error is raised."""
        result, self._result = self._result, None
        error, self._error = self._error, None
        if error is None:
            return result
        try:
            raise error
        finally:
            del error  # its traceback holds this frame, which would hold it

    def interrupt(self) -> None:
        """Cancel the coroutine that is being carried out, but not those that will be."""
        self._is_interrupted = True
        self._task.cancel()

    def _start(self) -> None:
        self._handed: asyncio.Future[Handed] = self._loop.create_future()
        self._task = asyncio.Task(self._work(), loop=self._loop, context=self._context)

    async def _work(self) -> None:
        more = True
        while more:
            coroutine, ended, more = await self._next()
            try:
                self._result = await coroutine
            except GeneratorExit:  # the loop is gone
                raise
            except BaseException as error:
                self._error = error
            ended.set_result(None)
            if self._task.cancelling() > self._is_interrupted:  # as where the loop is closed
                return
            if self._is_interrupted:
                self._is_interrupted = False
                self._task.uncancel()

    async def _next(self) -> "Handed":
        """What is handed over next.

        A timeout that ends in between is meant for what has opened it: it takes effect where the
        next one waits.
        """
        try:
            handed = await self._handed
        except asyncio.CancelledError:
            self._is_late = True
            raise
        self._handed = self._loop.create_future()
        if self._is_late:
            self._is_late = False
            self.interrupt()
        return handed


def strand_task(strand: Strand, loop: asyncio.AbstractEventLoop, context: Context) -> StrandTask:
    """The strand's task, made for its first step."""
    if strand.task is None:
        strand.task = StrandTask(loop, context)
    return strand.task  # type: ignore[no-any-return]


async def interrupted(strand: Strand, grace: float) -> None:
    """Cancel the step of this strand that is half done; it has `grace` seconds to end."""
    task: StrandTask = strand.task
    if not task.ended.done():
        task.interrupt()
        await asyncio.wait([task.ended], timeout=grace)
