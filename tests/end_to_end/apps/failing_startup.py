"""A program whose second startup function fails, after three other things had started."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asgi_adapter import ASGIAdapter
from core import App


@asynccontextmanager
async def connection(site: App) -> AsyncIterator[None]:
    sys.stderr.write("connection opened\n")
    yield
    sys.stderr.write("connection closed\n")


site = App()
app = ASGIAdapter(site, lifespan=connection)


@app.on_startup
async def begin() -> None:
    sys.stderr.write("begun\n")


@app.on_shutdown
def end() -> None:
    sys.stderr.write("ended\n")


@app.on_startup
def fail() -> None:
    raise RuntimeError("the database is not there")
