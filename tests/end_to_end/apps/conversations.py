"""A program whose WebSockets begin, go on and end in every way that a handler can choose.

What a handler learns about its client's end it writes to stderr, as a line "left: CODE REASON".
"""

import asyncio
import sys

from asgi_adapter import ASGIAdapter, WebSocket, WebSocketDisconnect
from core import App, Response, Unauthorized

site = App()
app = ASGIAdapter(site)


def write_line(line: str) -> None:
    """Write to stderr, at once and in one piece."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


@app.websocket("/echo")
async def echo(websocket: WebSocket) -> None:
    async with websocket:
        async for message in websocket:
            if isinstance(message, str):
                await websocket.send_text(message)
            else:
                await websocket.send_bytes(message)


@app.websocket("/json")
async def json(websocket: WebSocket) -> None:
    async with websocket:
        async for value in websocket.iter_json():
            await websocket.send_json({"got": value})


@app.websocket("/listen")
async def listen(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:  # until the client is gone, which ends it from within
        await websocket.send_text(await websocket.receive_text())


@app.websocket("/farewell")
async def farewell(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("here")
    try:
        await websocket.receive()
    except WebSocketDisconnect as error:
        write_line(f"left: {error.code} {error.reason!r}")
    except asyncio.CancelledError:
        write_line("left: cancelled")
        raise


@app.websocket("/handshake")
async def handshake(websocket: WebSocket) -> None:
    cookies = [("set-cookie", "a=1"), ("Set-Cookie", "b=2"), ("x-seen", websocket.cookies["c"])]
    await websocket.accept(websocket.subprotocols[-1], cookies)
    await websocket.send_json([websocket.subprotocols, websocket.query["q"]])


@app.websocket("/leave/{code:int}")
async def leave(websocket: WebSocket, code: int) -> None:
    await websocket.accept()
    await websocket.close(code, "enough")
    await websocket.close()  # once more changes nothing


@app.websocket("/burst/{count:int}")
async def burst(websocket: WebSocket, count: int) -> None:
    """Send and receive this many messages, both at the same time."""

    async def send_all() -> None:
        for number in range(count):
            await websocket.send_text(f"server {number}")

    async with websocket, asyncio.TaskGroup() as tasks:
        tasks.create_task(send_all())
        seen = [await websocket.receive_text() for _ in range(count)]
        assert seen == [f"client {number}" for number in range(count)]


@app.websocket("/subscribe")
async def subscribe(websocket: WebSocket) -> None:
    """Pass on what a queue brings, and hear the client: the way to wait for both."""
    news: asyncio.Queue[str] = asyncio.Queue()

    async def pass_on() -> None:
        try:
            while True:
                await websocket.send_text(await news.get())
        finally:
            write_line("unsubscribed")

    async with websocket, asyncio.TaskGroup() as tasks:
        passing = tasks.create_task(pass_on())
        async for message in websocket.iter_text():
            news.put_nowait(message.upper())
        passing.cancel()


@app.websocket("/patience")
async def patience(websocket: WebSocket) -> None:
    """Wait for a message in many short spells; the end of one must not lose a message."""
    async with websocket:
        spells = 0
        while spells < 3:
            try:
                async with asyncio.timeout(0.02):
                    await websocket.send_text(await websocket.receive_text())
            except TimeoutError:
                spells += 1
                await websocket.send_text("...")


@app.websocket("/ticks")
async def ticks(websocket: WebSocket) -> None:
    """Only send: that the client is gone is heard from `send`, where the server says it there."""
    await websocket.accept()
    try:
        async with asyncio.timeout(1):
            while True:
                await websocket.send_text("tick")
                await asyncio.sleep(0.01)
    except WebSocketDisconnect:
        write_line("ticks: the client is gone")
    except TimeoutError:
        write_line("ticks: nobody said that the client is gone")


@app.websocket("/flood")
async def flood(websocket: WebSocket) -> None:
    """Send 16 MiB to a client that may not read: whether `send` waits for it."""
    await websocket.accept()
    try:
        async with asyncio.timeout(1):
            for _ in range(256):
                await websocket.send_bytes(bytes(65_536))
        write_line("flood: all of it was taken")
    except TimeoutError:
        write_line("flood: send waited")


@app.websocket("/refuse")
async def refuse(websocket: WebSocket) -> None:
    await websocket.close()


@app.websocket("/return")
async def return_at_once(websocket: WebSocket) -> None:
    """Neither accept nor close."""


@app.websocket("/secret")
async def secret(websocket: WebSocket) -> None:
    raise Unauthorized("who are you?", {"www-authenticate": "Basic"})


@app.websocket("/teapot")
async def teapot(websocket: WebSocket) -> None:
    await websocket.refuse(Response("short and stout", 418, {"x-a": "1"}))


@app.websocket("/logout")
async def logout(websocket: WebSocket) -> None:
    response = Response("log in first", 401)
    response.delete_cookie("user")
    response.delete_cookie("theme")
    await websocket.refuse(response)


@app.websocket("/elsewhere", origins=["https://elsewhere.example"])
async def elsewhere(websocket: WebSocket) -> None:
    await websocket.accept()


@app.websocket("/crash")
async def crash(websocket: WebSocket) -> None:
    await websocket.accept()
    raise RuntimeError("after the handshake")


@app.websocket("/crash-early")
async def crash_early(websocket: WebSocket) -> None:
    raise RuntimeError("before the handshake")
