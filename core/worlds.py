"""Which of the two worlds an application is of: WSGI (PEP 3333) or ASGI (ASGI 3.0)."""

import inspect
from typing import Any, Literal

from core.functions import is_coroutine_function

World = Literal["wsgi", "asgi"]


def checked_world(world: World | None) -> World | None:
    """The world as it was told; raises ValueError for what is none."""
    if world not in ("wsgi", "asgi", None):
        raise ValueError(f"the world is 'wsgi' or 'asgi'; got {world!r}")
    return world


def settled_world(application: Any, told: World | None) -> World:
    """The application's world, as told or as it can be seen.

    Raises ValueError where neither says it, or they differ.
    """
    found = world_of(application)
    world = checked_world(told) or found
    if world is None:
        raise ValueError(f"say world='wsgi' or world='asgi'; it can't be seen of {application!r}")
    if found not in (None, world):
        raise ValueError(
            f"this is an application of the {found} world, not {world}: {application!r}"
        )
    return world


def world_of(application: Any) -> World | None:
    """The world by what a call takes: (environ, start_response), or (scope, receive, send).

    None where that can't be seen; raises TypeError for what can't be called.
    """
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
