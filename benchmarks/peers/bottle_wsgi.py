"""Bottle: an application object of one's own, a dict for JSON, `after_request` hooks."""

from collections.abc import Callable
from typing import Any

from bottle import Bottle, request, response

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
