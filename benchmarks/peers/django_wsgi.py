"""Django with `def` views, on WSGI."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.django_settings import patterns, set_up

urlpatterns: list[Any] = []


class Request(WSGIRequest):
    """A request that is routed by the patterns of this file."""

    urlconf = __name__  # Django's docs, "How Django processes a request"


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Any:  # noqa: ARG001 - no case marks it
    set_up()
    urlpatterns[:] = patterns(MEASURED, other, others)
    application = get_wsgi_application()
    application.request_class = Request
    return application


def text(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the form
    return HttpResponse("Hello, world!", content_type="text/plain")


def large(request: HttpRequest) -> StreamingHttpResponse:  # noqa: ARG001 - the form
    return StreamingHttpResponse(chunks(*LARGE), content_type="application/octet-stream")


def small(request: HttpRequest) -> StreamingHttpResponse:  # noqa: ARG001 - the form
    return StreamingHttpResponse(chunks(*SMALL), content_type="application/octet-stream")


def megabyte(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the form
    return HttpResponse(MEGABYTE, content_type="application/octet-stream")


def length(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.body)), content_type="text/plain")


def page(request: HttpRequest) -> FileResponse:  # noqa: ARG001 - the form
    return FileResponse(PAGE.open("rb"))


def movie(request: HttpRequest) -> FileResponse:  # noqa: ARG001 - the form
    return FileResponse(MOVIE.open("rb"))


def other(request: HttpRequest, name: str = "") -> HttpResponse:  # noqa: ARG001 - the form
    return HttpResponse(name)


MEASURED = [
    path("text", text),
    path("large", large),
    path("small", small),
    path("megabyte", megabyte),
    path("page", page),
    path("movie", movie),
    path("length", length),
]
