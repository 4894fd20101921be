"""A response that takes time, as the iterable that a WSGI server wants (PEP 3333).

The server asks for one chunk after the other, so the life of the request goes on in pieces: up to
the next chunk each time, and to its end when the server calls `close()`, which it does in any case.
"""

from collections.abc import Callable
from contextvars import Context
from typing import Any

from core.errors import ClientDisconnected, ClientLeft
from core.steps import Meanwhile, Send, SendChunk, SendEnd
from wsgi_adapter.meanwhile import Wait
from wsgi_adapter.request import WSGIRequest

Advance = Callable[[], Send | None]  # go on with the life up to the next step that sends something


class ResponseIterable:
    """The chunks of a body, each made when it is asked for."""

    def __init__(
        self,
        request: WSGIRequest,
        context: Context,
        advance: Advance,
        run_async: Callable[..., Any],
    ) -> None:
        self._request = request
        self._context = context  # the request's own
        self._advance = advance
        self._run_async = run_async
        self._wait: Wait | None = None  # that is under way, while chunks are sent
        self._is_complete = False  # the body

    def __iter__(self) -> "ResponseIterable":
        return self

    def __next__(self) -> bytes:
        """The next chunk; what fails is raised, so that the server cuts the connection."""
        if self._is_complete:
            raise StopIteration
        step = self._next_step()
        if isinstance(step, SendChunk):
            return step.chunk
        if not isinstance(step, SendEnd):  # told of an end, the server would end it cleanly
            raise ClientDisconnected("the body was given up before its end")
        self._is_complete = True
        raise StopIteration

    def _next_step(self) -> Send | None:
        """The next step that sends something now: a chunk, be it while something is waited for."""
        while self._wait is None or self._wait.is_over():
            step = self._advance()
            if not isinstance(step, Meanwhile):
                self._wait = None
                return step
            self._wait = Wait(step, self._request, self._context, self._run_async)
        return SendChunk(self._wait.chunk)

    def close(self) -> None:
        """Live the life to its end: streams are closed, the work for the time after is done."""
        if self._is_complete:
            return self.finish()
        if self._wait is not None:
            self._wait.give_up()
        self._request.disconnected = True
        return self.finish(ClientLeft("the server closed the response before its end"))

    def finish(self, error: BaseException | None = None) -> None:
        """Live the life to its end, with this as the outcome of what was sent last."""
        if error is not None:
            self._request.error = error
        while self._advance() is not None:
            pass
