"""Answers that take their time: a stream, server-sent events, a WebSocket; and a clock for all.

gunicorn app:application      uvicorn app:app      python app.py
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from asgi_adapter import ASGIAdapter, WebSocket
from core import App, Event, EventStream
from lab.compare import workload
from lab.compare.own_workloads import Ask
from lab.load.job import Beside
from lab.server import serve
from wsgi_adapter import WSGIAdapter

PAUSE = 0.03  # seconds between two pieces


@asynccontextmanager
async def lifespan(_: App) -> AsyncGenerator[None]:
    """What is opened before the first request, and closed after the last."""
    print("opened", flush=True)
    yield
    print("closed", flush=True)


site = App()
application = WSGIAdapter(site, lifespan=lifespan)
app = ASGIAdapter(site, lifespan=lifespan)


@site.get("/stream")
async def stream() -> AsyncIterator[bytes]:
    """Ten lines in 0.3 s; each is sent before the next is made."""
    for number in range(10):
        await asyncio.sleep(PAUSE)
        yield f"line {number}\n".encode()


@site.get("/events")
def events() -> EventStream:
    """The same as server-sent events, which a page in a browser can listen to."""
    return EventStream(ticks())


async def ticks() -> AsyncIterator[Event]:
    """Ten events."""
    for number in range(10):
        await asyncio.sleep(PAUSE)
        yield Event(f"tick {number}", id=str(number))


@app.websocket("/echo")
async def echo(websocket: WebSocket) -> None:
    """Both sides may speak at any time. Only ASGI has this."""
    async with websocket:
        async for message in websocket:
            await websocket.send_text(f"you said {message!r}")


@site.get("/hello", inline=True)
def hello() -> str:
    """Somebody who wants nearly nothing."""
    return "hello\n"


site.get("/", inline=True)(hello)


@workload("fifty-streams")
def fifty() -> Ask:
    """How long everybody else waits while fifty clients read streams."""
    return Ask("/hello", rate=23, beside=Beside("/stream", 50))


if __name__ == "__main__":
    serve(app)
