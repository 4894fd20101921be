"""Quart: Flask's API with `async def` views."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from quart import Quart, Response, request, send_file

from benchmarks.chunks import LARGE, SMALL, async_chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Quart:
    app = Quart(__name__, static_folder=None)
    for mark in marks:
        app.after_request(marking(mark))
    register(app, others.before)

    @app.get("/text")
    async def text() -> Response:
        return Response("Hello, world!", mimetype="text/plain")

    @app.get("/users/<int:id>")
    async def user(id: int) -> dict[str, Any]:  # noqa: A002 - the route's parameter is called id
        return {"id": id, "name": f"user {id}"}

    @app.post("/echo")
    async def echo() -> Any:
        return await request.get_json()

    @app.post("/form")
    async def form() -> Response:
        fields = await request.form
        return Response(f"{fields['title']}, {fields['remark']}", mimetype="text/plain")

    @app.get("/cookies")
    async def cookies() -> Response:
        response = Response(request.cookies["theme"], mimetype="text/plain")
        response.set_cookie("seen", str(int(request.cookies["seen"]) + 1))
        return response

    @app.get("/large")
    async def large() -> tuple[AsyncIterator[bytes], dict[str, str]]:
        return async_chunks(*LARGE), {"Content-Type": "application/octet-stream"}

    @app.get("/small")
    async def small() -> tuple[AsyncIterator[bytes], dict[str, str]]:
        return async_chunks(*SMALL), {"Content-Type": "application/octet-stream"}

    @app.get("/page")
    async def page() -> Response:
        return await send_file(PAGE)

    @app.get("/movie")
    async def movie() -> Response:
        return await send_file(MOVIE)

    register(app, others.after)
    return app


def marking(mark: str) -> Callable[[Response], Awaitable[Response]]:
    """A function that adds one header to the response."""

    async def add_mark(response: Response) -> Response:
        response.headers[mark] = "1"
        return response

    return add_mark


def register(app: Quart, paths: list[str]) -> None:
    """Routes that are never asked for."""
    for path in paths:
        rule = path.replace("{", "<").replace("}", ">")
        app.add_url_rule(rule, endpoint=path, view_func=other)


async def other(name: str = "") -> str:
    return name
