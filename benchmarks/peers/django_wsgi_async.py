"""Django with `async def` views, on WSGI: asgiref runs them."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.django_asgi import MEASURED, other
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
