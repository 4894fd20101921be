"""A program whose handlers can only answer together: each waits until the others are there."""

import asyncio
import threading
from contextvars import ContextVar

from asgi_adapter import ASGIAdapter
from core import App, Request
from wsgi_adapter import WSGIAdapter

PARTY = 4
PATIENCE = 10.0  # seconds, after which a handler that is alone fails

site = App()
of_threads = threading.Barrier(PARTY)
of_coroutines = asyncio.Barrier(PARTY)
released = threading.Event()
visitor: ContextVar[str] = ContextVar("visitor", default="nobody")


@site.get("/threads")
def meet_in_threads() -> str:
    of_threads.wait(PATIENCE)
    return "met"


@site.get("/coroutines")
async def meet_on_the_loop() -> str:
    async with asyncio.timeout(PATIENCE), of_coroutines:
        return "met"


@site.get("/held")
def wait_for_release() -> str:
    return "released" if released.wait(PATIENCE) else "forgotten"


@site.get("/release")
async def release() -> str:
    released.set()
    return "done"


@site.get("/visitor/{name}")
async def remember(request: Request, name: str) -> str:
    before = visitor.get()
    visitor.set(name)
    tasks = [asyncio.create_task(recall()) for _ in range(3)]
    return f"{before} {' '.join(await asyncio.gather(*tasks))}"


async def recall() -> str:
    await asyncio.sleep(0)
    return visitor.get()


application = WSGIAdapter(site)
app = ASGIAdapter(site)
