"""Threads for `def` handlers, so that none of them holds up the event loop.

    loop      put a job into the queue, await its end           go on
                      |                                           ^
    thread            +-> take it, call its function              |

The function runs in the very context of the task that awaits it, which is out of it meanwhile. So
all steps of a request share one context, and a token of a ContextVar is good in each of them.

There are two hand-overs: the queue wakes a thread, `call_soon_threadsafe` wakes the loop. What
`loop.run_in_executor` has beside them, a second future with a lock of its own, is not needed: in
one process, in turn, a call cost 0.6 of what it costs there, and 0.4 of Starlette's
`run_in_threadpool` (anyio), on asyncio and on uvloop; a whole request for a `def` 0.4 of
Starlette's. To give back several results in one wake-up was tried: on uvloop it gained nothing.

A thread can't be stopped. So a request that is cancelled waits until its function has ended, and no
code of it runs behind its back: a generator's `next` never meets its `close`. Therefore the threads
can be daemons, which don't keep a process from ending: who has waited for the requests, as a server
does that is told to stop, has waited for their functions.
"""

import asyncio
import logging
import math
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from functools import partial
from queue import SimpleQueue
from typing import Any

from core.errors import ServiceUnavailable
from core.steps import throwable

logger = logging.getLogger("tandem")


class ThreadPool:
    """At most `size` threads, which all event loops of a process may share.

    There are none before first use, and no more than were needed. When all are busy, who comes
    first is served first, and who has waited for `wait` seconds is refused. 30 of them is what a
    burst takes to pass, and half of what nginx waits for an answer: later the client has gone.
    """

    def __init__(self, size: int, wait: float = 30) -> None:
        self._crews: dict[int, _Crew] = {}  # by process: a fork copies no threads
        if not isinstance(size, int) or size < 1:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(f"a pool has at least one thread; got threads={size!r}")
        if not isinstance(wait, int | float) or not wait >= 0:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(f"a wait takes 0 seconds or more; got thread_wait={wait!r}")
        self.size = size
        self.wait = wait  # seconds

    async def run(
        self,
        function: Callable[[Any], Any],
        argument: Any,
        *,
        is_shielded: bool = False,
        has_answered: bool = False,
    ) -> Any:
        """The function's result, from a thread, inside the caller's context.

        Raises what the function raises; ServiceUnavailable where no thread was free in time, unless
        the request `has_answered`: the start of its response is sent, so there is no refusal any
        more. If the caller is cancelled a function that has not begun never will; the end of one
        that has is waited for. One that is shielded is neither refused nor cancelled.
        """
        job = _Job(self, partial(function, argument), is_shielded, has_answered)
        try:
            await job
        except asyncio.CancelledError as cancelled:
            raise cancelled from job.take_error()
        finally:
            job.withdraw()  # if this is not even cancelled but closed, where its loop was left
        error = job.take_error()
        if error is None:
            return job.value
        try:
            raise throwable(error)
        finally:
            del error  # its traceback holds this frame, which would hold it

    def close(self) -> None:
        """Let the threads end, once they have done what is in the queue; this does not wait."""
        crew = self._crews.get(os.getpid())
        if crew is not None:
            crew.close()

    def __del__(self) -> None:
        for crew in self._crews.values():
            crew.queue.put(None)  # and no lock, which this thread may hold already

    def take(self, job: "_Job") -> None:
        """Put a job into the queue."""
        pid = os.getpid()
        crew = self._crews.get(pid) or self._crews.setdefault(pid, _Crew(self.size))
        if crew.add(job) and job.may_be_refused:
            job.timer = job.loop.call_later(self.wait, self._refuse, job)

    def _refuse(self, job: "_Job") -> None:
        if job.withdraw():
            settings = f"the settings are threads={self.size} and thread_wait={self.wait:g}"
            logger.warning("503: no thread was free within %g s (%s)", self.wait, settings)
            # RFC 9110, 10.2.3: in whole seconds; it took so long this time
            retry_after = str(max(1, math.ceil(self.wait)))
            job.error = ServiceUnavailable(headers={"retry-after": retry_after})
            job.end()


