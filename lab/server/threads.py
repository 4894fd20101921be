"""The threads of a WSGI application, and the way from one of them to the loop and back.

They are our own and not `concurrent.futures`: that one waits at exit for every thread, and a
request that never ends would keep the process for ever. Also, two threads of one interpreter take
turns, and each turn is calls of the system. So the loop hands over all that has come before it
wakes a thread; this thread does one job after the other, and tells the loop once what is done.
Before it begins a job that might take long, while others wait or while something is not told, it
wakes another thread, which runs as soon as the first one waits for anything.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from lab.server.errors import ClientDisconnected, Refused

T = TypeVar("T")
# No future can hold the first two; the others would end the loop, not the request.
_NOT_HELD = (StopIteration, StopAsyncIteration, SystemExit, KeyboardInterrupt)
BUSY = "every thread of this server is busy"


@dataclass(slots=True, eq=False)
class Job:
    """Something to be done in a thread, and then on the loop."""

    function: Callable[[], Any]  # called in the thread
    finish: Callable[[Any], Any]  # called on the loop with what the function returned
    done: "asyncio.Future[Any]"  # what `finish` returned, or what one of the two raised
    due: float  # by the loop's clock: when it is too late to begin
    result: Any = None
    error: BaseException | None = None


class Threads:
    """So many threads at most, each started when it is needed first."""

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"threads is a number above 0; got {count!r}")
        self._most = count
        self._loop: asyncio.AbstractEventLoop
        self._started = 0
        self._lock = threading.Lock()  # for the next three
        self._jobs: deque[Job | None] = deque()  # None ends a thread
        self._asleep: list[threading.Lock] = []  # the bells of idle threads; the last is warmest
        self._is_waking = False  # a thread is on its way to the jobs
        self._is_calling = False  # the loop will wake one before it waits
        self._finished: deque[Job] = deque()
        self._is_told = False  # the loop is, and will look at them
        self._timer: asyncio.TimerHandle | None = None

    def run(
        self, function: Callable[[], T], patience: float, finish: Callable[[T], Any] = lambda x: x
    ) -> "asyncio.Future[Any]":
        """Call the function in a thread, and `finish` on the loop with what it returned.

        The future is Refused, with 503, where no thread is free within `patience` seconds.
        """
        loop = self._loop = asyncio.get_running_loop()
        job = Job(function, finish, loop.create_future(), loop.time() + patience)
        self._jobs.append(job)
        if not self._is_calling:
            self._is_calling = True
            loop.call_soon(self._call)
        if self._timer is None:
            self._timer = loop.call_at(job.due, self._give_up, loop)
        return job.done

    def stop(self) -> None:
        """No thread is left, but one that is still at work."""
        if self._timer is not None:
            self._timer.cancel()
        self._jobs.extend([None] * self._started)
        self._call()

    def _call(self) -> None:
        self._is_calling = False
        with self._lock:
            self._wake()

    def _wake(self) -> bool:
        """See to it that a thread comes; whether one does. Called with the lock."""
        if self._is_waking:
            return True
        if self._asleep:
            self._is_waking = True  # before it is awake, and says that this is done
            self._asleep.pop().release()
        elif self._started < self._most:
            self._is_waking = True
            self._started += 1
            threading.Thread(target=self._work, name=f"wsgi-{self._started}", daemon=True).start()
        return self._is_waking

    def _work(self) -> None:
        """What a thread does."""
        bell = threading.Lock()
        bell.acquire()
        self._awake()
        while (job := self._next(bell)) is not None:
            if job.done.cancelled():
                continue
            try:
                job.result = job.function()
            except BaseException as error:
                job.error = error
            self._finished.append(job)
        self._tell()

    def _next(self, bell: threading.Lock) -> Job | None:
        """The next job, after a sleep where there is none."""
        while True:
            with self._lock:
                if self._jobs:
                    job = self._jobs.popleft()
                    is_alone = (self._jobs or self._finished) and not self._wake()
                    break
                self._asleep.append(bell)
            self._tell()
            bell.acquire()  # until it is rung
            self._awake()
        if is_alone:
            self._tell()
        return job

    def _awake(self) -> None:
        self._is_waking = False
        self._tell()  # what another thread has finished, which is at work again

    def _tell(self) -> None:
        if self._finished and not self._is_told:
            self._is_told = True
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        """On the loop: finish what the threads have done."""
        self._is_told = False  # first: what is added from now on is told again
        while self._finished:
            _finish(self._finished.popleft())

    def _give_up(self, loop: asyncio.AbstractEventLoop) -> None:
        """On the loop: refuse the jobs that have waited too long; look again when the next has."""
        self._timer = None
        now = loop.time()
        with self._lock:
            late: list[Job] = []
            while self._jobs and (job := self._jobs[0]) is not None and job.due <= now:
                late.append(job)
                self._jobs.popleft()
            due = self._jobs[0].due if self._jobs and self._jobs[0] is not None else None
        for job in late:
            if not job.done.done():
                job.done.set_exception(Refused(503, BUSY))
        if due is not None:
            self._timer = loop.call_at(due, self._give_up, loop)


def _finish(job: Job) -> None:
    if job.done.done():  # nobody waits any more
        return
    error = job.error
    if error is None:
        try:
            job.done.set_result(job.finish(job.result))
            return
        except Exception as raised:
            error = raised
    if isinstance(error, _NOT_HELD):
        cause, error = error, RuntimeError(f"the application raised {error!r}")
        error.__cause__ = cause
    job.done.set_exception(error)


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
