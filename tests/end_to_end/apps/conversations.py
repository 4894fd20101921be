"""A program whose WebSockets end in every way that a handler can end them."""

from asgi_adapter import ASGIAdapter, WebSocket
from core import App

site = App()
app = ASGIAdapter(site)


@app.websocket("/listen")
async def listen(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:  # until the client is gone, which ends it from within
        await websocket.send_text(await websocket.receive_text())


@app.websocket("/leave/{code:int}")
async def leave(websocket: WebSocket, code: int) -> None:
    await websocket.accept()
    await websocket.close(code, "enough")
    await websocket.close()  # once more changes nothing


@app.websocket("/refuse")
async def refuse(websocket: WebSocket) -> None:
    await websocket.close()


@app.websocket("/crash")
async def crash(websocket: WebSocket) -> None:
    await websocket.accept()
    raise RuntimeError("after the handshake")


@app.websocket("/crash-early")
async def crash_early(websocket: WebSocket) -> None:
    raise RuntimeError("before the handshake")
