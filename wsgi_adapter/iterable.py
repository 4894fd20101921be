"""A response that takes time, as the iterable that a WSGI server wants (PEP 3333).

The server asks for one chunk after the other, so the life of the request goes on in pieces: up to
the next chunk each time, and to its end when the server calls `close()`, which it does in any case.
"""

from collections.abc import Callable
from contextvars import copy_context

from core.errors import ClientDisconnected
from core.steps import Send, SendChunk, SendEnd
from wsgi_adapter.request import WSGIRequest

Advance = Callable[[], Send | None]  # go on with the life up to the next step that sends something


class ResponseIterable:
    """The chunks of a body, each made when it is asked for, inside the request's context."""

    def __init__(self, request: WSGIRequest, advance: Advance) -> None:
        self._request = request
        self._advance = advance
        self._context = copy_context()
        self._is_complete = False

    def __iter__(self) -> "ResponseIterable":
        return self

    def __next__(self) -> bytes:
        """The next chunk; what fails is raised, so that the server cuts the connection."""
        step = self._context.run(self._advance)
        if isinstance(step, SendChunk):
            return step.chunk
        self._is_complete = isinstance(step, SendEnd)
        raise StopIteration

    def close(self) -> None:
        """Live the life to its end: streams are closed, the work for the time after is done."""
        if not self._is_complete:
            self._request.disconnected = True
            self._request.error = ClientDisconnected(
                "the server closed the response before its end"
            )
        while self._context.run(self._advance) is not None:
            pass
