"""What is tested: an application of either world, or one of the two that an App makes."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from asgi_adapter import ASGIAdapter
from core import App
from core.worlds import World, checked_world, settled_world
from wsgi_adapter import WSGIAdapter

_ADAPTERS: dict[str, Callable[[App], Any]] = {"wsgi": WSGIAdapter, "asgi": ASGIAdapter}
_NAMES = {"wsgi": "application", "asgi": "app"}  # of the two in a module that is served


def served(given: Any, world: World | None) -> tuple[Any, World]:
    """The application, and its world.

    An App is put behind the adapter of the world, ASGI where none is told; of a module it is the
    `application` or the `app`. Raises ValueError or TypeError where that can't be.
    """
    usual = checked_world(world) or "asgi"
    if isinstance(given, ModuleType):
        given = getattr(given, _NAMES[usual])
    if isinstance(given, App):
        return _ADAPTERS[usual](given), usual
    return given, settled_world(given, world)
