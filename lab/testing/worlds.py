"""Which of the two worlds an application is of, and the two applications that an App makes."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any, Literal

from asgi_adapter import ASGIAdapter
from core import App
from core.functions import is_coroutine_function
from wsgi_adapter import WSGIAdapter

World = Literal["wsgi", "asgi"]

_ADAPTERS: dict[str, Callable[[App], Any]] = {"wsgi": WSGIAdapter, "asgi": ASGIAdapter}
_NAMES = {"wsgi": "application", "asgi": "app"}  # of the two in a module that is served


def served(given: Any, world: World | None) -> tuple[Any, World]:
    """The application, and its world.

    An App is put behind the adapter of the world, ASGI where none is told; of a module it is the
    `application` or the `app`. Raises ValueError or TypeError where that can't be.
    """
    if world not in ("wsgi", "asgi", None):
        raise ValueError(f"the world is 'wsgi' or 'asgi'; got {world!r}")
    if isinstance(given, ModuleType):
        given = getattr(given, _NAMES[world or "asgi"])
    if isinstance(given, App):
        return _ADAPTERS[world or "asgi"](given), world or "asgi"
    found = world_of(given)
    if found is None and world is None:
        raise ValueError(f"say world='wsgi' or world='asgi'; it can't be seen of {given!r}")
    if None not in (found, world) and found != world:
        raise ValueError(f"this is an application of the {found} world, not {world}: {given!r}")
    return given, world or found or "asgi"


def world_of(application: Any) -> World | None:
    """The world by what a call takes: (environ, start_response), or (scope, receive, send)."""
    if not callable(application):
        raise TypeError(f"an application is an App, or is called by a server; got {application!r}")
    if is_coroutine_function(application):
        return "asgi"
    try:
        parameters = inspect.signature(application).parameters.values()
    except (TypeError, ValueError):  # a callable of C may not tell
        return None
    required = [it for it in parameters if it.default is it.empty]
    if any(it.kind is not it.POSITIONAL_OR_KEYWORD for it in required):
        return None
    worlds: dict[int, World] = {2: "wsgi", 3: "asgi"}
    return worlds.get(len(required))
