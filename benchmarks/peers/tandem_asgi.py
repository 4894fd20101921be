"""Tandem with `async def` handlers behind its ASGI door; the same generator middleware."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from asgi_adapter import ASGIAdapter
from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, async_chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.tandem_wsgi import marking
from core import App, FileResponse, Request, Response


def build(others: OtherRoutes, marks: tuple[str, ...]) -> ASGIAdapter:
    return ASGIAdapter(make_site(others, marks))


def make_site(others: OtherRoutes, marks: tuple[str, ...]) -> App:
    """The application, which fits behind either door."""
    site = App()
    for mark in marks:
        site.middleware(marking(mark))
    register(site, others.before)

    @site.get("/text")
    async def text() -> str:
        return "Hello, world!"

    @site.get("/users/{id:int}")
    async def user(id: int) -> dict[str, Any]:  # noqa: A002 - the route's parameter is called id
        return {"id": id, "name": f"user {id}"}

    @site.post("/echo")
    async def echo(request: Request) -> Any:
        return request.json()

    @site.post("/form")
    async def form(request: Request) -> str:
        fields = request.form()
        return f"{fields['title']}, {fields['remark']}"

    @site.get("/cookies")
    async def cookies(request: Request) -> Response:
        response = Response(request.cookies["theme"])
        response.set_cookie("seen", str(int(request.cookies["seen"]) + 1))
        return response

    @site.get("/sleep")
    async def sleep() -> str:
        await asyncio.sleep(0)
        return "Hello, world!"

    @site.get("/large")
    async def large() -> AsyncIterator[bytes]:
        return async_chunks(*LARGE)

    @site.get("/small")
    async def small() -> AsyncIterator[bytes]:
        return async_chunks(*SMALL)

    @site.get("/megabyte")
    async def megabyte() -> bytes:
        return MEGABYTE

    @site.get("/last")
    async def last(request: Request) -> str:
        return request.headers["x-last"]

    @site.post("/length", max_body=100_000_000)
    async def length(request: Request) -> str:
        return str(len(request.body))

    @site.get("/page")
    async def page() -> FileResponse:
        return FileResponse(PAGE)

    @site.get("/movie")
    async def movie() -> FileResponse:
        return FileResponse(MOVIE)

    register(site, others.after)
    return site


def register(site: App, paths: list[str]) -> None:
    """Routes that are never asked for."""
    for path in paths:
        site.get(path)(other_member if "{" in path else other_page)


async def other_page() -> str:
    return "other"


async def other_member(name: str) -> str:
    return name
