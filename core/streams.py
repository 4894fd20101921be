"""Bodies that are made while they are sent, a chunk at a time.

A Stream says how its next chunk is got by a step (`core.steps`), so the chunks of a `def` generator
and of an `async def` one are the same to everything else: an adapter calls the one, under an event
loop in a thread, and awaits the other.
"""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from core.functions import name_of
from core.steps import Call, FilePart, Step

if TYPE_CHECKING:
    from core.request import Request
    from core.response import Response

logger = logging.getLogger("tandem")

Chunks = Iterable[bytes] | AsyncIterable[bytes]
MapChunk = Callable[[bytes], bytes]
Steps = Generator[Step, None, None]
Getting = Generator[Step, None, bytes | None]

_END: Any = object()  # what an iterator at its end gives: no exception could go through a Future


class Stream:
    """The chunks of a body, from an iterable or an async iterable of bytes.

    However it ends, it is closed once: by `close()` or `aclose()`, as a generator has them, and as
    PEP 3333 knows it of iterables.
    """

    def __init__(self, chunks: Chunks) -> None:
        self._next: Step
        iterator: Iterator[bytes] | AsyncIterator[bytes]
        if isinstance(chunks, AsyncIterable):
            iterator = aiter(chunks)
            self._next = Call(_anext, (iterator,), {}, has_more=True, is_watched=True)
        elif isinstance(chunks, Iterable) and not isinstance(chunks, (str, bytes, dict)):  # pyright: ignore[reportUnnecessaryIsInstance]
            iterator = iter(chunks)
            at_once = isinstance(chunks, (list, tuple))  # there is nothing to wait for
            self._next = Call(next, (iterator, _END), {}, inline=at_once, is_watched=True)
        else:
            raise TypeError(f"a stream is an iterable or async iterable of bytes; got {chunks!r}")
        self._name = name_of(chunks)  # type: ignore[arg-type]  # for messages
        self._raw: list[bytes] = []  # what was got before it was time to send it
        self._maps: list[tuple[MapChunk, Callable[[], bytes] | None]] = []
        self._is_prepared = False
        self._is_at_end = False
        self._closing = _closing(chunks, iterator)  # steps

    def map(self, function: MapChunk, end: Callable[[], bytes] | None) -> None:
        """Send what `function` makes of each chunk, and what `end` gives after the last."""
        self._maps.append((function, end))

    def file_part(self) -> FilePart | None:
        """The part of a file that goes out as it is, where this is one: see `core.files`."""
        return None

    def prepare(self, request: "Request", response: "Response") -> Steps:  # noqa: ARG002  # for files
        """Get the first chunk ahead: what fails before it can still be answered by an error."""
        if self._is_prepared or request.method == "HEAD":
            return
        self._is_prepared = True
        try:
            chunk = yield from self._get(request)
        except Exception:
            yield from self.close(request)
            raise
        if chunk is not None:
            self._raw.append(chunk)

    def next_chunk(self, request: "Request") -> Getting:
        """The next chunk to be sent, never an empty one; None at the end."""
        while not self._is_at_end:
            raw = self._raw.pop() if self._raw else (yield from self._get(request))
            if raw is None:
                self._is_at_end = True
                chunk = self._last_words()
            else:
                chunk = raw
                for function, _ in self._maps:
                    chunk = function(chunk)
            if chunk:
                return chunk
        return None

    def _get(self, request: "Request") -> Getting:
        """The iterator's next chunk as it is, None at its end; raises TypeError for no bytes."""
        yield self._next
        chunk = request.outcome()
        return None if chunk is _END else self._encoded(chunk)

    def _encoded(self, chunk: Any) -> bytes:
        """A chunk as bytes."""
        if not isinstance(chunk, (bytes, bytearray, memoryview)):
            raise TypeError(f"a stream gives bytes; got {chunk!r} from {self._name}")
        return bytes(chunk)

    def _last_words(self) -> bytes:
        """What the functions of `map` have kept until now, passed on through the later ones."""
        rest = b""
        for function, end in self._maps:
            rest = (function(rest) if rest else b"") + (end() if end is not None else b"")
        return rest

    def close(self, request: "Request") -> Steps:
        """Close what it comes from, once; what fails there is logged."""
        closing, self._closing = self._closing, []
        for step in closing:
            yield step
            if request.error is not None:
                error = request.error
                logger.error("closing %r failed: %r", self, error, exc_info=error)

    def __repr__(self) -> str:
        return f"<Stream of {self._name}>"


async def _anext(iterator: AsyncIterator[bytes]) -> Any:
    return await anext(iterator, _END)


async def _aclose(generator: Any) -> None:
    await generator.aclose()


def _closing(chunks: Any, iterator: Any) -> list[Step]:
    """The steps that close the iterator, and the iterable where that is another object."""
    closing: list[Step] = []
    for thing in (chunks,) if iterator is chunks else (iterator, chunks):
        if hasattr(thing, "aclose"):
            closing.append(Call(_aclose, (thing,), {}, is_shielded=True))
        elif hasattr(thing, "close"):
            closing.append(Call(thing.close, (), {}, is_shielded=True))
    return closing
