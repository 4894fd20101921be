"""One task for several steps of a request (`core.steps.Strand`), handed over one after the other.

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

Done = asyncio.Future[Any]
NOT_YET: Any = object()  # the result of a step that has not ended in so many seconds
Handed = tuple[Coroutine[Any, Any, Any], Done, bool]


class StrandTask:
    """A task that carries out one coroutine after the other, inside one context."""

    def __init__(self, loop: asyncio.AbstractEventLoop, context: Context) -> None:
        self.made: set[Any] = set()  # tasks that its steps have made, for a loop that ends them
        self._loop = loop
        self._context = context
        self._is_interrupted = False
        self._is_late = False  # it was cancelled between two steps
        self.done: Done = loop.create_future()  # what comes of the step that was begun last
        self._start()

    def begin(self, coroutine: Coroutine[Any, Any, Any] | None, *, more: bool) -> Done:
        """Hand over the next one, None to go on with the last; what comes of it is in the future.

        With no `more` to come it is the last one.
        """
        if coroutine is None:
            return self.done
        if self._task.done():
            self._start()
        self.done = self._loop.create_future()
        self._handed.set_result((coroutine, self.done, more))
        return self.done

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
            coroutine, done, more = await self._next()
            try:
                result = await coroutine
            except GeneratorExit:  # the loop is gone
                raise
            except BaseException as error:
                _fail(done, error)
                if self._is_told_to_end():
                    raise
            else:
                done.set_result(result)
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

    def _is_told_to_end(self) -> bool:
        """Whether the task itself was cancelled, as it is where its loop is closed."""
        return self._task.cancelling() > self._is_interrupted


def strand_task(strand: Strand, loop: asyncio.AbstractEventLoop, context: Context) -> StrandTask:
    """The strand's task, made for its first step."""
    if strand.task is None:
        strand.task = StrandTask(loop, context)
    return strand.task  # type: ignore[no-any-return]


async def interrupted(strand: Strand, patience: float) -> None:
    """Cancel the step of this strand that is half done; so many seconds it has to end."""
    task: StrandTask = strand.task
    if not task.done.done():
        task.interrupt()
        await asyncio.wait([task.done], timeout=patience)
    if task.done.done() and not task.done.cancelled():
        task.done.exception()  # nobody asks for it


def _fail(done: Done, error: BaseException) -> None:
    """Have whoever waits for this raise the error."""
    if isinstance(error, asyncio.CancelledError):
        done.cancel()
    else:
        done.set_exception(error)
