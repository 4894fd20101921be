"""A wait in pieces: an `async def` is waited for, and something sent whenever it takes long.

The server sends what it is given next, so what is waited for stays as it is on the thread's loop,
half done, while the server sends; and goes on when the server comes for more.
"""

from collections.abc import Callable
from contextvars import Context
from typing import Any

from core.steps import Meanwhile, throwable
from wsgi_adapter.leftovers import GRACE
from wsgi_adapter.request import WSGIRequest
from wsgi_adapter.strands import NOT_YET, interrupted


class Wait:
    """The wait for one step, an `async def`."""

    def __init__(
        self,
        step: Meanwhile,
        request: WSGIRequest,
        context: Context,
        run_async: Callable[..., Any],
    ) -> None:
        self.chunk = step.chunk
        self._step = step.step
        self._seconds = step.seconds
        self._request = request
        self._context = context
        self._run_async = run_async
        self._has_begun = False

    def is_over(self) -> bool:
        """Wait for one piece; then whether the step's outcome has been left on the request."""
        self._request.error = None
        try:
            self._request.result = result = self._piece()
        except BaseException as error:
            self.give_up()  # where this thread was interrupted
            self._request.error = throwable(error)
            return True
        return result is not NOT_YET

    def give_up(self) -> None:
        """Cancel the step, if it is half done, and wait for its end."""
        strand = self._step.strand
        if strand is not None and strand.task is not None:
            self._run_async(interrupted(strand, GRACE), self._context)

    def _piece(self) -> Any:
        """The step's result, or after so many seconds NOT_YET."""
        coroutine = None  # it goes on
        if not self._has_begun:
            coroutine = self._context.run(self._step.call, self._request)
            self._has_begun = True
        return self._run_async(coroutine, self._context, self._step, self._seconds)
