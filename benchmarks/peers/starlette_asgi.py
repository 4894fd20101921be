"""Starlette: a list of routes, response classes, pure ASGI middleware as its docs prefer it."""

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, async_chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes


class Mark:
    """A pure ASGI middleware that adds one header to the response."""

    def __init__(self, app: Any, mark: str) -> None:
        self.app = app
        self.mark = mark

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on, and wrap `send`."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_marked(message: Any) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append(self.mark, "1")
            await send(message)

        await self.app(scope, receive, send_marked)


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Starlette:
    measured = [
        Route("/text", text),
        Route("/users/{id:int}", user),
        Route("/echo", echo, methods=["POST"]),
        Route("/form", form, methods=["POST"]),
        Route("/cookies", cookies),
        Route("/sleep", sleep),
        Route("/large", large),
        Route("/small", small),
        Route("/megabyte", megabyte),
        Route("/last", last),
        Route("/page", page),
        Route("/movie", movie),
        Route("/length", length, methods=["POST"]),
    ]
    before = [Route(path, other) for path in others.before]
    after = [Route(path, other) for path in others.after]
    middleware = [Middleware(Mark, mark=mark) for mark in marks]
    return Starlette(routes=[*before, *measured, *after], middleware=middleware)


async def text(request: Request) -> PlainTextResponse:  # noqa: ARG001 - the form
    return PlainTextResponse("Hello, world!")


async def user(request: Request) -> JSONResponse:
    number = request.path_params["id"]
    return JSONResponse({"id": number, "name": f"user {number}"})


async def echo(request: Request) -> JSONResponse:
    return JSONResponse(await request.json())


async def form(request: Request) -> PlainTextResponse:
    fields = await request.form()
    return PlainTextResponse(f"{fields['title']}, {fields['remark']}")


async def cookies(request: Request) -> PlainTextResponse:
    response = PlainTextResponse(request.cookies["theme"])
    response.set_cookie("seen", str(int(request.cookies["seen"]) + 1))
    return response


async def sleep(request: Request) -> PlainTextResponse:  # noqa: ARG001 - the form
    await asyncio.sleep(0)
    return PlainTextResponse("Hello, world!")


async def large(request: Request) -> StreamingResponse:  # noqa: ARG001 - the form
    return StreamingResponse(async_chunks(*LARGE), media_type="application/octet-stream")


async def small(request: Request) -> StreamingResponse:  # noqa: ARG001 - the form
    return StreamingResponse(async_chunks(*SMALL), media_type="application/octet-stream")


async def megabyte(request: Request) -> Response:  # noqa: ARG001 - the form
    return Response(MEGABYTE, media_type="application/octet-stream")


async def length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def last(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.headers["x-last"])


async def page(request: Request) -> FileResponse:  # noqa: ARG001 - the form
    return FileResponse(PAGE)


async def movie(request: Request) -> FileResponse:  # noqa: ARG001 - the form
    return FileResponse(MOVIE)


async def other(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.path_params.get("name", ""))
