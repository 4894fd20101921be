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
from contextlib import suppress
from contextvars import Context, copy_context
from typing import Any, TypeVar

from core.contexts import adopt
from core.steps import Step
from wsgi_adapter.errands import Errands, waiting
from wsgi_adapter.loop import PATIENCE, check
from wsgi_adapter.strands import NOT_YET, strand_task

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
        patience: float | None = None,
    ) -> T:
        """As `OwnLoop.run`; but here tasks live on in any case.

        An exception that comes to the waiting thread alone, such as KeyboardInterrupt or the exit
        of a worker out of time, cancels the coroutine.
        """
        if context is None:
            return self._run_here(coroutine)
        errands = Errands()
        before = context.run(waiting.set, errands)
        running = _Running(coroutine, context, step, patience)
        self.loop.call_soon_threadsafe(running.begin)
        try:
            return errands.wait(running.ended)  # type: ignore[no-any-return]
        except CancelledError as error:
            raise RuntimeError("an `async def` was cancelled by code of its own") from error
        except BaseException:
            if not running.ended.done():  # it is not the coroutine that has raised
                self.loop.call_soon_threadsafe(running.cancel)
                wait([running.ended], PATIENCE)
            raise
        finally:
            context.run(waiting.reset, before)

    def _run_here(self, coroutine: Coroutine[Any, Any, T]) -> T:
        context = copy_context()
        try:
            return self.run(coroutine, context)
        finally:
            adopt(context)

    @property
    def is_busy(self) -> bool:
        """Whether nothing can be run on it now: never."""
        return False

    def close(self) -> None:
        """Cancel what is running and end the thread; nothing in a process that was forked."""
        if self._loop is not None and self.pid == os.getpid():
            _loops.pop(self.pid, None)  # who comes later makes another
            atexit.unregister(self.close)
            self._loop.call_soon_threadsafe(self._stop)
            self._thread.join(PATIENCE)

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
    patience: float | None = None,
) -> T:
    """The coroutine's result, from this process's shared loop; see `SharedLoop.run`.

    Raises as `run_on_own_loop`.
    """
    check(coroutine)
    return shared_loop().run(coroutine, context, step, patience)


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
        patience: float | None,
    ) -> None:
        self.ended: Future[Any] = Future()
        self._coroutine = coroutine
        self._context = context
        self._step = step
        self._patience = patience  # seconds
        self._timer: asyncio.TimerHandle | None = None

    # In the loop.

    def begin(self) -> None:
        """Carry it out, or go on with it."""
        loop = asyncio.get_running_loop()
        if self._step is None or self._step.strand is None:
            task = asyncio.Task(self._coroutine, loop=loop, context=self._context)
            self.cancel: Callable[[], object] = task.cancel
            self._outcome: Callable[[], Any] = task.result
            ended: asyncio.Future[Any] = task
        else:
            strand = strand_task(self._step.strand, loop, self._context)
            self.cancel, self._outcome = strand.interrupt, strand.outcome
            ended = strand.begin(self._coroutine, more=self._step.has_more)
        ended.add_done_callback(self._end)
        if self._patience is not None:
            self._timer = loop.call_later(self._patience, self._give_back, ended)

    def _give_back(self, ended: "asyncio.Future[Any]") -> None:
        """Let the thread do something else meanwhile."""
        ended.remove_done_callback(self._end)
        self.ended.set_result(NOT_YET)

    def _end(self, _: "asyncio.Future[Any]") -> None:
        if self._timer is not None:
            self._timer.cancel()
        try:
            self.ended.set_result(self._outcome())
        except asyncio.CancelledError:
            self.ended.cancel()
        except BaseException as error:
            self.ended.set_exception(error)
