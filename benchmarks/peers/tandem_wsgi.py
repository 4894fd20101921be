"""Tandem with `def` handlers, generators among them, behind its WSGI door; generator middleware."""

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes
from core import App, FileResponse, Request, Response
from wsgi_adapter import WSGIAdapter


def build(others: OtherRoutes, marks: tuple[str, ...]) -> WSGIAdapter:
    return WSGIAdapter(make_site(others, marks))


def make_site(others: OtherRoutes, marks: tuple[str, ...]) -> App:
    """The application, which fits behind either door."""
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

    @site.post("/form")
    def form(request: Request) -> str:
        fields = request.form()
        return f"{fields['title']}, {fields['remark']}"

    @site.get("/cookies")
    def cookies(request: Request) -> Response:
        response = Response(request.cookies["theme"])
        response.set_cookie("seen", str(int(request.cookies["seen"]) + 1))
        return response

    @site.get("/sleep")
    def sleep() -> str:  # where nothing is awaited there is no sleep to wait for
        return "Hello, world!"

    @site.get("/large")
    def large() -> Iterator[bytes]:
        return chunks(*LARGE)

    @site.get("/small")
    def small() -> Iterator[bytes]:
        return chunks(*SMALL)

    @site.get("/megabyte")
    def megabyte() -> bytes:
        return MEGABYTE

    @site.get("/last")
    def last(request: Request) -> str:
        return request.headers["x-last"]

    @site.post("/length", max_body=100_000_000)
    def length(request: Request) -> str:
        return str(len(request.body))

    @site.get("/page")
    def page() -> FileResponse:
        return FileResponse(PAGE)

    @site.get("/movie")
    def movie() -> FileResponse:
        return FileResponse(MOVIE)

    register(site, others.after)
    return site


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
