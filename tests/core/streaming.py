"""Bodies of every kind, made of one `def` generator function."""

import asyncio
import functools

from core import StreamingResponse

KINDS = ("def", "async def")
WAYS = ("a generator", "returned", "returned by an async def", "in a StreamingResponse")


def of_kind(kind, function):
    """The generator function as one of this kind."""
    if kind == "def":
        return function

    @functools.wraps(function)
    async def async_generator(*arguments):
        chunks = function(*arguments)
        try:
            for chunk in chunks:
                await asyncio.sleep(0)
                yield chunk
        finally:
            chunks.close()

    return async_generator


def handler_of(way, generator):
    """A handler that answers with what this generator function gives."""
    if way == "a generator":
        return generator
    if way == "returned":
        return lambda: generator()
    if way == "in a StreamingResponse":
        return lambda: StreamingResponse(generator())

    async def handler():
        await asyncio.sleep(0)
        return generator()

    return handler


class Chunks:
    """Three chunks; it leaves a mark for each that is made, and when it is closed."""

    def __init__(self, fails_at=None, error=LookupError):
        self.marks = []
        self._fails_at = fails_at
        self._error = error

    def __call__(self):
        try:
            for number in range(3):
                if number == self._fails_at:
                    raise self._error
                self.marks.append(number)
                yield str(number).encode()
        finally:
            self.marks.append("closed")


class Iterable:
    """An iterable that can be closed, and counts how often it is."""

    def __init__(self, *chunks):
        self.closed = 0
        self._chunks = chunks

    def __iter__(self):
        return iter(self._chunks)

    def close(self):
        self.closed += 1


class AsyncIterable:
    """The same, for `async for`."""

    def __init__(self, *chunks):
        self.closed = 0
        self._chunks = iter(chunks)

    def __aiter__(self):
        return self

    async def __anext__(self):
        for chunk in self._chunks:
            return chunk
        raise StopAsyncIteration

    async def aclose(self):
        self.closed += 1
