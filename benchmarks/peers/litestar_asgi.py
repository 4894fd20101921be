"""Litestar: typed route handlers, `data` for the body, `ASGIMiddleware` classes."""

from typing import Any

from litestar import Litestar, MediaType, get, post
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware

from benchmarks.other_routes import OtherRoutes


class Mark(ASGIMiddleware):
    """A middleware that adds one header to the response."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, mark: str) -> None:
        self.mark = mark

    async def handle(self, scope: Any, receive: Any, send: Any, next_app: Any) -> None:
        """Pass the request on, and wrap `send`."""

        async def send_marked(message: Any) -> None:
            if message["type"] == "http.response.start":
                MutableScopeHeaders.from_message(message)[self.mark] = "1"
            await send(message)

        await next_app(scope, receive, send_marked)


@get("/text", media_type=MediaType.TEXT)
async def text() -> str:
    return "Hello, world!"


@get("/users/{id:int}")
async def user(id: int) -> dict[str, Any]:  # noqa: A002 - the route's parameter is called id
    return {"id": id, "name": f"user {id}"}


@post("/echo", status_code=200)
async def echo(data: dict[str, Any]) -> dict[str, Any]:
    return data


async def other_page() -> str:
    return "other"


async def other_member(name: str) -> str:
    return name


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Litestar:
    measured = [text, user, echo]
    handlers = [*others_of(others.before), *measured, *others_of(others.after)]
    return Litestar(handlers, middleware=[Mark(mark) for mark in marks])


def others_of(paths: list[str]) -> list[Any]:
    """Routes that are never asked for."""
    return [
        get(path.replace("{name}", "{name:str}"))(other_member)
        if "{" in path
        else get(path)(other_page)
        for path in paths
    ]
