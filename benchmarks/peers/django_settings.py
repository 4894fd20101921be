"""Django's settings, those that it has unless it is told otherwise, and no middleware."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.conf import settings
from django.urls import path

from benchmarks.other_routes import OtherRoutes


def set_up() -> None:
    """Make Django ready; it has one set of settings in a process, so this is done once."""
    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__)
        django.setup()


@contextmanager
def middleware_of(marks: tuple[str, ...]) -> Iterator[None]:
    """The settings as an application finds them that is made with a middleware for each mark."""
    from benchmarks.peers.django_middleware import NAMES

    settings.MIDDLEWARE = NAMES[: len(marks)]
    yield
    settings.MIDDLEWARE = []


def patterns(measured: list[Any], other: Any, others: OtherRoutes) -> list[Any]:
    """The URL patterns, the measured ones amid the others; Django's have no "/" in front."""
    before = [path(_pattern(route), other) for route in others.before]
    after = [path(_pattern(route), other) for route in others.after]
    return [*before, *measured, *after]


def _pattern(route: str) -> str:
    return route.removeprefix("/").replace("{", "<").replace("}", ">")
