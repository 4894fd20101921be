"""The body of a request, read from `wsgi.input` (PEP 3333, "Input and Error Streams")."""

import sys

from core.body_stream import BodyCount, BodyStream, holds_up_the_loop
from wsgi_adapter.types import Environ

CHUNK = 65_536  # bytes asked for at a time


def read_body(environ: Environ, count: BodyCount) -> bytes:
    """The whole body; raises as `next_chunk`."""
    chunks: list[bytes] = []
    while not count.is_over:  # all that was declared at once: joining many costs far more
        chunks.append(next_chunk(environ, count, count.length or CHUNK))
    return b"".join(chunks)


def next_chunk(environ: Environ, count: BodyCount, most: int = CHUNK) -> bytes:
    """Some more of the body, b"" at its end.

    Raises ContentTooLarge over the limit, ClientDisconnected where it is cut off. Never more is
    read than was declared, for a server need not end the input there.
    """
    if count.is_over:
        return b""
    left = (count.limit + 1 if count.length is None else count.length) - count.received
    try:
        chunk: bytes = environ["wsgi.input"].read(most if left > most else left)
    except Exception as error:  # how servers tell of a lost connection, or a malformed chunk
        raise count.cut_off() from error
    return count.take(chunk, not chunk or len(chunk) == left)


class WSGIStream(BodyStream):
    """A body as it comes from `wsgi.input`."""

    def __init__(self, environ: Environ, count: BodyCount) -> None:
        super().__init__(count)
        self._environ = environ

    def read(self) -> bytes:
        """The next chunk; in an `async def` it is refused, as on ASGI."""
        if _is_called_by_a_coroutine():
            raise holds_up_the_loop()
        return next_chunk(self._environ, self._count)

    async def receive(self) -> bytes:
        """The next chunk, read by the thread that serves this request.

        On that thread's own loop this waits as a `def` does: nothing lives on the loop but this
        request. On the shared loop the others go on.
        """
        from wsgi_adapter.waiting_thread import in_worker_thread

        return await in_worker_thread(next_chunk, self._environ, self._count)


def _is_called_by_a_coroutine() -> bool:
    """Whether it is one of the application's: a test's may be around all of it."""
    if "asyncio" not in sys.modules:  # see `run_async`
        return False
    import asyncio

    from wsgi_adapter.loop import own_loop
    from wsgi_adapter.waiting_thread import waiting_thread

    running = asyncio._get_running_loop()
    if running is None:
        return False
    return running is own_loop().loop or waiting_thread.get() is not None
