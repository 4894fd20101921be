"""What a coroutine on the shared loop has done by the thread that waits for it.

A body is read from `wsgi.input`, which waits; on a loop that all threads share it would hold up the
requests of all others. The thread that serves the request has nothing to do meanwhile, so it reads.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class Errands:
    """What a thread does while it waits for a coroutine that runs on another one's loop."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Callable[[], None] | Future[Any]] = SimpleQueue()
        self._is_over = False

    def wait(self, future: "Future[T]") -> T:
        """The future's result; until then do what is asked. Raises what the future raises."""
        future.add_done_callback(self._end)
        while not isinstance(errand := self._queue.get(), Future):
            errand()
        return future.result()

    async def ask(self, function: Callable[[], T]) -> T:
        """The function's result, from the thread that waits; raises RuntimeError where none does.

        Raises what the function raises.
        """
        if self._is_over:
            raise RuntimeError("this request is over: its body can't be read any more")
        answer: Future[T] = Future()
        self._queue.put(partial(_run, function, answer))
        return await asyncio.wrap_future(answer)

    def _end(self, future: "Future[Any]") -> None:
        self._is_over = True
        self._queue.put(future)


waiting: ContextVar[Errands | None] = ContextVar("waiting", default=None)


async def in_worker_thread(
    function: Callable[P, T], /, *arguments: P.args, **keywords: P.kwargs
) -> T:
    """The function's result, from the thread that serves this request; here, where this is it."""
    errands = waiting.get()
    if errands is None:
        return function(*arguments, **keywords)
    return await errands.ask(partial(function, *arguments, **keywords))


def _run(function: Callable[[], T], answer: "Future[T]") -> None:
    if not answer.set_running_or_notify_cancel():
        return
    try:
        answer.set_result(function())
    except Exception as error:  # any other ends this thread's waiting, and cancels the coroutine
        answer.set_exception(error)
