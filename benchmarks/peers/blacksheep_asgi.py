"""BlackSheep: decorated handlers on the application's router, middlewares of (request, handler)."""

from collections.abc import Awaitable, Callable
from typing import Any

from blacksheep import Application, Request, Response, Router, json, text

from benchmarks.other_routes import OtherRoutes


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
