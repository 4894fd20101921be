"""What the life of a request asks for: the core waits for nothing itself, it yields one of these.

An adapter carries out each step in its own world, and leaves what came of it in `request.result` or
in `request.error`. `driver.py` in either adapter is the other half of this file.
"""

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from core.body_stream import BodyCount
from core.functions import is_coroutine_function, name_of

if TYPE_CHECKING:
    from io import FileIO

    from core.request import Request
    from core.response import Response


class Step:
    """Something to be done before a request's life goes on."""

    __slots__ = ()

    is_async: bool = False
    inline: bool = False  # a `def` that never blocks: an event loop may call it without a thread
    is_watched: bool = False  # the body was read: meanwhile it is noticed where the client leaves
    strand: "Strand | None" = None  # whose steps one task has to carry out
    has_more: bool = False  # another step of the same strand will come
    is_shielded: bool = False  # it is carried out to its end, though the client has gone
    call: Callable[[Any], Any]  # with the request: the result, or an awaitable of it


class Strand:
    """Some steps of a request that one task has to carry out: the chunks of an async generator.

    A task group, a timeout or a cancel scope that is open across a `yield` belongs to the task that
    has opened it. Under an event loop one task awaits all steps of a request anyway. An adapter
    that runs a loop for each step keeps the task of these here.
    """

    __slots__ = ("name", "task")

    def __init__(self, name: str) -> None:
        self.name = name  # for messages
        self.task: Any = None  # the adapter's own


class ReadBody(BodyCount, Step):
    """Read the whole body; more than `limit` bytes is a 413, less than `length` a disconnect."""

    __slots__ = ()

    def call(self, request: "Request") -> Any:
        """The body; under an event loop an awaitable of it."""
        return request.read_body(self)


class Send(Step):
    """Hand something of the response to the server, which may wait until the client takes it.

    Where the client has gone the outcome is a ClientDisconnected.
    """

    __slots__ = ()

    is_watched = True


class SendStart(Send):
    """Send the status and the header fields; and a `file`, where the server has a way for files."""

    __slots__ = ("fields", "file", "length", "status")

    def __init__(
        self,
        status: int,
        fields: list[tuple[str, str]],  # of its own
        length: int | None,
        file: "FilePart | None" = None,
    ) -> None:
        self.status = status
        self.fields = fields
        self.length = length  # bytes, for Content-Length; None where there is to be none
        self.file = file  # the body, where it is nothing else


class FilePart:
    """What lies in an open file from its position on, `length` bytes, as a whole body.

    An adapter whose server has a way of its own for files, without a chunk read by us, hands it
    over and says so by `is_taken`; nothing else of the body is sent then. Where it isn't the chunks
    follow.
    """

    __slots__ = ("file", "is_taken", "is_whole", "length", "path")

    def __init__(self, file: "FileIO", path: str, length: int, *, is_whole: bool) -> None:
        self.file = file
        self.path = path  # absolute
        self.length = length
        self.is_whole = is_whole  # there is nothing else in the file
        self.is_taken = False


class SendChunk(Send):
    """Send some bytes of the body, at least one."""

    __slots__ = ("chunk",)

    def __init__(self, chunk: bytes) -> None:
        self.chunk = chunk


class SendEnd(Send):
    """Say that this was the whole body."""

    __slots__ = ()


class Meanwhile(Send):
    """Carry out `step`; each time that `seconds` have passed meanwhile, send `chunk`.

    The outcome is that of `step`. Where a thread waits by itself (WSGI) a `def` holds up what would
    have to send, so there nothing is sent meanwhile.
    """

    __slots__ = ("chunk", "seconds", "step")

    def __init__(self, step: Step, chunk: bytes, seconds: float) -> None:
        self.step = step
        self.chunk = chunk
        self.seconds = seconds


class Call(Step):
    """Call `function` with these arguments; see `core.middleware.call`."""

    __slots__ = (
        "arguments",
        "function",
        "has_more",
        "inline",
        "is_async",
        "is_shielded",
        "is_watched",
        "options",
        "strand",
    )

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        options: dict[str, Any],
        *,
        inline: bool = False,
        strand: Strand | None = None,
        has_more: bool = False,
        is_watched: bool = False,
        is_shielded: bool = False,
    ) -> None:
        if not callable(function):  # pyright: ignore[reportUnnecessaryComparison]
            raise TypeError(f"a function is wanted, and its arguments after it; got {function!r}")
        self.function = function
        self.arguments = arguments
        self.options = options
        self.is_async = is_coroutine_function(function)
        self.inline = inline
        self.strand = strand
        self.has_more = has_more
        self.is_watched = is_watched
        self.is_shielded = is_shielded

    def call(self, _: "Request") -> Any:
        """The function's result, or an awaitable of it."""
        return self.function(*self.arguments, **self.options)

    def __repr__(self) -> str:
        return f"<Call of {name_of(self.function)}>"


Life = Iterator[Step]  # once it ends, the answer is in `request.answer`
Answering = Generator[Step, None, "Response"]  # a part of a life, which returns the answer


def throwable(error: BaseException) -> BaseException:
    """The exception as it can be raised in a life, where StopIteration is an end (PEP 479)."""
    if not isinstance(error, StopIteration):
        return error
    replacement = RuntimeError("a handler raised StopIteration")
    replacement.__cause__ = error
    return replacement
