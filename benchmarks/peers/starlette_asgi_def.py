"""Starlette with `def` endpoints and generators, which it runs in anyio's threads."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, chunks
from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.starlette_asgi import Mark


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Starlette:
    measured = [
        Route("/text", text),
        Route("/large", large),
        Route("/small", small),
        Route("/megabyte", megabyte),
    ]
    before = [Route(path, other) for path in others.before]
    after = [Route(path, other) for path in others.after]
    middleware = [Middleware(Mark, mark=mark) for mark in marks]
    return Starlette(routes=[*before, *measured, *after], middleware=middleware)


def text(request: Request) -> PlainTextResponse:  # noqa: ARG001 - the form
    return PlainTextResponse("Hello, world!")


def large(request: Request) -> StreamingResponse:  # noqa: ARG001 - the form
    return StreamingResponse(chunks(*LARGE), media_type="application/octet-stream")


def small(request: Request) -> StreamingResponse:  # noqa: ARG001 - the form
    return StreamingResponse(chunks(*SMALL), media_type="application/octet-stream")


def megabyte(request: Request) -> Response:  # noqa: ARG001 - the form
    return Response(MEGABYTE, media_type="application/octet-stream")


def other(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.path_params.get("name", ""))
