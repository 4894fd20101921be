"""BlackSheep: decorated handlers on the application's router, middlewares of (request, handler)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from blacksheep import (
    Application,
    Cookie,
    FromJSON,
    Request,
    Response,
    Router,
    StreamedContent,
    file,
    json,
    text,
)

from benchmarks.chunks import LARGE, SMALL, async_chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes


@dataclass
class Note:
    """The body of the typed case."""

    title: str
    tags: list[str]
    count: int
    price: float
    done: bool
    owner: str | None


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Application:
    app = Application(router=Router())
    for mark in marks:
        app.middlewares.append(marking(mark))
    register(app, others.before)

    @app.router.get("/text")
    async def greeting() -> Response:
        return text("Hello, world!")

    @app.router.get("/users/{int:id}")
    async def user(id: int) -> Response:  # noqa: A002 - the route's parameter is called id
        return json({"id": id, "name": f"user {id}"})

    @app.router.post("/echo")
    async def echo(request: Request) -> Response:
        return json(await request.json())

    @app.router.post("/typed")
    async def typed(note: FromJSON[Note]) -> Response:
        return json(note.value)

    @app.router.post("/form")
    async def form(request: Request) -> Response:
        fields = await request.form()
        return text(f"{fields['title']}, {fields['remark']}")

    @app.router.get("/cookies")
    async def cookies(request: Request) -> Response:
        response = text(request.cookies["theme"])
        response.set_cookie(Cookie("seen", str(int(request.cookies["seen"]) + 1)))
        return response

    @app.router.get("/large")
    async def large() -> Response:
        content = StreamedContent(b"application/octet-stream", partial(async_chunks, *LARGE))
        return Response(200, content=content)

    @app.router.get("/small")
    async def small() -> Response:
        content = StreamedContent(b"application/octet-stream", partial(async_chunks, *SMALL))
        return Response(200, content=content)

    @app.router.post("/length")
    async def length(request: Request) -> Response:
        return text(str(len(await request.read() or b"")))

    @app.router.get("/last")
    async def last(request: Request) -> Response:
        return text(request.get_first_header(b"x-last").decode())

    @app.router.get("/page")
    async def page() -> Response:
        return file(str(PAGE), "application/octet-stream")

    @app.router.get("/movie")
    async def movie() -> Response:
        return file(str(MOVIE), "application/octet-stream")

    register(app, others.after)
    return app


def marking(mark: str) -> Callable[..., Awaitable[Response]]:
    """A middleware that adds one header to the response."""
    name = mark.encode()

    async def add_mark(request: Request, handler: Callable[..., Any]) -> Response:
        response = await handler(request)
        response.headers.add(name, b"1")
        return response

    return add_mark


def register(app: Application, paths: list[str]) -> None:
    """Routes that are never asked for."""
    for path in paths:
        app.router.add_get(path, other_member if "{" in path else other_page)


async def other_page() -> Response:
    return text("other")


async def other_member(name: str) -> Response:
    return text(name)
