"""An event loop for each worker thread, so that `async def` handlers run on WSGI servers too.

It is made on first use, never at import, and known by thread and process: a thread of gunicorn's
gthread worker has one, and after a fork the child makes its own.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

from core.contexts import adopt

T = TypeVar("T")


class _OwnLoop:
    """A thread's loop; nothing but the thread holds this, so the loop is closed when it ends."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.pid = os.getpid()

    def __del__(self) -> None:
        if self.pid == os.getpid():
            self.loop.close()
        else:  # closing it here would close that of the process before the fork
            _of_other_processes.append(self.loop)


_own = threading.local()
_of_other_processes: list[asyncio.AbstractEventLoop] = []


def run_on_own_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result, from this thread's loop, inside the caller's context.

    Raises RuntimeError where the thread can't run a loop of its own, or the coroutine is cancelled.
    """
    problem = _problem()
    if problem:
        coroutine.close()
        raise RuntimeError(f"an `async def` runs on its WSGI worker thread's own loop; {problem}")
    loop, context = _loop(), copy_context()
    try:
        return loop.run_until_complete(loop.create_task(coroutine, context=context))
    except asyncio.CancelledError as error:  # a WSGI server cancels nothing: this is a bug
        raise RuntimeError("an `async def` was cancelled by code of its own") from error
    finally:
        adopt(context)


def _loop() -> asyncio.AbstractEventLoop:
    """This thread's loop, made where there is none, or only that of the process before a fork."""
    own: _OwnLoop | None = getattr(_own, "loop", None)
    if own is None or own.pid != os.getpid():
        own = _own.loop = _OwnLoop(asyncio.new_event_loop())
    return own.loop


def _problem() -> str | None:
    """Why this thread can't run a loop of its own, and what to do; None if it can."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None and monkey.is_module_patched("threading"):
        return (
            "under gevent many requests share a thread: use gunicorn's sync or gthread worker, "
            "serve the app by ASGI, or make the handler a `def`"
        )
    if asyncio._get_running_loop() is not None:
        return "in this thread one is running already: serve the app by ASGI there"
    return None
