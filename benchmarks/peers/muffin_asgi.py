"""Muffin: handlers of a request, `path_params`, internal middlewares."""

from collections.abc import Awaitable, Callable
from typing import Any

from muffin import Application, Request, ResponseFile, ResponseStream, ResponseText

from benchmarks.chunks import LARGE, SMALL, async_chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Application:
    app = Application()
    for mark in marks:
        app.middleware(marking(mark))
    register(app, others.before)

    @app.route("/text", methods=["GET"])
    async def text(request: Request) -> ResponseText:  # noqa: ARG001 - the form
        return ResponseText("Hello, world!")

    @app.route("/users/{id:int}", methods=["GET"])
    async def user(request: Request) -> dict[str, Any]:
        number = request.path_params["id"]
        return {"id": number, "name": f"user {number}"}

    @app.route("/echo", methods=["POST"])
    async def echo(request: Request) -> Any:
        return await request.json()

    @app.route("/form", methods=["POST"])
    async def form(request: Request) -> ResponseText:
        fields = await request.form()
        return ResponseText(f"{fields['title']}, {fields['remark']}")

    @app.route("/cookies", methods=["GET"])
    async def cookies(request: Request) -> ResponseText:
        response = ResponseText(request.cookies["theme"])
        response.cookies["seen"] = str(int(request.cookies["seen"]) + 1)
        return response

    @app.route("/large", methods=["GET"])
    async def large(request: Request) -> ResponseStream:  # noqa: ARG001 - the form
        return ResponseStream(async_chunks(*LARGE), content_type="application/octet-stream")

    @app.route("/small", methods=["GET"])
    async def small(request: Request) -> ResponseStream:  # noqa: ARG001 - the form
        return ResponseStream(async_chunks(*SMALL), content_type="application/octet-stream")

    @app.route("/page", methods=["GET"])
    async def page(request: Request) -> ResponseFile:  # noqa: ARG001 - the form
        return ResponseFile(PAGE)

    @app.route("/movie", methods=["GET"])
    async def movie(request: Request) -> ResponseFile:  # noqa: ARG001 - the form
        return ResponseFile(MOVIE)

    register(app, others.after)
    return app


def marking(mark: str) -> Callable[..., Awaitable[Any]]:
    """A middleware that adds one header to the response."""

    async def add_mark(app: Any, request: Request, receive: Any, send: Any) -> Any:
        response = await app(request, receive, send)
        response.headers[mark] = "1"
        return response

    return add_mark


def register(app: Application, paths: list[str]) -> None:
    """Routes that are never asked for."""
    for path in paths:
        app.route(path, methods=["GET"])(other)


async def other(request: Request) -> str:
    return request.path_params.get("name", "")
