"""One sum, computed in three places: on the event loop, in a thread, in another process.

    gunicorn app:application      uvicorn app:app      python app.py

`inline`, `threaded` and `pooled` are three ASGI applications that differ in `/cpu` alone.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import Any

from asgi_adapter import ASGIAdapter
from core import App
from lab.compare import workload
from lab.compare.own_workloads import Ask
from lab.load.job import Beside
from lab.server import serve
from wsgi_adapter import WSGIAdapter


def compute(numbers: int = 400_000) -> str:
    """Some 30 ms of work for one core; nothing in it waits."""
    return str(sum(number * number for number in range(numbers)))


async def on_the_loop() -> str:
    """Nothing else runs on the event loop until the sum is there."""
    return compute()


def in_a_thread() -> str:
    """A plain `def`: behind the ASGI door it runs in a thread (lesson 12)."""
    return compute()


async def in_a_process() -> str:
    """The sum is made elsewhere; this process only waits for it."""
    return await asyncio.get_running_loop().run_in_executor(pool(), compute)


@cache
def pool() -> ProcessPoolExecutor:
    """Two processes that compute, started at the first request, and never at the import."""
    return ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn"))


def site_with(handler: Callable[..., Any]) -> App:
    """An App whose `/cpu` is this handler."""
    site = App()
    site.get("/cpu")(handler)
    site.get("/health", inline=True)(lambda: "well")
    site.get("/", inline=True)(lambda: "ask for /cpu or /health\n")
    return site


@workload("health")
def health() -> Ask:
    """How long everybody else waits while eight clients ask for sums without a pause."""
    return Ask("/health", rate=23, beside=Beside("/cpu", 8))


inline = ASGIAdapter(site_with(on_the_loop))
threaded = ASGIAdapter(site_with(in_a_thread))
pooled = app = ASGIAdapter(site_with(in_a_process))
application = WSGIAdapter(site_with(in_a_process))

if __name__ == "__main__":
    serve(app)
