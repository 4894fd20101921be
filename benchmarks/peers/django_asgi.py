"""Django with `async def` views, on ASGI."""

import asyncio
from typing import Any

from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, async_chunks
from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.django_settings import patterns, set_up

urlpatterns: list[Any] = []


class Request(ASGIRequest):
    """A request that is routed by the patterns of this file."""

    urlconf = __name__  # Django's docs, "How Django processes a request"


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Any:  # noqa: ARG001 - no case marks it
    set_up()
    urlpatterns[:] = patterns(MEASURED, other, others)
    app = get_asgi_application()
    app.request_class = Request
    return app


async def text(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the form
    return HttpResponse("Hello, world!", content_type="text/plain")


async def sleep(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the form
    await asyncio.sleep(0)
    return HttpResponse("Hello, world!", content_type="text/plain")


async def large(request: HttpRequest) -> StreamingHttpResponse:  # noqa: ARG001 - the form
    return StreamingHttpResponse(async_chunks(*LARGE), content_type="application/octet-stream")


async def small(request: HttpRequest) -> StreamingHttpResponse:  # noqa: ARG001 - the form
    return StreamingHttpResponse(async_chunks(*SMALL), content_type="application/octet-stream")


async def megabyte(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the form
    return HttpResponse(MEGABYTE, content_type="application/octet-stream")


async def length(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.body)), content_type="text/plain")


async def other(request: HttpRequest, name: str = "") -> HttpResponse:  # noqa: ARG001 - the form
    return HttpResponse(name)


MEASURED = [
    path("text", text),
    path("sleep", sleep),
    path("large", large),
    path("small", small),
    path("megabyte", megabyte),
    path("length", length),
]
