"""Bodies that are made while they are sent, a chunk at a time.

A Stream says how its next chunk is got by a step (`core.steps`), so the chunks of a `def` generator
and of an `async def` one are the same to everything else: an adapter calls the one, under an event
loop in a thread, and awaits the other.
"""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from core.errors import ClientLeft, apart_from
from core.functions import name_of
from core.steps import Call, FilePart, Step, Strand

if TYPE_CHECKING:
    from core.request import Request
    from core.response import Response

logger = logging.getLogger("tandem")

Chunks = Iterable[bytes] | AsyncIterable[bytes]
MapChunk = Callable[[bytes], bytes]
Steps = Generator[Step, None, None]
Getting = Generator[Step, None, bytes | None]

_END: Any = object()  # what an iterator at its end gives: no exception could go through a Future
_NOT_CHUNKS = (str, bytes, bytearray, memoryview, dict)  # iterables, but not of bytes


class Stream:
    """The chunks of a body, from an iterable or an async iterable of bytes.

    However it ends, it is closed once: by `close()` or `aclose()`, as a generator has them, and as
    PEP 3333 knows it of iterables.
    """

    def __init__(self, chunks: Chunks) -> None:
        self._next: Step
        iterator: Iterator[bytes] | AsyncIterator[bytes]
        strand = None
        self._name = name_of(chunks)  # type: ignore[arg-type]  # for messages
        if isinstance(chunks, AsyncIterable):
            iterator = aiter(chunks)
            strand = Strand(self._name)
            self._next = Call(
                _anext, (iterator,), {}, is_watched=True, strand=strand, has_more=True
            )
        elif isinstance(chunks, Iterable) and not isinstance(chunks, _NOT_CHUNKS):  # pyright: ignore[reportUnnecessaryIsInstance]
            iterator = iter(chunks)
            at_once = isinstance(chunks, (list, tuple))  # there is nothing to wait for
            self._next = Call(next, (iterator, _END), {}, inline=at_once, is_watched=True)
        else:
            raise TypeError(f"a stream is an iterable or async iterable of bytes; got {chunks!r}")
        self._raw: list[bytes] = []  # what was got before it was time to send it
        self._mapped: bytes = b""  # the same, as it will be sent
        self._maps: list[tuple[MapChunk, Callable[[], bytes] | None]] = []
        self._is_prepared = False
        self._is_exhausted = False  # there are no more of them
        self._is_at_end = False  # nor has `map` anything left to say
        self._is_closed = False
        self._closing = _closing(chunks, iterator, strand)  # steps

    def map(self, function: MapChunk, end: Callable[[], bytes] | None) -> None:
        """Send what `function` makes of each chunk, and what `end` gives after the last."""
        self._maps.append((function, end))

    def file_part(self) -> FilePart | None:
        """The part of a file that goes out as it is, where this is one: see `core.files`."""
        return None

    def prepare(self, request: "Request", response: "Response") -> Steps:
        """Get the first chunk ahead: what fails before it can still be answered by an error."""
        if self._is_closed:
            raise RuntimeError(f"{self!r} was sent before: it is made anew for each request")
        if self._is_prepared or not response.has_content(request.method):
            return
        self._is_prepared = True
        try:
            chunk = yield from self._get(request)
        except ClientLeft:  # the response is there, and its work to be done; nobody reads it
            return
        if chunk is not None:
            self._raw.append(chunk)

    def map_ahead(self) -> None:
        """Map what was got ahead, for the same reason; from now on nothing is added to `map`."""
        if self._maps and self._raw:
            self._mapped = self._through(self._raw.pop())

    def next_chunk(self, request: "Request") -> Getting:
        """The next chunk to be sent, never an empty one; None at the end."""
        chunk, self._mapped = self._mapped, b""
        while not (chunk or self._is_at_end):
            raw = self._raw.pop() if self._raw else (yield from self._get(request))
            self._is_at_end = raw is None
            chunk = self._last_words() if raw is None else self._through(raw)
        return chunk or None

    def _get(self, request: "Request") -> Getting:
        """The iterator's next chunk that is not empty, None at its end.

        Raises TypeError for what is no bytes, ClientLeft where nobody waits for it any more.
        """
        while not self._is_exhausted:
            if request.disconnected:
                raise ClientLeft("the client left before the next chunk was made")
            yield self._next
            chunk = request.outcome()
            if chunk is _END:
                self._is_exhausted = True
            elif encoded := self._encoded(chunk):
                return encoded
        return None

    def _encoded(self, chunk: Any) -> bytes:
        """A chunk as bytes."""
        if not isinstance(chunk, (bytes, bytearray, memoryview)):
            raise TypeError(f"a stream gives bytes; got {chunk!r} from {self._name}")
        return bytes(chunk)

    def _through(self, chunk: bytes) -> bytes:
        """What the functions of `map` make of a chunk."""
        for function, _ in self._maps:
            chunk = _checked(function(chunk), function) if chunk else b""
        return chunk

    def _last_words(self) -> bytes:
        """What the functions of `map` have kept until now, passed on through the later ones."""
        rest = b""
        for function, end in self._maps:
            rest = _checked(function(rest), function) if rest else b""
            rest += _checked(end(), end) if end is not None else b""
        return rest

    def close(self, request: "Request") -> Steps:
        """Close what it comes from, once; what fails there is logged.

        What is no bug, such as a cancellation, is raised when all is closed.
        """
        self._is_closed = True
        closing, self._closing = self._closing, []
        interruption: BaseException | None = None
        for step in closing:
            yield step
            try:
                request.outcome()
            except BaseException as error:
                # what an open TaskGroup makes of the GeneratorExit that closes a generator
                rest = apart_from(GeneratorExit, error)
                if isinstance(rest, Exception):
                    logger.error("closing %r failed: %r", self, rest, exc_info=rest)
                else:
                    interruption = rest or interruption
        if interruption is not None:
            try:
                raise interruption
            finally:
                del interruption  # its traceback holds this frame, which would hold it

    def __repr__(self) -> str:
        return f"<Stream of {self._name}>"


def _checked(chunk: Any, function: Callable[..., Any]) -> bytes:
    """What a function of `map` gave; raises TypeError where that is no bytes."""
    if not isinstance(chunk, (bytes, bytearray, memoryview)):
        raise TypeError(f"a chunk is mapped to bytes; got {chunk!r} from {name_of(function)}")
    return bytes(chunk)


async def _anext(iterator: AsyncIterator[bytes]) -> Any:
    return await anext(iterator, _END)


async def _aclose(generator: Any) -> None:
    await generator.aclose()


async def _nothing() -> None:
    """The end of a strand of which nothing is to be closed."""


def _closing(chunks: Any, iterator: Any, strand: Strand | None) -> list[Step]:
    """The steps that close the iterator, and the iterable where that is another object.

    The last of them ends the strand.
    """
    closing: list[Call] = []
    for thing in (chunks,) if iterator is chunks else (iterator, chunks):
        if hasattr(thing, "aclose"):
            closing.append(Call(_aclose, (thing,), {}, is_shielded=True))
        elif hasattr(thing, "close"):
            closing.append(Call(thing.close, (), {}, is_shielded=True))
    if strand is not None:
        if not closing or not closing[-1].is_async:
            closing.append(Call(_nothing, (), {}, is_shielded=True))
        for step in closing:
            step.strand, step.has_more = strand, step is not closing[-1]
    return [*closing]
