"""The step that sends a stream: the one step of a life that an adapter carries out in many."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from core.errors import ClientLeft
from core.steps import Send, Step

if TYPE_CHECKING:
    from core.request import Request


class SendStream(Send):
    """Get the chunks of a stream by the step `get`, and send what `take` makes of each.

    An adapter goes on until that is None; b"" is nothing to be sent yet. Where its own thread may
    wait it sends all of `chunks` instead, if there are any: that costs less. Chunks don't come by
    the way of the life, for they may be many and small, and it has generators in generators.
    """

    __slots__ = ("chunks", "get", "take")

    def __init__(
        self,
        get: Step,
        take: Callable[[Any], bytes | None],
        chunks: Iterator[bytes] | None,
    ) -> None:
        self.get = get
        self.take = take
        self.chunks = chunks  # of a `def`; None for an `async def`


def check_client(request: "Request") -> None:
    """Raise ClientLeft where nobody waits for the response any more."""
    if request.disconnected:  # a server might wait for ever until it takes a chunk
        raise ClientLeft("the client left before the whole body was sent")
