"""A program of which every worker process starts and ends something, by `def` functions."""

import asyncio
import os
import sys

from core import App
from wsgi_adapter import WSGIAdapter

site = App()
application = WSGIAdapter(site)


@application.on_startup
def begin() -> None:
    if "NO_DATABASE" in os.environ:
        raise RuntimeError("the database is not there")
    sys.stderr.write(f"begun in {os.getpid()}\n")


@application.on_shutdown
def end() -> None:
    sys.stderr.write(f"ended in {os.getpid()}\n")


@site.get("/")
def process() -> str:
    return str(os.getpid())


@site.get("/careless")
async def careless() -> str:
    asyncio.create_task(asyncio.Event().wait(), name="forgotten")  # noqa: RUF006  # so is a bug
    return "x"
