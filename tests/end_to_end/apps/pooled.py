"""A program with a pool of connections, which works on no other loop than that of its startup."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar

from asgi_adapter import ASGIAdapter
from core import App
from wsgi_adapter import WSGIAdapter

visitor: ContextVar[str] = ContextVar("visitor", default="nobody")


class Pool:
    """As asyncpg's: what it is asked for is handed out by a task on its own loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.wanted: asyncio.Queue[asyncio.Future[str]] = asyncio.Queue()

    async def ask(self) -> str:
        if asyncio.get_running_loop() is not self.loop:
            raise RuntimeError("the pool is attached to a different loop")
        answer: asyncio.Future[str] = self.loop.create_future()
        self.wanted.put_nowait(answer)
        return await answer

    async def work(self) -> None:
        while True:
            (await self.wanted.get()).set_result("row")


@asynccontextmanager
async def lifespan(site: App) -> AsyncIterator[Mapping[str, Pool]]:
    sys.stderr.write(f"pool opened in {os.getpid()}\n")
    site.state.pool = Pool()
    async with asyncio.TaskGroup() as group:
        working = group.create_task(site.state.pool.work())
        yield {"pool": site.state.pool}
        working.cancel()
    sys.stderr.write(f"pool closed in {os.getpid()}\n")


site = App()


@site.get("/visitor/{name}")
async def remember(name: str) -> str:
    before = visitor.get()
    visitor.set(name)
    tasks = [asyncio.create_task(recall()) for _ in range(3)]
    return f"{before} {' '.join(await asyncio.gather(*tasks))}"


async def recall() -> str:
    await site.state.pool.ask()
    return visitor.get()


@site.get("/process")
def process() -> str:
    return str(os.getpid())


application = WSGIAdapter(site, lifespan=lifespan, loop="shared")
app = ASGIAdapter(site, lifespan=lifespan)
