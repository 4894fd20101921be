"""A wait in pieces: an `async def` is waited for, and something sent whenever it takes long.

The server sends what it is given next, so what is waited for stays as it is on the thread's loop,
half done, while the server sends; and goes on when the server comes for more.
"""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from core.contexts import adopt
from core.steps import Meanwhile, throwable
from wsgi_adapter.request import WSGIRequest

_NOT_YET: Any = object()


class Wait:
    """The wait for one step; a `def` is waited for in one piece, for it holds up this thread."""

    def __init__(
        self, step: Meanwhile, request: WSGIRequest, run_async: Callable[..., Any]
    ) -> None:
        self.chunk = step.chunk
        self._step = step.step
        self._seconds = step.seconds
        self._request = request
        self._run_async = run_async
        self._task: asyncio.Task[Any] | None = None

    def is_over(self) -> bool:
        """Wait for one piece; then whether the step's outcome has been left on the request."""
        self._request.error = None
        try:
            if self._step.is_async:
                self._request.result = self._run_async(self._piece(), more=True)
            else:
                self._request.result = self._step.call(self._request)
        except BaseException as error:
            self.give_up()  # where this thread was interrupted
            self._request.error = throwable(error)
            return True
        return self._request.result is not _NOT_YET

    def give_up(self) -> None:
        """Cancel the step, if it is half done, and wait for its end."""
        if self._task is not None and not self._task.done():
            self._run_async(self._cancelled(self._task), more=True)

    async def _piece(self) -> Any:
        """The step's result, or after so many seconds `_NOT_YET`."""
        if self._task is None:
            self._context = copy_context()
            result = self._step.call(self._request)
            self._task = asyncio.create_task(result, context=self._context)
        await asyncio.wait([self._task], timeout=self._seconds)
        if not self._task.done():
            return _NOT_YET
        adopt(self._context)
        return await self._task

    async def _cancelled(self, task: asyncio.Task[Any]) -> None:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # of a client that has gone; nobody asks for it
