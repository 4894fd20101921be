"""Pyramid: a `Configurator` of routes and views, the renderer "json", tweens as middleware.

It has no 405: a view of another method is no match, so it answers 404.
"""

import warnings
from collections.abc import Callable
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # WebOb imports `cgi`
    from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import FileResponse, Response

from benchmarks.chunks import LARGE, SMALL, chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Any:
    with Configurator() as config:
        for number, mark in enumerate(marks):
            config.add_tween(f"{__name__}.tween_{number}")
            config.registry.settings[f"mark_{number}"] = mark
        register(config, others.before, "before")
        for view, path, options in MEASURED:
            config.add_route(view.__name__, path)
            config.add_view(view, route_name=view.__name__, **options)
        register(config, others.after, "after")
        return config.make_wsgi_app()


def text(request: Request) -> Response:  # noqa: ARG001 - the form
    return Response("Hello, world!", content_type="text/plain")


def user(request: Request) -> dict[str, Any]:
    number = int(request.matchdict["id"])
    return {"id": number, "name": f"user {number}"}


def echo(request: Request) -> Any:
    return request.json_body


def form(request: Request) -> Response:
    fields = request.POST
    return Response(f"{fields['title']}, {fields['remark']}", content_type="text/plain")


def cookies(request: Request) -> Response:
    response = Response(request.cookies["theme"], content_type="text/plain")
    response.set_cookie("seen", str(int(request.cookies["seen"]) + 1))
    return response


def large(request: Request) -> Response:  # noqa: ARG001 - the form
    return Response(app_iter=chunks(*LARGE), content_type="application/octet-stream")


def small(request: Request) -> Response:  # noqa: ARG001 - the form
    return Response(app_iter=chunks(*SMALL), content_type="application/octet-stream")


def page(request: Request) -> FileResponse:
    return FileResponse(PAGE, request=request)


def movie(request: Request) -> FileResponse:
    return FileResponse(MOVIE, request=request)


def other(request: Request) -> Response:
    return Response(request.matchdict.get("name", ""))


MEASURED: list[tuple[Callable[..., Any], str, dict[str, str]]] = [
    (text, "/text", {"request_method": "GET"}),
    (user, r"/users/{id:\d+}", {"request_method": "GET", "renderer": "json"}),
    (echo, "/echo", {"request_method": "POST", "renderer": "json"}),
    (form, "/form", {"request_method": "POST"}),
    (cookies, "/cookies", {}),
    (large, "/large", {}),
    (small, "/small", {}),
    (page, "/page", {}),
    (movie, "/movie", {}),
]


def register(config: Configurator, paths: list[str], prefix: str) -> None:
    """Routes that are never asked for."""
    for number, path in enumerate(paths):
        config.add_route(f"{prefix}_{number}", path)
        config.add_view(other, route_name=f"{prefix}_{number}")


def _tween(number: int) -> Callable[..., Any]:
    """The factory of a tween that adds one header to the response."""

    def factory(handler: Callable[[Request], Response], registry: Any) -> Callable[..., Response]:
        mark = registry.settings[f"mark_{number}"]

        def add_mark(request: Request) -> Response:
            response = handler(request)
            response.headers[mark] = "1"
            return response

        return add_mark

    return factory


tween_0, tween_1, tween_2 = map(_tween, range(3))  # a tween is named, by a dotted name
