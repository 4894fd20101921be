"""Streams for clients that leave, and slow handlers for servers that stop; all are counted."""

import asyncio
import gc
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from asgi_adapter import ASGIAdapter
from core import App, Request, StreamingResponse
from wsgi_adapter import WSGIAdapter

THREADS = 8  # of the ASGI side
PAUSE = 0.01  # seconds between two chunks, and from one look at a file to the next
DEADLINE = 20.0  # seconds, after which a handler gives up that nobody has told to go on
CHUNK = b"x" * 1000
MANY = b"x" * 100_000  # soon more than is taken for a client that doesn't read

PARTIES = {number: threading.Barrier(number) for number in (1, 2, 4, THREADS)}

site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site, threads=THREADS)


class Entry:
    """A stream, in the list of all that were opened, and how often it was closed."""

    opened: "list[Entry]" = []  # noqa: RUF012  # one for all

    def __init__(self) -> None:
        self.closings = 0
        self.opened.append(self)

    def close(self) -> None:
        self.closings += 1


class Chunks(Entry):
    """An iterator that is no generator: to close it twice would be counted."""

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        time.sleep(PAUSE)
        return CHUNK


class AsyncChunks:
    """The same for `async for`."""

    def __init__(self) -> None:
        self._entry = Entry()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        await asyncio.sleep(PAUSE)
        return CHUNK

    async def aclose(self) -> None:
        self._entry.close()


@site.get("/")
def index() -> str:
    return "here"


@site.get("/counts", inline=True)
def counts() -> dict[str, Any]:
    """What this process has open, and how often each stream was closed."""
    tasks = [thing for thing in gc.get_objects() if type(thing) is asyncio.Task]
    return {
        "pid": os.getpid(),
        "closings": [entry.closings for entry in Entry.opened],
        "tasks": sum(not task.done() for task in tasks),
    }


# Handlers that wait for each other, so that each has a thread of its own.


@site.get("/def/meeting/{number:int}")
def meet(number: int) -> str:
    PARTIES[number].wait(DEADLINE)
    return "met"


@site.get("/async/meeting/{number:int}")
async def meet_async(number: int) -> str:  # on WSGI, where it holds up its own thread's loop only
    return meet(number)


# A client that leaves.


@site.get("/def/dialogue")
def dialogue(request: Request) -> Iterator[bytes]:
    go = Path(request.query["go"])
    with closing(Entry()):
        yield b"question"
        until = time.monotonic() + DEADLINE
        while not go.exists() and time.monotonic() < until:
            time.sleep(PAUSE)
        yield b"thanks"


@site.get("/async/dialogue")
async def dialogue_async(request: Request) -> AsyncIterator[bytes]:
    go = Path(request.query["go"])
    with closing(Entry()):
        yield b"question"
        async with asyncio.timeout(DEADLINE):
            while not go.exists():  # noqa: ASYNC110, ASYNC240  # another process makes it
                await asyncio.sleep(PAUSE)
        yield b"thanks"


@site.get("/def/endless")
def endless() -> Iterator[bytes]:
    with closing(Entry()):
        while True:
            yield CHUNK
            time.sleep(PAUSE)


@site.get("/async/endless")
async def endless_async() -> AsyncIterator[bytes]:
    with closing(Entry()):
        while True:
            yield CHUNK
            await asyncio.sleep(PAUSE)


@site.get("/def/flood")
def flood() -> Iterator[bytes]:
    with closing(Entry()):
        while True:
            yield MANY


@site.get("/async/flood")
async def flood_async() -> AsyncIterator[bytes]:
    with closing(Entry()):
        while True:
            yield MANY
            await asyncio.sleep(0)


@site.get("/def/iterator")
def iterator() -> StreamingResponse:
    return StreamingResponse(Chunks())


@site.get("/async/iterator")
def iterator_async() -> StreamingResponse:
    return StreamingResponse(AsyncChunks())


# A stream that fails after so many chunks.


@site.get("/def/fails/{after:int}")
def fails(after: int) -> Iterator[bytes]:
    for _ in range(after):
        yield CHUNK
    raise RuntimeError("no such report")


@site.get("/async/fails/{after:int}")
async def fails_async(after: int) -> AsyncIterator[bytes]:
    for _ in range(after):
        yield CHUNK
    raise RuntimeError("no such report")


# A server that stops.


@application.on_startup
@app.on_startup
def begin() -> None:
    note("the lifespan begins")


@application.on_shutdown
@app.on_shutdown
def end() -> None:
    note("the lifespan ends")


def note(what: str) -> None:
    """Write a line into the server's log, and who writes it."""
    os.write(sys.stderr.fileno(), f"{what} in {os.getpid()}\n".encode())


@site.get("/def/slow/{seconds:float}")
def slow(seconds: float) -> str:
    note("a request has begun")
    time.sleep(seconds)
    return "whole"


@site.get("/async/slow/{seconds:float}")
async def slow_async(seconds: float) -> str:
    note("a request has begun")
    await asyncio.sleep(seconds)
    return "whole"


@site.get("/def/slow-stream/{seconds:float}")
def slow_stream(seconds: float) -> Iterator[bytes]:
    try:
        yield b"wh"
        time.sleep(seconds)
        yield b"ole"
    finally:
        note("a stream is closed")


@site.get("/async/slow-stream/{seconds:float}")
async def slow_stream_async(seconds: float) -> AsyncIterator[bytes]:
    try:
        yield b"wh"
        await asyncio.sleep(seconds)
        yield b"ole"
    finally:
        note("a stream is closed")


@site.get("/def/ticking-stream/{seconds:float}")
def ticking_stream(seconds: float) -> Iterator[bytes]:
    until = time.monotonic() + seconds
    try:
        yield b"wh"
        while time.monotonic() < until:
            time.sleep(PAUSE)
            yield b"o"
        yield b"le"
    finally:
        note("a stream is closed")
