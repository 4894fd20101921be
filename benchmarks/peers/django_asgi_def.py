"""Django with `def` views, on ASGI: asgiref runs them in a thread, one after the other."""

from typing import Any

from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIRequest

from benchmarks.other_routes import OtherRoutes
from benchmarks.peers.django_settings import patterns, set_up
from benchmarks.peers.django_wsgi import MEASURED, other

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
