"""Bodies that are made while they are sent, a chunk at a time.

A Stream says how its next chunk is got by a step (`core.steps`), so the chunks of a `def` generator
and of an `async def` one are the same to everything else: an adapter calls the one, under an event
loop in a thread, and awaits the other.
"""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from core.errors import ClientLeft, apart_from
from core.functions import is_generator_function, name_of
from core.send_stream import SendStream, check_client
from core.steps import Call, FilePart, SendChunk, Step, Strand

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
        self._iterator: Iterator[bytes] | None = None  # of a `def`
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
            iterator = self._iterator = iter(chunks)
            at_once = isinstance(chunks, (list, tuple))  # there is nothing to wait for
            self._next = Call(next, (iterator, _END), {}, inline=at_once, is_watched=True)
        else:
            hint = " (call it, as in f())" if is_generator_function(chunks) else ""
            raise TypeError(
                f"a stream is an iterable or async iterable of bytes; got {chunks!r}{hint}"
            )
        self._raw: list[bytes] = []  # what was got before it was time to send it
        self._mapped: bytes = b""  # the same, as it will be sent
        self._length: int | None = None  # bytes, where that was told
        self._sent = 0  # bytes
        self._maps: list[tuple[MapChunk, Callable[[], bytes] | None]] = []
        self._is_prepared = False
        self._is_exhausted = False  # there are no more of them
        self._is_closed = False
        self._closing = _closing(chunks, iterator, strand)  # steps

    def map(self, function: MapChunk, end: Callable[[], bytes] | None) -> None:
        """Send what `function` makes of each chunk, and what `end` gives after the last."""
        self._maps.append((function, end))

    def file_part(self) -> FilePart | None:
        """The part of a file that goes out as it is, where this is one: see `core.files`."""
        return None

    def prepare(self, request: "Request", response: "Response") -> Steps:
        """Get the first chunk ahead: what fails before it can still be answered by an error.

        A HEAD is told the same (RFC 9110, 9.3.2), so it is got there too.
        """
        if self._is_closed:
            raise RuntimeError(f"{self!r} was sent before: it is made anew for each request")
        if self._is_prepared or not response.has_content():
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
        if self._raw:
            self._mapped = self._through(self._raw.pop())

    def send(self, request: "Request", length: int | None) -> Steps:
        """Send all chunks; raises RuntimeError where they are not the `length` that was told.

        Raises TypeError for what are no bytes, ClientLeft where nobody waits for them any more.
        """
        self._length = length
        yield from self._send_chunk(self._counted(self._mapped), request)
        self._mapped = b""  # it may be large, and the rest take long
        if not self._is_exhausted:
            iterator = self._iterator
            rest = self._rest_of(iterator) if iterator is not None else None
            yield SendStream(self._next, self._take, rest)
            request.outcome()
        yield from self._send_chunk(self._counted(self._last_words()), request)
        if length is not None and self._sent != length:
            raise self._wrong_length(f"only {self._sent}")

    def _send_chunk(self, chunk: bytes, request: "Request") -> Steps:
        """Send one that is there already, unless it is empty."""
        if chunk:
            check_client(request)
            yield SendChunk(chunk)
            request.outcome()

    def _rest_of(self, iterator: Iterator[bytes]) -> Iterator[bytes]:
        """What is to be sent of all that a `def` has left to give."""
        is_plain = not self._maps and self._length is None
        make = self._encoded if is_plain else self._take  # it takes twice as long
        while (got := next(iterator, _END)) is not _END:
            if chunk := make(got):
                yield chunk
        self._is_exhausted = True

    def _take(self, got: Any) -> bytes | None:
        """What is to be sent of what `_next` gave, None where that is the end."""
        if got is _END:
            self._is_exhausted = True
            return None
        chunk = self._encoded(got)
        if self._maps:
            chunk = self._through(chunk)
        return chunk if self._length is None else self._counted(chunk)

    def _counted(self, chunk: bytes) -> bytes:
        self._sent += len(chunk)
        if self._length is not None and self._sent > self._length:
            raise self._wrong_length("more")
        return chunk

    def _wrong_length(self, sent: str) -> RuntimeError:
        return RuntimeError(f"Content-Length says {self._length} bytes; got {sent} from {self!r}")

    def _get(self, request: "Request") -> Getting:
        """The iterator's first chunk that is not empty, None at its end; raises as `send`."""
        while not self._is_exhausted:
            check_client(request)
            yield self._next
            chunk = request.outcome()
            if chunk is _END:
                self._is_exhausted = True
            elif encoded := self._encoded(chunk):
                return encoded
        return None

    def _encoded(self, chunk: Any) -> bytes:
        """A chunk as bytes."""
        if type(chunk) is bytes:  # as most are
            return chunk
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
    try:
        return await iterator.__anext__()  # `anext` with a default takes twice as long
    except StopAsyncIteration:
        return _END


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
