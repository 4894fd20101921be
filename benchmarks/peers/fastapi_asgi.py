"""FastAPI: annotated path operations, `@app.middleware("http")` as in its tutorial."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse

from benchmarks.other_routes import OtherRoutes


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
