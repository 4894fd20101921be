"""A response that takes time, as the iterable that a WSGI server wants (PEP 3333).

The server asks for one chunk after the other, so the life of the request goes on in pieces: up to
the next chunk each time, and to its end when the server calls `close()`, which it does in any case.
"""

from collections.abc import Callable, Generator, Iterator
from contextvars import Context
from functools import partial
from typing import TYPE_CHECKING, Any

from core.errors import ClientDisconnected, ClientLeft
from core.send_stream import SendStream
from core.steps import Meanwhile, Send, SendChunk, SendEnd, throwable
from wsgi_adapter.request import WSGIRequest

if TYPE_CHECKING:
    from wsgi_adapter.meanwhile import Wait

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
        self._chunks = self._send()

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def __next__(self) -> bytes:
        """The next chunk; what fails is raised, so that the server cuts the connection."""
        return next(self._chunks)

    def _send(self) -> Generator[bytes]:
        """All chunks that the life sends."""
        while not isinstance(step := self._advance(), SendEnd):
            if isinstance(step, SendStream):
                yield from self._send_stream(step)
            elif isinstance(step, SendChunk):
                yield step.chunk
            else:  # told of an end, the server would end it cleanly
                raise ClientDisconnected("the body was given up before its end")
        self._is_complete = True

    def _send_stream(self, step: SendStream) -> Generator[bytes]:
        """Get and send one chunk after the other; what fails there is left on the request."""
        next_chunk: Callable[[], bytes | None]
        if step.chunks is not None:
            next_chunk = partial(self._context.run, next, step.chunks, None)  # pyright: ignore[reportAssignmentType]
        elif isinstance(step.get, Meanwhile):
            next_chunk = partial(self._next_or_comment, step, step.get)
        else:
            next_chunk = partial(self._next_awaited, step)
        while True:
            try:
                chunk = next_chunk()
            except BaseException as error:
                self._request.error = throwable(error)
                return
            if chunk:
                yield chunk
            elif chunk is None:
                return

    def _next_awaited(self, step: SendStream) -> bytes | None:
        run = self._context.run
        got = self._run_async(run(step.get.call, self._request), self._context, step.get)
        return run(step.take, got)

    def _next_or_comment(self, step: SendStream, get: Meanwhile) -> bytes | None:
        """The next chunk, or what is sent while it takes long."""
        from wsgi_adapter.meanwhile import Wait  # it imports asyncio: see `run_async`

        if self._wait is None:
            self._wait = Wait(get, self._request, self._context, self._run_async)
        if not self._wait.is_over():
            return self._wait.chunk
        self._wait = None
        return self._context.run(step.take, self._request.outcome())

    def close(self) -> None:
        """Live the life to its end: streams are closed, the work for the time after is done."""
        self._chunks.close()
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
        self._advance()  # nothing more is sent
