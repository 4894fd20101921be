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
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from contextlib import suppress
from contextvars import Context, copy_context
from typing import Any, TypeVar

from core.contexts import adopt
from wsgi_adapter.errands import Errands, waiting
from wsgi_adapter.loop import PATIENCE, check

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

    def run(self, coroutine: Coroutine[Any, Any, T], *, more: bool = False) -> T:  # noqa: ARG002  # as OwnLoop.run; here tasks live on in any case
        """The coroutine's result, inside the caller's context.

        An exception that comes to the waiting thread alone, such as KeyboardInterrupt or the exit
        of a worker out of time, cancels it. Raises RuntimeError where it is cancelled otherwise.
        """
        left_in: list[Context] = []
        carried = _carried(coroutine, left_in)
        errands = Errands()
        before = waiting.set(errands)
        future = asyncio.run_coroutine_threadsafe(carried, self.loop)
        try:
            return errands.wait(future)
        except CancelledError as error:
            raise RuntimeError("an `async def` was cancelled by code of its own") from error
        except BaseException:
            future.cancel()  # nothing, where it is the coroutine that has raised
            raise
        finally:
            for context in left_in:
                adopt(context)
            waiting.reset(before)

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


def run_on_shared_loop(coroutine: Coroutine[Any, Any, T], *, more: bool = False) -> T:
    """The coroutine's result, from this process's shared loop, inside the caller's context.

    Raises as `run_on_own_loop`.
    """
    check(coroutine)
    return shared_loop().run(coroutine, more=more)


def shared_loop() -> SharedLoop:
    """This process's loop."""
    pid = os.getpid()
    return _loops.get(pid) or _loops.setdefault(pid, SharedLoop())  # of several threads one wins


async def _carried(coroutine: Coroutine[Any, Any, T], left_in: list[Context]) -> T:
    """The coroutine's result; its context is put into the list, for what it has set there."""
    try:
        return await coroutine
    finally:
        left_in.append(copy_context())
