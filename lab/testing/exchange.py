"""A request and its response, step by step, the same for both worlds.

The steps are coroutines; those of a WSGI exchange never wait. So what is made of them is written
once, and `loops` runs it in either world.
"""

from abc import ABC, abstractmethod

from core.headers import Headers
from lab.testing.answer import Answer, Head
from lab.testing.asked import Asked


class Exchange(ABC):
    """One request under way: `begin`, then `chunk` until there is none, and always `end`."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.trailers = Headers()  # those that have come

    @abstractmethod
    async def begin(self) -> Head:
        """Status and header fields, as soon as they are there."""

    @abstractmethod
    async def chunk(self) -> bytes | None:
        """The next chunk of the body, which may be empty; None where there is no more."""

    @abstractmethod
    async def end(self) -> None:
        """Go, and let the application end; raises what it raises now."""


async def whole(exchange: Exchange) -> Answer:
    """The answer, read to its end."""
    chunks: list[bytes] = []
    try:
        head = await exchange.begin()
        while (chunk := await exchange.chunk()) is not None:
            chunks.append(chunk)
    finally:
        await exchange.end()
    taken, trailers = exchange.asked.taken, exchange.trailers
    return Answer(head.status, head.fields, b"".join(chunks), taken, trailers)
