"""Flask: view functions, a dict for JSON, generators for streams, `after_request` functions."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Response, request, send_file

from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Flask:
    app = Flask(__name__, static_folder=None)
    for mark in marks:
        app.after_request(marking(mark))
    register(app, others.before)

    @app.get("/text")
    def text() -> Response:
        return Response("Hello, world!", mimetype="text/plain")

    @app.get("/users/<int:id>")
    def user(id: int) -> dict[str, Any]:  # noqa: A002 - the route's parameter is called id
        return {"id": id, "name": f"user {id}"}

    @app.post("/echo")
    def echo() -> Any:
        return request.get_json()

    @app.post("/form")
    def form() -> Response:
        fields = request.form
        return Response(f"{fields['title']}, {fields['remark']}", mimetype="text/plain")

    @app.get("/cookies")
    def cookies() -> Response:
        response = Response(request.cookies["theme"], mimetype="text/plain")
        response.set_cookie("seen", str(int(request.cookies["seen"]) + 1))
        return response

    @app.get("/large")
    def large() -> tuple[Iterator[bytes], dict[str, str]]:
        return chunks(*LARGE), {"Content-Type": "application/octet-stream"}

    @app.get("/small")
    def small() -> tuple[Iterator[bytes], dict[str, str]]:
        return chunks(*SMALL), {"Content-Type": "application/octet-stream"}

    @app.get("/megabyte")
    def megabyte() -> Response:
        return Response(MEGABYTE, mimetype="application/octet-stream")

    @app.post("/length")
    def length() -> Response:
        return Response(str(len(request.get_data())), mimetype="text/plain")

    @app.get("/last")
    def last() -> Response:
        return Response(request.headers["X-Last"], mimetype="text/plain")

    @app.get("/page")
    def page() -> Response:
        return send_file(PAGE)

    @app.get("/movie")
    def movie() -> Response:
        return send_file(MOVIE)

    register(app, others.after)
    return app


def marking(mark: str) -> Callable[[Response], Response]:
    """A function that adds one header to the response."""

    def add_mark(response: Response) -> Response:
        response.headers[mark] = "1"
        return response

    return add_mark


def register(app: Flask, paths: list[str]) -> None:
    """Routes that are never asked for."""
    for path in paths:
        rule = path.replace("{", "<").replace("}", ">")
        app.add_url_rule(rule, endpoint=path, view_func=other)


def other(name: str = "") -> str:
    return name
