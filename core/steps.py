"""What the life of a request asks for: the core waits for nothing itself, it yields one of these.

An adapter carries out each step in its own world, and leaves what came of it in `request.result` or
in `request.error`. `driver.py` in either adapter is the other half of this file.
"""

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from core.functions import is_coroutine_function

if TYPE_CHECKING:
    from core.headers import Pairs
    from core.request import Request
    from core.response import Response


class Step:
    """Something to be done before a request's life goes on."""

    __slots__ = ()

    is_async: bool = False
    inline: bool = False  # a `def` that never blocks: an event loop may call it without a thread
    is_watched: bool = False  # from here on it is noticed where the client leaves
    has_more: bool = False  # another step will go on with what this one has begun
    is_shielded: bool = False  # it is carried out to its end, though the client has gone
    call: Callable[[Any], Any]  # with the request: the result, or an awaitable of it


class ReadBody(Step):
    """Read the whole body; more than `limit` bytes is a 413, less than `length` a disconnect."""

    __slots__ = ("length", "limit")

    def __init__(self, length: int | None, limit: int) -> None:
        self.length = length  # bytes as declared, at most `limit`; None where it is not known
        self.limit = limit  # bytes

    def call(self, request: "Request") -> Any:
        """The body; under an event loop an awaitable of it."""
        return request.read_body(self)


class Send(Step):
    """Hand something of the response to the server, which may wait until the client takes it.

    Where the client has gone the outcome is a ClientDisconnected.
    """

    __slots__ = ()


class SendStart(Send):
    """Send the status and the header fields."""

    __slots__ = ("fields", "length", "status")

    is_watched = True

    def __init__(self, status: int, fields: "Pairs", length: int | None) -> None:
        self.status = status
        self.fields = fields
        self.length = length  # bytes, for Content-Length; None where there is to be none


class SendChunk(Send):
    """Send some bytes of the body, at least one."""

    __slots__ = ("chunk",)

    def __init__(self, chunk: bytes) -> None:
        self.chunk = chunk


class SendEnd(Send):
    """Say that this was the whole body."""

    __slots__ = ()


class Call(Step):
    """Call `function` with these arguments; see `core.middleware.call`."""

    __slots__ = (
        "arguments",
        "function",
        "has_more",
        "inline",
        "is_async",
        "is_shielded",
        "options",
    )

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        options: dict[str, Any],
        *,
        inline: bool = False,
        has_more: bool = False,
        is_shielded: bool = False,
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.options = options
        self.is_async = is_coroutine_function(function)
        self.inline = inline
        self.has_more = has_more
        self.is_shielded = is_shielded

    def call(self, _: "Request") -> Any:
        """The function's result, or an awaitable of it."""
        return self.function(*self.arguments, **self.options)


Life = Iterator[Step]  # once it ends, the answer is in `request.response`
Answering = Generator[Step, None, "Response"]  # a part of a life, which returns the answer


def throwable(error: BaseException) -> BaseException:
    """The exception as it can be raised in a life, where StopIteration is an end (PEP 479)."""
    if not isinstance(error, StopIteration):
        return error
    replacement = RuntimeError("a handler raised StopIteration")
    replacement.__cause__ = error
    return replacement