class _Job(asyncio.Future[None]):
    """A call that a thread is to make for a loop, and what came of it; a task awaits its end."""

    def __init__(
        self, pool: ThreadPool, call: Callable[[], Any], is_shielded: bool, has_answered: bool
    ) -> None:
        self.loop = asyncio.get_running_loop()
        super().__init__(loop=self.loop)
        self.value: Any = None
        self.error: BaseException | None = None
        self.crew: _Crew  # in whose queue it is
        self.timer: asyncio.TimerHandle | None = None  # that ends its wait for a thread
        self._pool = pool
        self._call = call
        self._context: Context  # of the task that awaits this
        self._is_shielded = is_shielded
        self.may_be_refused = not (is_shielded or has_answered)
        self._has_begun = False
        self._claim = threading.Lock()  # taken once: by the thread that begins, or to withdraw

    def add_done_callback(
        self, function: Callable[[Any], object], *, context: Context | None = None
    ) -> None:
        """A task awaits this, and tells its context, as it does for each future that it awaits."""
        super().add_done_callback(function, context=context)
        self._context = copy_context() if context is None else context
        try:
            self._pool.take(self)
        except RuntimeError as error:  # there is no thread at all
            self.error = error
            self._claim.acquire()
            self.loop.call_soon(self.end)

    def cancel(self, msg: Any = None) -> bool:
        """Withdraw it; False where a thread has begun: a task is cancelled when that has ended."""
        return self.withdraw() and super().cancel(msg)

    def run(self) -> bool:
        """Make the call, in a thread; False if it was withdrawn, or is to be made later."""
        if not self._claim.acquire(blocking=False):
            return False
        try:
            self.value = self._context.run(self._begin)
        except BaseException as error:  # it is raised in the request
            if not self._has_begun:  # a context can't be entered twice: the task is still in it
                self._claim.release()
                with suppress(RuntimeError):  # the loop is closed, and nobody waits
                    self.loop.call_soon_threadsafe(self.crew.queue.put, self)
                return False
            self.error = error
        return True

    def _begin(self) -> Any:
        self._has_begun = True
        return self._call()

    def end(self) -> None:
        """Wake the task that waits; this and the following are called in the loop."""
        if self.timer is not None:
            self.timer.cancel()
        if not self.done():
            self.set_result(None)

    def withdraw(self) -> bool:
        """Whether no thread has begun it, and none ever will."""
        if self._is_shielded or not self._claim.acquire(blocking=False):
            return False
        del self._call  # what it holds need not stay in the queue until a thread is free
        if self.timer is not None:
            self.timer.cancel()
        self.crew.remove()
        return True

    def take_error(self) -> BaseException | None:
        """What the call raised, if it did; its traceback holds this, which lets go of it."""
        error, self.error = self.error, None
        return error


class _Crew:
    """The threads of one process, and the queue that they share."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.queue: SimpleQueue[_Job | None] = SimpleQueue()  # first in, first out
        self._lock = threading.RLock()  # the garbage collector may come by and withdraw a job
        self._threads = 0
        self._jobs = 0  # in the queue, but for those withdrawn, or in a thread

    def add(self, job: _Job) -> bool:
        """Put a job into the queue; whether it has to wait until a thread has done another."""
        with self._lock:
            if self._jobs >= self._threads and self._threads < self.size:
                self._start_thread()
            self._jobs += 1
            job.crew = self
            self.queue.put(job)
            return self._jobs > self._threads

    def remove(self) -> None:
        """There is one job less."""
        with self._lock:
            self._jobs -= 1

    def close(self) -> None:
        """Let the threads end; who comes later gets others."""
        with self._lock:
            self.queue.put(None)
            self.queue = SimpleQueue()
            self._threads = 0

    def _start_thread(self) -> None:
        name = f"tandem-{self._threads + 1}"
        thread = threading.Thread(target=self._work, args=[self.queue], name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system allows no more: those that are there have to do
            if self._threads == 0:
                raise
        else:
            self._threads += 1

    def _work(self, queue: "SimpleQueue[_Job | None]") -> None:
        while (job := queue.get()) is not None:
            if job.run():
                self.remove()
                with suppress(RuntimeError):  # the loop is closed, and nobody waits
                    job.loop.call_soon_threadsafe(job.end)
            del job  # an idle thread would hold the last request
        queue.put(None)  # for the next thread
