"""Exercise 14: a line that has an end.

A `Gate` stands in front of something that few may use at a time. `size` are at work, and at most
`line` wait for their turn, first come, first served. Who comes when the line is full is told so
at once, and the client of `/query` reads 503.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from asgi_adapter import ASGIAdapter
from core import App, ServiceUnavailable

T = TypeVar("T")


class Full(Exception):
    """There is no place left in line."""


class Gate:
    """At most `size` are at work at a time, and at most `line` wait for their turn."""

    def __init__(self, size: int, line: int) -> None:
        self.size = size
        self.line = line
        self.free = asyncio.Semaphore(size)
        self.inside = 0  # at work or in line

    async def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """What `await work()` returns, when it is its turn; raises Full where the line is full."""
        if self.inside >= self.size + self.line:
            raise Full
        self.inside += 1
        try:
            async with self.free:
                return await work()
        finally:
            self.inside -= 1


site = App()
app = ASGIAdapter(site)
gate = Gate(5, 10)


async def ask_database() -> str:
    """A row, after a while."""
    await asyncio.sleep(0.05)
    return "a row\n"


@site.get("/query")
async def query() -> str:
    """A row, or a 503 that says when to come again."""
    try:
        return await gate.run(ask_database)
    except Full as full:
        raise refusal() from full


def refusal() -> ServiceUnavailable:
    """To be raised: 503, and "come again in a second"."""
    return ServiceUnavailable("too many are waiting", headers={"retry-after": "1"})
