"""Threads for `def` handlers, so that none of them holds up the event loop."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any

from core.contexts import adopt
from core.steps import throwable


class ThreadPool:
    """At most `size` threads, made on first use, and anew in a process that was forked."""

    def __init__(self, size: int) -> None:
        if size < 1:
            raise ValueError(f"a pool has at least one thread; got threads={size!r}")
        self.size = size
        self._executor: ThreadPoolExecutor | None = None
        self._pid = 0

    async def run(self, function: Callable[[Any], Any], argument: Any) -> Any:
        """The function's result, from a thread, inside the caller's context."""
        loop = asyncio.get_running_loop()
        call = partial(_guarded, function, argument)
        context = copy_context()
        try:
            return await loop.run_in_executor(self._threads(), context.run, call)
        finally:
            adopt(context)

    def _threads(self) -> ThreadPoolExecutor:
        if self._executor is None or self._pid != os.getpid():
            self._executor = ThreadPoolExecutor(self.size, thread_name_prefix="tandem")
            self._pid = os.getpid()
        return self._executor

    def close(self) -> None:
        """Let the threads end as they finish what they are doing."""
        if self._executor is not None and self._pid == os.getpid():
            self._executor.shutdown(wait=False)
        self._executor = None


def _guarded(function: Callable[[Any], Any], argument: Any) -> Any:
    """The result; a Future takes no StopIteration."""
    try:
        return function(argument)
    except StopIteration as error:
        raise throwable(error) from error
