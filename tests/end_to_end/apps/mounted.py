"""A program with an App, a Flask and a Starlette application below prefixes, at both doors."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager

import flask
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from asgi_adapter import ASGIAdapter
from core import App
from wsgi_adapter import WSGIAdapter

closed: list[str] = []

# An App.

inner = App()


@inner.get("/links/{name}")
def inner_link(request, name: str) -> str:
    return f"{request.root_path} {request.url_for('inner_link', name=name)}"


@inner.post("/echo")
async def inner_echo(request) -> bytes:
    return request.body


@inner.get("/endless")
async def inner_endless() -> AsyncGenerator[bytes]:
    try:
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0)
    finally:
        closed.append("inner")


# Flask.

with_flask = flask.Flask("with_flask")


@with_flask.get("/links/<name>")
def flask_link(name: str) -> str:
    return f"{flask.request.root_path} {flask.url_for('flask_link', name=name)}"


@with_flask.post("/echo")
def flask_echo() -> bytes:
    return flask.request.get_data()


@with_flask.get("/endless")
def flask_endless() -> flask.Response:
    def chunks() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
        finally:
            closed.append("flask")

    return flask.Response(chunks())


# Starlette.


async def starlette_link(request: Request) -> Response:
    url = request.url_for("link", name=request.path_params["name"]).path
    return PlainTextResponse(f"{request.scope['root_path']} {url}")


async def starlette_echo(request: Request) -> Response:
    return Response(await request.body())


async def starlette_endless(_: Request) -> Response:
    async def chunks() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
                await asyncio.sleep(0)
        finally:
            closed.append("starlette")

    return StreamingResponse(chunks())


async def starlette_state(request: Request) -> Response:
    return PlainTextResponse(request.state.name)


async def starlette_greets(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(f"hello from {websocket.url.path}")
    await websocket.close()


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[dict[str, str]]:
    sys.stderr.write("starlette started\n")
    yield {"name": "opened"}
    sys.stderr.write("starlette stopped\n")


with_starlette = Starlette(
    routes=[
        Route("/links/{name}", starlette_link, name="link"),
        Route("/echo", starlette_echo, methods=["POST"]),
        Route("/endless", starlette_endless),
        Route("/state", starlette_state),
        WebSocketRoute("/ws", starlette_greets),
    ],
    lifespan=lifespan,
)

# All of it.

site = App()
site.get("/")(lambda: "site")
site.get("/closed")(lambda: closed)
site.mount("/inner", inner)

application, app = WSGIAdapter(site), ASGIAdapter(site)
for adapter in (application, app):
    adapter.mount("/flask", with_flask)
    adapter.mount("/starlette", with_starlette)
