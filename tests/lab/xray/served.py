"""A module as a user has it: an App with both doors, and the routes that the presets ask for."""

from asgi_adapter import ASGIAdapter
from core import App, Request, Response
from wsgi_adapter import WSGIAdapter

site = App()
application = WSGIAdapter(site)
app = ASGIAdapter(site)
not_callable = 5


@site.get("/")
def home() -> str:
    return "Hello!"


@site.get("/caf{rest}")
def cafe(rest: str) -> dict[str, str]:
    return {"rest": rest}


@site.post("/echo")
def echo(request: Request) -> Response:
    return Response(request.body, headers={"content-type": "application/octet-stream"})


@site.get("/cookie")
def cookie() -> Response:
    return Response("baked", headers={"set-cookie": "session=s3cret; Path=/; HttpOnly"})


@site.get("/stream")
def stream():
    return (f"part {number}\n".encode() for number in range(3))


@site.get("/endless")
def endless():
    def chunks():
        while True:
            yield b"again\n"

    return chunks()


@app.websocket("/ws")
async def chat(websocket):
    async with websocket:
        await websocket.send_text("welcome")
        async for message in websocket:
            await websocket.send_text(f"you said {message!r}")


@app.websocket("/closing")
async def closing(websocket):
    async with websocket:
        await websocket.send_text("that is all")
        await websocket.close(4001, "enough")


@site.get("/fails")
def fails():
    def chunks():
        yield b"some"
        raise RuntimeError("on purpose")

    return chunks()
