"""A lifespan while it lives: in a task of its own on a loop, or without one, if it never waits."""

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractContextManager, nullcontext
from contextvars import Context
from typing import Any, Protocol, TypeVar

from core.lifespan import Started
from wsgi_adapter.leftovers import lasting
from wsgi_adapter.loop import problem

T = TypeVar("T")
Starting = Coroutine[Any, Any, Started]


class Loop(Protocol):
    """An OwnLoop or a SharedLoop."""

    def reserved(self) -> AbstractContextManager[bool]:
        """Keep other threads from running anything on it; False where it is running something."""
        ...

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The coroutine's result."""
        ...


class OnLoop:
    """A lifespan in one task of its own, for what a task has entered that task must leave."""

    def __init__(self, starting: Starting, loop: Loop) -> None:
        self._loop = loop  # held, so that it is not closed when its thread ends
        # In no request's context, and its tasks are no request's leftovers.
        Context().run(loop.run, self._begin(starting))

    def reserved(self) -> AbstractContextManager[bool]:
        """Whether it can be ended in this block; other threads keep off its loop."""
        return self._loop.reserved()

    def end(self) -> None:
        """End it; what fails is logged."""
        Context().run(self._loop.run, self._finish())

    async def _begin(self, starting: Starting) -> None:
        lasting.set(True)
        self._is_started, self._is_over = asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(self._live(starting))
        try:
            await self._is_started.wait()
        except asyncio.CancelledError:  # the worker is told to exit
            self._task.cancel()
            await asyncio.wait([self._task])
            raise
        if self._task.done():
            self._task.result()  # raises what failed

    async def _live(self, starting: Starting) -> None:
        try:
            started = await starting
        finally:
            self._is_started.set()
        await self._is_over.wait()
        await started.stop()

    async def _finish(self) -> None:
        self._is_over.set()
        await self._task


class WithoutLoop:
    """A lifespan that waits for nothing, so that it needs no loop."""

    def __init__(self, starting: Starting) -> None:
        self._started = _result_of(starting)

    def reserved(self) -> AbstractContextManager[bool]:
        """As that of one on a loop; there is none that could be busy."""
        return nullcontext(True)

    def end(self) -> None:
        """End it; what fails is logged."""
        _result_of(self._started.stop())


def _result_of(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result; raises RuntimeError in it where it wants to wait."""
    try:
        coroutine.send(None)
        coroutine.throw(RuntimeError(f"a lifespan that waits needs an event loop; {problem()}"))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    raise RuntimeError("a lifespan waits again")  # while it cleans up
