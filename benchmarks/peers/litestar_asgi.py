"""Litestar: typed route handlers, `data` for the body, `ASGIMiddleware` classes."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import RequestEncodingType, ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.params import Body
from litestar.response import File, Stream

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


@post("/typed", status_code=200)
async def typed(data: Note) -> Note:
    return data


@post("/form", status_code=200, media_type=MediaType.TEXT)
async def form(
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> str:
    return f"{data['title']}, {data['remark']}"


@get("/cookies", media_type=MediaType.TEXT)
async def cookies(request: Request[Any, Any, Any]) -> Response[str]:
    response = Response(request.cookies["theme"])
    response.set_cookie("seen", str(int(request.cookies["seen"]) + 1))
    return response


@get("/large")
async def large() -> Stream:
    return Stream(async_chunks(*LARGE), media_type="application/octet-stream")


@get("/small")
async def small() -> Stream:
    return Stream(async_chunks(*SMALL), media_type="application/octet-stream")


@get("/page")
async def page() -> File:
    return File(PAGE)


@get("/movie")
async def movie() -> File:
    return File(MOVIE)


async def other_page() -> str:
    return "other"


async def other_member(name: str) -> str:
    return name


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Litestar:
    measured = [text, user, echo, typed, form, cookies, large, small, page, movie]
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
