"""Bottle: an application object of one's own, a dict for JSON, `after_request` hooks."""

from collections.abc import Callable, Iterator
from typing import Any

from bottle import Bottle, HTTPResponse, request, response, static_file

from benchmarks.chunks import LARGE, SMALL, chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Bottle:
    app = Bottle()
    for mark in marks:
        app.add_hook("after_request", marking(mark))
    register(app, others.before)

    @app.get("/text")
    def text() -> str:
        response.content_type = "text/plain; charset=utf-8"
        return "Hello, world!"

    @app.get("/users/<id:int>")
    def user(id: int) -> dict[str, Any]:  # noqa: A002 - the route's parameter is called id
        return {"id": id, "name": f"user {id}"}

    @app.post("/echo")
    def echo() -> Any:
        return request.json

    @app.post("/form")
    def form() -> str:
        response.content_type = "text/plain; charset=utf-8"
        return f"{request.forms.title}, {request.forms.remark}"

    @app.get("/cookies")
    def cookies() -> str:
        response.content_type = "text/plain; charset=utf-8"
        response.set_cookie("seen", str(int(request.get_cookie("seen")) + 1))
        return request.get_cookie("theme")

    @app.get("/large")
    def large() -> Iterator[bytes]:
        response.content_type = "application/octet-stream"
        return chunks(*LARGE)

    @app.get("/small")
    def small() -> Iterator[bytes]:
        response.content_type = "application/octet-stream"
        return chunks(*SMALL)

    @app.get("/page")
    def page() -> HTTPResponse:
        return static_file(PAGE.name, root=PAGE.parent)

    @app.get("/movie")
    def movie() -> HTTPResponse:
        return static_file(MOVIE.name, root=MOVIE.parent)

    register(app, others.after)
    return app


def marking(mark: str) -> Callable[[], None]:
    """A hook that adds one header to the response."""

    def add_mark() -> None:
        response.set_header(mark, "1")

    return add_mark


def register(app: Bottle, paths: list[str]) -> None:
    """Routes that are never asked for."""
    for path in paths:
        app.route(path.replace("{", "<").replace("}", ">"), callback=other)


def other(name: str = "") -> str:
    return name
