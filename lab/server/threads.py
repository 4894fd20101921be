"""The threads of a WSGI application, and the way from one of them to the loop and back.

They are our own and not `concurrent.futures`: that one waits at exit for every thread, and a
request that never ends would keep the process for ever.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from lab.server.errors import ClientDisconnected

T = TypeVar("T")
Job = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Threads:
    """So many threads at most, each started when it is needed first."""

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"threads is a number above 0; got {count!r}")
        self._free = asyncio.Semaphore(count)
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._started = 0
        self._working = 0

    async def run(self, function: Callable[[], T], patience: float) -> T:
        """What the function returns, called in a thread; raises what it raises.

        Raises TimeoutError where no thread is free for it within `patience` seconds.
        """
        if self._free.locked():
            async with asyncio.timeout(patience):
                await self._free.acquire()
        else:
            await self._free.acquire()
        self._working += 1
        if self._started < self._working:
            self._started += 1
            threading.Thread(target=self._work, name=f"wsgi-{self._started}", daemon=True).start()
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((function, done))
        return await done

    def stop(self) -> None:
        """No thread is left, but one that is still at work."""
        for _ in range(self._started):
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            function, done = job
            result, error = None, None
            try:
                result = function()
            except BaseException as raised:
                error = raised
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                done.get_loop().call_soon_threadsafe(self._settle, done, result, error)

    def _settle(
        self, done: "asyncio.Future[Any]", result: Any, error: BaseException | None
    ) -> None:
        """On the loop: the thread is free, and the result is there."""
        self._working -= 1
        self._free.release()
        if done.done():  # nobody waits any more
            return
        if isinstance(error, StopIteration | StopAsyncIteration):  # no future can hold one
            error = RuntimeError(f"the application raised {error!r}")
        if error is None:
            done.set_result(result)
        else:
            done.set_exception(error)


def on_loop(coroutine: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> T:
    """What the coroutine returns, run on the loop while this thread waits.

    Raises ClientDisconnected where the server has ended meanwhile.
    """
    try:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()
    except (RuntimeError, asyncio.CancelledError) as error:
        if isinstance(error, RuntimeError) and not loop.is_closed():
            raise
        coroutine.close()
        raise ClientDisconnected("the server has ended") from error
