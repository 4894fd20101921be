"""FastAPI: annotated path operations, `@app.middleware("http")` as in its tutorial."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Cookie, FastAPI, Form, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse, StreamingResponse
from pydantic import BaseModel

from benchmarks.chunks import LARGE, SMALL, async_chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes


class Note(BaseModel):
    """The body of the typed case."""

    title: str
    tags: list[str]
    count: int
    price: float
    done: bool
    owner: str | None


def build(others: OtherRoutes, marks: tuple[str, ...]) -> FastAPI:
    app = FastAPI()
    for mark in marks:
        app.middleware("http")(marking(mark))
    register(app, others.before)

    @app.get("/text", response_class=PlainTextResponse)
    async def text() -> str:
        return "Hello, world!"

    @app.get("/users/{id}")
    async def user(id: int) -> dict[str, Any]:  # noqa: A002 - the route's parameter is called id
        return {"id": id, "name": f"user {id}"}

    @app.post("/echo")
    async def echo(note: dict[str, Any]) -> dict[str, Any]:
        return note

    @app.post("/typed")
    async def typed(note: Note) -> Note:
        return note

    @app.post("/form", response_class=PlainTextResponse)
    async def form(title: Annotated[str, Form()], remark: Annotated[str, Form()]) -> str:
        return f"{title}, {remark}"

    @app.get("/cookies", response_class=PlainTextResponse)
    async def cookies(
        theme: Annotated[str, Cookie()], seen: Annotated[int, Cookie()], response: Response
    ) -> str:
        response.set_cookie("seen", str(seen + 1))
        return theme

    @app.get("/large")
    async def large() -> StreamingResponse:
        return StreamingResponse(async_chunks(*LARGE), media_type="application/octet-stream")

    @app.get("/small")
    async def small() -> StreamingResponse:
        return StreamingResponse(async_chunks(*SMALL), media_type="application/octet-stream")

    @app.get("/page")
    async def page() -> FileResponse:
        return FileResponse(PAGE)

    @app.get("/movie")
    async def movie() -> FileResponse:
        return FileResponse(MOVIE)

    register(app, others.after)
    return app


def marking(mark: str) -> Callable[..., Awaitable[Response]]:
    """A middleware that adds one header to the response."""

    async def add_mark(request: Request, call_next: Callable[..., Any]) -> Response:
        response = await call_next(request)
        response.headers[mark] = "1"
        return response

    return add_mark


def register(app: FastAPI, paths: list[str]) -> None:
    """Routes that are never asked for."""
    for path in paths:
        app.get(path)(other_member if "{" in path else other_page)


async def other_page() -> str:
    return "other"


async def other_member(name: str) -> str:
    return name
