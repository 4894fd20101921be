"""Tandem behind its ASGI door: `async def` handlers, the same generator middleware."""

from typing import Any

from asgi_adapter import ASGIAdapter
from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.tandem_wsgi import marking
from core import App, Request


def build(others: OtherRoutes, marks: tuple[str, ...]) -> ASGIAdapter:
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

    register(site, others.after)
    return ASGIAdapter(site)


def register(site: App, paths: list[str]) -> None:
    """Routes that are never asked for."""
    for path in paths:
        site.get(path)(other_member if "{" in path else other_page)


async def other_page() -> str:
    return "other"


async def other_member(name: str) -> str:
    return name
