"""Answers late: /slow after a while, /stream in pieces, /startups how often it was started."""

import asyncio
import os
from collections.abc import AsyncIterator

from asgi_adapter import ASGIAdapter
from core import App, Request, Response, StreamingResponse
from wsgi_adapter import WSGIAdapter

PAUSE = float(os.environ.get("SLOW_PAUSE", "0.5"))  # seconds

site = App()


@site.get("/")
def home() -> str:
    return "home"


@site.get("/slow")
async def slow() -> str:
    await asyncio.sleep(PAUSE)
    return "slow"


@site.get("/stream")
async def stream() -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in range(5):
            yield b"%d" % piece
            await asyncio.sleep(PAUSE / 5)

    return StreamingResponse(pieces())


@site.post("/length")
def length(request: Request) -> str:
    return str(len(request.body))


application = WSGIAdapter(site)
app = ASGIAdapter(site)


def started() -> None:
    print("started", flush=True)  # noqa: T201  # the tests look for it in the log


def stopped() -> None:
    print("stopped", flush=True)  # noqa: T201


for door in (application, app):
    door.on_startup(started)
    door.on_shutdown(stopped)
