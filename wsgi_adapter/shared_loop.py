"""One event loop for all threads of a process, for clients that are bound to a loop.

A pool of asyncpg or a session of aiohttp works on the loop on which it was made and on no other;
where several threads have loops of their own (gunicorn's gthread) each would need one. With
`WSGIAdapter(site, loop="shared")` the `async def` handlers of all threads run on this loop, in a
daemon thread, and the lifespan too. It is as on ASGI then: tasks that a handler leaves go on, and a
handler that blocks holds up those of all threads.

A call costs about 3.6 times what it costs on a thread's own loop (25 us for 7, a handler that does
nothing, CPython 3.11): two threads have to take turns.

The loop is made on first use, anew in a forked process, and closed when the process ends.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future, wait
from contextlib import AbstractContextManager, nullcontext, suppress
from contextvars import Context, copy_context
from typing import Any, TypeVar

from core.contexts import adopt
from core.steps import Step
from wsgi_adapter.leftovers import GRACE
from wsgi_adapter.loop import check
from wsgi_adapter.strands import NOT_YET, strand_task
from wsgi_adapter.waiting_thread import WaitingThread, waiting_thread, waiting_thread_of

T = TypeVar("T")


class SharedLoop:
    """A process's loop, in a thread of its own."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closing = False

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop, running."""
        if self._loop is None:
            with self._lock:  # several threads may come at once
                if self._loop is None:
                    self._loop = self._start()
        return self._loop

    def run(
        self,
        coroutine: Coroutine[Any, Any, T],
        context: Context | None = None,
        step: Step | None = None,
        timeout: float | None = None,
    ) -> T:
        """As `OwnLoop.run`; but here tasks live on in any case.

        An exception that comes to the waiting thread alone, such as KeyboardInterrupt or the exit
        of a worker out of time, cancels the coroutine.
        """
        if context is None:
            return self._run_here(coroutine)
        waiting = waiting_thread_of(context)
        running = _Running(coroutine, context, step, timeout, waiting)
        try:
            self.loop.call_soon_threadsafe(running.begin)
            return waiting.wait_for(running.ended)  # type: ignore[no-any-return]
        except CancelledError as error:
            raise RuntimeError("an `async def` was cancelled by code of its own") from error
        except BaseException:
            if not running.ended.done():  # it is not the coroutine that has raised
                self.loop.call_soon_threadsafe(running.cancel)
                wait([running.ended], GRACE)
            raise

    def _run_here(self, coroutine: Coroutine[Any, Any, T]) -> T:
        context = copy_context()
        before = waiting_thread.set(None)
        try:
            return self.run(coroutine, context)
        finally:
            adopt(context)
            waiting_thread.reset(before)  # that of the copy is of no use here

    def reserved(self) -> AbstractContextManager[bool]:
        """As `OwnLoop.reserved`; this one is never busy, for it runs in a thread of its own."""
        return nullcontext(True)

    def close(self) -> None:
        """Cancel what is running and end the thread; nothing in a process that was forked."""
        if self._loop is not None and self.pid == os.getpid():
            _loops.pop(self.pid, None)  # who comes later makes another
            atexit.unregister(self.close)
            self._loop.call_soon_threadsafe(self._stop)
            self._thread.join(GRACE)

    def _start(self) -> asyncio.AbstractEventLoop:
        runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        loop = runner.get_loop()
        self._thread = threading.Thread(
            target=self._serve, args=[runner, loop], name="tandem-loop", daemon=True
        )
        self._thread.start()
        atexit.register(self.close)
        return loop

    def _serve(self, runner: asyncio.Runner, loop: asyncio.AbstractEventLoop) -> None:
        with runner:  # it cancels what is left, and closes
            while not self._is_closing:
                # A handler's sys.exit() is its own thread's affair and not that of all the others.
                with suppress(SystemExit, KeyboardInterrupt):
                    loop.run_forever()

    def _stop(self) -> None:
        self._is_closing = True
        asyncio.get_running_loop().stop()


_loops: dict[int, SharedLoop] = {}  # by process: that of the process before a fork is left alone


def run_on_shared_loop(
    coroutine: Coroutine[Any, Any, T],
    context: Context | None = None,
    step: Step | None = None,
    timeout: float | None = None,
) -> T:
    """The coroutine's result, from this process's shared loop; see `SharedLoop.run`.

    Raises as `run_on_own_loop`.
    """
    check(coroutine)
    return shared_loop().run(coroutine, context, step, timeout)


def shared_loop() -> SharedLoop:
    """This process's loop."""
    pid = os.getpid()
    return _loops.get(pid) or _loops.setdefault(pid, SharedLoop())  # of several threads one wins


class _Running:
    """A coroutine that the loop carries out, and a future for the thread that waits for it."""

    def __init__(
        self,
        coroutine: Coroutine[Any, Any, Any],
        context: Context,
        step: Step | None,
        timeout: float | None,
        waiting: WaitingThread,
    ) -> None:
        self.ended: Future[Any] = Future()
        self._coroutine = coroutine
        self._context = context
        self._step = step
        self._timeout = timeout  # seconds
        self._waiting = waiting
        self._timer: asyncio.TimerHandle | None = None
        self._cancel: Callable[[], object] | None = None  # once it has begun

    # In the loop.

    def begin(self) -> None:
        """Carry it out, or go on with it."""
        self._waiting.will_wait(True)
        loop = asyncio.get_running_loop()
        if self._step is None or self._step.strand is None:
            task = asyncio.Task(self._coroutine, loop=loop, context=self._context)
            self._cancel, self._outcome = task.cancel, task.result
            ended: asyncio.Future[Any] = task
        else:
            strand = strand_task(self._step.strand, loop, self._context)
            self._cancel, self._outcome = strand.interrupt, strand.outcome
            ended = strand.begin(self._coroutine, more=self._step.has_more)
        ended.add_done_callback(self._end)
        if self._timeout is not None:
            self._timer = loop.call_later(self._timeout, self._give_back, ended)

    def cancel(self) -> None:
        """Cancel it, also where the thread was interrupted before it could begin."""
        if self._cancel is not None:
            self._cancel()
            return
        self._coroutine.close()
        self._be_cancelled()

    def _give_back(self, ended: "asyncio.Future[Any]") -> None:
        """Let the thread do something else meanwhile, unless it has ended in this very moment."""
        if not ended.done():
            ended.remove_done_callback(self._end)
            self.ended.set_result(NOT_YET)

    def _end(self, _: "asyncio.Future[Any]") -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._step is None or not self._step.has_more:  # else the thread comes for the next
            self._waiting.will_wait(False)
        try:
            self.ended.set_result(self._outcome())
        except asyncio.CancelledError:
            self._be_cancelled()
        except BaseException as error:
            self.ended.set_exception(error)

    def _be_cancelled(self) -> None:
        self.ended.cancel()
        self.ended.set_running_or_notify_cancel()  # else `wait` does not see it
