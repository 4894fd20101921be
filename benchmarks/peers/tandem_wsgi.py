"""Tandem behind its WSGI door: `def` handlers, generator middleware."""

from collections.abc import Callable
from typing import Any

from benchmarks.other_routes import OtherRoutes
from core import App, Request
from wsgi_adapter import WSGIAdapter


def build(others: OtherRoutes, marks: tuple[str, ...]) -> WSGIAdapter:
    site = App()
    for mark in marks:
        site.middleware(marking(mark))
    register(site, others.before)

    @site.get("/text")
    def text() -> str:
        return "Hello, world!"

    @site.get("/users/{id:int}")
    def user(id: int) -> dict[str, Any]:  # noqa: A002 - the route's parameter is called id
        return {"id": id, "name": f"user {id}"}

    @site.post("/echo")
    def echo(request: Request) -> Any:
        return request.json()

    register(site, others.after)
    return WSGIAdapter(site)


def marking(mark: str) -> Callable[..., Any]:
    """A middleware that adds one header to the response."""

    def add_mark(request: Request):  # noqa: ARG001 - the form of a middleware
        response = yield
        response.headers[mark] = "1"
        return response

    return add_mark


def register(site: App, paths: list[str]) -> None:
    """Routes that are never asked for."""
    for path in paths:
        site.get(path)(other_member if "{" in path else other_page)


def other_page() -> str:
    return "other"


def other_member(name: str) -> str:
    return name
