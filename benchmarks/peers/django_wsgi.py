"""Django with `def` views, on WSGI."""

import json
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.django_settings import middleware_of, patterns, set_up

urlpatterns: list[Any] = []


class Request(WSGIRequest):
    """A request that is routed by the patterns of this file."""

    urlconf = __name__  # Django's docs, "How Django processes a request"


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Any:
    set_up()
    urlpatterns[:] = patterns(MEASURED, other, others)
    with middleware_of(marks):
        application = get_wsgi_application()
    application.request_class = Request
    return application


def text(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the form
    return HttpResponse("Hello, world!", content_type="text/plain")


def user(request: HttpRequest, id: int) -> JsonResponse:  # noqa: A002, ARG001 - the form
    return JsonResponse({"id": id, "name": f"user {id}"})


@csrf_exempt
@require_POST
def echo(request: HttpRequest) -> JsonResponse:
    return JsonResponse(json.loads(request.body))


@csrf_exempt
@require_POST
def form(request: HttpRequest) -> HttpResponse:
    fields = request.POST
    return HttpResponse(f"{fields['title']}, {fields['remark']}", content_type="text/plain")


def cookies(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(request.COOKIES["theme"], content_type="text/plain")
    response.set_cookie("seen", str(int(request.COOKIES["seen"]) + 1))
    return response


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
    path("users/<int:id>", user),
    path("echo", echo),
    path("form", form),
    path("cookies", cookies),
    path("large", large),
    path("small", small),
    path("megabyte", megabyte),
    path("page", page),
    path("movie", movie),
    path("length", length),
]
