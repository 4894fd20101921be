"""An event loop for each worker thread, so that `async def` handlers run on WSGI servers too.

It is made on first use, never at import, and known by thread and process: a thread of gunicorn's
gthread worker has one, and after a fork the child makes its own. It is closed when its thread ends.

It runs only while a handler does, so tasks that one leaves on it are ended (`leftovers`). What has
to live longer is made by the lifespan, or is a case for `shared_loop`.
"""

import asyncio
import os
import sys
import threading
import weakref
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from contextvars import Context, copy_context
from functools import partial
from typing import Any, TypeVar

from core.contexts import adopt
from core.steps import Step, Strand
from wsgi_adapter.leftovers import GRACE, Tasks, cancelled, make_task, warn_of
from wsgi_adapter.strands import NOT_YET, interrupted, strand_task

T = TypeVar("T")


class OwnLoop:
    """A thread's loop; nothing but the thread holds this, so the loop is closed when it ends."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)  # it knows how to close
        self.loop = runner.get_loop()
        self._lock = threading.RLock()  # held by who runs it: another thread may end the lifespan
        self._made: list[Tasks] = [set()]  # asyncio.all_tasks would look at those of every thread
        self.loop.set_task_factory(partial(make_task, self._made))
        weakref.finalize(self, _close, runner, self.pid)

    def run(
        self,
        coroutine: Coroutine[Any, Any, T],
        context: Context | None = None,
        step: Step | None = None,
        timeout: float | None = None,
    ) -> T:
        """The coroutine's result, inside this context, which nobody is in; or inside the caller's.

        If it is that of a step in a strand, the strand's task awaits it. What it takes more seconds
        for than `timeout` has the result NOT_YET; None in place of a coroutine goes on with it.
        Raises RuntimeError where the coroutine is cancelled.
        """
        if context is None:
            return self._run_here(coroutine)
        with self._lock:
            if step is not None and step.strand is not None:
                return self._run_in(step.strand, coroutine, context, step, timeout)
            task = asyncio.Task(coroutine, loop=self.loop, context=context)
            try:
                return _raising_no_cancellation(partial(self.loop.run_until_complete, task))
            finally:
                if not task.done():  # a signal's handler has raised: the worker is told to exit
                    self.loop.run_until_complete(cancelled([task]))
                if self._made[-1]:
                    self._end_leftovers(getattr(coroutine, "__qualname__", str(coroutine)))

    def _run_here(self, coroutine: Coroutine[Any, Any, T]) -> T:
        context = copy_context()
        try:
            return self.run(coroutine, context)
        finally:
            adopt(context)

    def _run_in(
        self,
        strand: Strand,
        coroutine: Coroutine[Any, Any, T],
        context: Context,
        step: Step,
        timeout: float | None,
    ) -> T:
        """The same, by the strand's task; what tasks it has made live on until its last step."""
        task = strand_task(strand, self.loop, context)
        self._made.append(task.made)
        ended = task.begin(coroutine, more=step.has_more)
        try:
            if timeout is None:
                self.loop.run_until_complete(ended)
            else:
                self.loop.run_until_complete(asyncio.wait([ended], timeout=timeout))
                if not ended.done():
                    return NOT_YET  # type: ignore[no-any-return]
        except BaseException:  # as above
            self.loop.run_until_complete(interrupted(strand, GRACE))
            raise
        else:
            return _raising_no_cancellation(task.outcome)  # type: ignore[no-any-return]
        finally:
            if task.made and not step.has_more:
                self._end_leftovers(strand.name)
            self._made.pop()

    @contextmanager
    def reserved(self) -> Generator[bool]:
        """Keep other threads from running anything on it; False where it is running something."""
        if not self._lock.acquire(blocking=False):
            yield False
            return
        try:
            yield not self.loop.is_running()  # it may be, below a signal's handler
        finally:
            self._lock.release()

    def _end_leftovers(self, name: str) -> None:
        made = [reference() for reference in list(self._made[-1])]
        self._made[-1].clear()
        left = [task for task in made if task is not None and not task.done()]
        if left:
            warn_of(self.loop.run_until_complete(cancelled(left)), name)


_own = threading.local()
_of_other_processes: list[asyncio.Runner] = []


def run_on_own_loop(
    coroutine: Coroutine[Any, Any, T],
    context: Context | None = None,
    step: Step | None = None,
    timeout: float | None = None,
) -> T:
    """The coroutine's result, from this thread's loop; see `OwnLoop.run`.

    Raises RuntimeError where the thread can't wait for a loop, or the coroutine is cancelled.
    """
    check(coroutine)
    return own_loop().run(coroutine, context, step, timeout)


def own_loop() -> OwnLoop:
    """This thread's loop, made where there is none, or only that of the process before a fork."""
    own: OwnLoop | None = getattr(_own, "loop", None)
    if own is None or own.pid != os.getpid():
        own = _own.loop = OwnLoop()
    return own


def check(coroutine: Coroutine[Any, Any, Any] | None) -> None:
    """Raise RuntimeError, and close the coroutine, where this thread can't wait for a loop."""
    reason = problem()
    if reason:
        if coroutine is not None:
            coroutine.close()
        raise RuntimeError(
            f"an `async def` on WSGI needs an event loop beside its thread; {reason}"
        )


def problem() -> str | None:
    """Why this thread can't wait for a loop, and what to do; None if it can."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None and monkey.is_module_patched("threading"):
        return (
            "under gevent many requests share a thread: use gunicorn's sync or gthread worker, "
            "serve the app by ASGI, or make the handler a `def`"
        )
    if asyncio._get_running_loop() is not None:
        return "in this thread one is running already: serve the app by ASGI there"
    return None


def _raising_no_cancellation(get: Callable[[], T]) -> T:
    try:
        return get()
    except asyncio.CancelledError as error:  # a WSGI server cancels nothing: this is a bug
        raise RuntimeError("an `async def` was cancelled by code of its own") from error


def _close(runner: asyncio.Runner, pid: int) -> None:
    """Close a thread's loop as it ends, with its tasks, async generators and default executor."""
    if pid != os.getpid():  # closing it here would close that of the process before the fork
        _of_other_processes.append(runner)
    elif asyncio._get_running_loop() is not None:
        # A traceback has held it beyond its thread, and the garbage collector comes at any time.
        runner.get_loop().close()
    elif not runner.get_loop().is_running():  # it may be, where a daemon thread is cut off at exit
        runner.close()
