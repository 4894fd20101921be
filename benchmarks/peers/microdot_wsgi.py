"""microdot on WSGI: its `Microdot` of that world, `async def` handlers as its docs have them."""

from collections.abc import Callable
from typing import Any

from microdot.wsgi import Microdot, Request, Response, send_file

from benchmarks.chunks import LARGE, SMALL, chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Microdot:
    return fill(Microdot(), others, marks)


def fill(app: Any, others: OtherRoutes, marks: tuple[str, ...]) -> Any:
    """The application of either world with its routes."""
    for mark in marks:
        app.after_request(marking(mark))
    register(app, others.before)

    @app.get("/text")
    async def text(request: Request) -> str:  # noqa: ARG001 - the form
        return "Hello, world!"

    @app.get("/users/<int:id>")
    async def user(request: Request, id: int) -> dict[str, Any]:  # noqa: A002, ARG001 - the form
        return {"id": id, "name": f"user {id}"}

    @app.post("/echo")
    async def echo(request: Request) -> Any:
        return request.json

    @app.post("/form")
    async def form(request: Request) -> str:
        return f"{request.form['title']}, {request.form['remark']}"

    @app.get("/cookies")
    async def cookies(request: Request) -> Response:
        response = Response(request.cookies["theme"])
        response.set_cookie("seen", str(int(request.cookies["seen"]) + 1))
        return response

    @app.get("/large")
    async def large(request: Request) -> Any:  # noqa: ARG001 - the form
        return chunks(*LARGE), {"Content-Type": "application/octet-stream"}

    @app.get("/small")
    async def small(request: Request) -> Any:  # noqa: ARG001 - the form
        return chunks(*SMALL), {"Content-Type": "application/octet-stream"}

    @app.get("/page")
    async def page(request: Request) -> Response:  # noqa: ARG001 - the form
        return send_file(str(PAGE))

    @app.get("/movie")
    async def movie(request: Request) -> Response:  # noqa: ARG001 - the form
        return send_file(str(MOVIE))

    register(app, others.after)
    return app


def marking(mark: str) -> Callable[..., Any]:
    """A function that adds one header to the response."""

    async def add_mark(request: Request, response: Response) -> Response:  # noqa: ARG001 - the form
        response.headers[mark] = "1"
        return response

    return add_mark


def register(app: Any, paths: list[str]) -> None:
    """Routes that are never asked for."""
    for path in paths:
        app.get(path.replace("{", "<").replace("}", ">"))(other)


async def other(request: Request, name: str = "") -> str:  # noqa: ARG001 - the form
    return name
