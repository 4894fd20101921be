"""Calls that a coroutine on the shared loop has made by the thread that waits for it.

A body is read from `wsgi.input`, which waits; on a loop that all threads share it would hold up the
requests of all others. The thread that serves the request has nothing to do meanwhile, so it reads.
(asgiref has a `CurrentThreadExecutor` for the same.)
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import Context, ContextVar
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar
from weakref import ref

T = TypeVar("T")
P = ParamSpec("P")


class WaitingThread:
    """The thread that serves a request: it waits for one coroutine of it after the other.

    While it does something else between two of them, as where it sends a chunk, calls are kept for
    the next time that it waits.
    """

    def __init__(self, context: Context) -> None:
        self.context = ref(context)  # the request's own
        self._calls: SimpleQueue[Callable[[], None] | Future[Any]] = SimpleQueue()
        self._will_wait = False  # now or later

    # In the thread.

    def wait_for(self, future: "Future[T]") -> T:
        """The future's result; until then make the calls that come. Raises what it raises."""
        future.add_done_callback(self._calls.put)
        while (call := self._calls.get()) is not future:
            if not isinstance(call, Future):  # that of a wait which was interrupted
                call()
        return future.result()

    # In the loop.

    def will_wait(self, whether: bool) -> None:
        """Take calls from now on, or refuse them: there may be no other wait."""
        self._will_wait = whether

    async def call(self, function: Callable[[], T]) -> T:
        """The function's result, from the thread; raises RuntimeError where it will not wait.

        Raises what the function raises.
        """
        if not self._will_wait:
            raise RuntimeError("this request is over: its body can't be read any more")
        answer: Future[T] = Future()
        self._calls.put(partial(_answer, function, answer))
        return await asyncio.wrap_future(answer)


waiting_thread: ContextVar[WaitingThread | None] = ContextVar("waiting_thread", default=None)


def waiting_thread_of(context: Context) -> WaitingThread:
    """That of the request with this context, set there once, before a loop is inside it.

    (Nobody else can enter it then.) A copy of the context belongs to who made the copy.
    """
    waiting = context.get(waiting_thread)
    if waiting is None or waiting.context() is not context:
        waiting = WaitingThread(context)
        context.run(waiting_thread.set, waiting)
    return waiting


async def in_worker_thread(
    function: Callable[P, T], /, *arguments: P.args, **keywords: P.kwargs
) -> T:
    """The function's result, from the thread that serves this request; here, where this is it."""
    waiting = waiting_thread.get()
    if waiting is None:
        return function(*arguments, **keywords)
    return await waiting.call(partial(function, *arguments, **keywords))


def _answer(function: Callable[[], T], answer: "Future[T]") -> None:
    if not answer.set_running_or_notify_cancel():
        return
    try:
        answer.set_result(function())
    except Exception as error:  # any other ends this thread's waiting, and cancels the coroutine
        answer.set_exception(error)
