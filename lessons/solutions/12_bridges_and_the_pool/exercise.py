"""Exercise 12: a limiter of your own, which runs functions in threads, so many at a time.

`await limiter.run(function, ...)` gives the function's result, or raises what it raises. At most
`size` functions run at the same time, each in a thread; whoever comes when all are taken waits,
and who came first is served first. `limiter.waiting` says how many wait at this moment. Who is
cancelled while it waits does not wait any more, and its function is never called.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgi_adapter import ASGIAdapter
from core import App
from wsgi_adapter import WSGIAdapter


class Limiter:
    """Runs at most `size` functions at the same time, each in a thread."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.waiting = 0  # calls that have no thread yet
        self._places = asyncio.Semaphore(size)
        self._threads = ThreadPoolExecutor(size)

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function returns, once a thread was free for it."""
        self.waiting += 1
        try:
            await self._places.acquire()
        finally:
            self.waiting -= 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, function, *arguments)
        finally:
            self._places.release()


site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site)
limiter = Limiter(4)


def read_slowly(name: str) -> str:
    """What takes its time, as a database's sync driver does."""
    time.sleep(0.05)
    return f"the {name}\n"


@site.get("/")
async def report() -> str:
    """A report; of all requests at once, four may read."""
    text: str = await limiter.run(read_slowly, "report")
    return text
