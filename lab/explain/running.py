"""Where a handler runs: what it is, and which server calls it, decide that.

The long form of this table is docs/four_cells.md; the short one is "The 2 x 2" of the design.
"""

import inspect
from collections.abc import Callable
from typing import Any, Literal

from asgi_adapter import ASGIAdapter
from core.functions import is_coroutine_function, unwrapped
from core.handler import Handler
from lab.explain.insides import Adapter, has_shared_loop

Kind = Literal["def", "def, inline", "def with yield", "async def", "async def with yield"]

# The names are those of `tandem compare --contender`.
ONE_THREAD = ("gunicorn sync",)
THREADS = ("gunicorn gthread", "waitress", "granian wsgi", "tandem wsgi")
GREENLETS = ("gunicorn gevent",)
LOOPS = ("uvicorn", "hypercorn", "daphne", "granian asgi", "gunicorn asgi", "tandem asgi")


def kind_of(handler: Handler) -> Kind:
    """What a person would call it, by how it is written."""
    function: Any = unwrapped(handler.function)
    for candidate in (function, getattr(function, "__call__", None)):  # noqa: B004  # an object's
        if inspect.isasyncgenfunction(candidate):
            return "async def with yield"
        if inspect.isgeneratorfunction(candidate):
            return "def with yield"
    if handler.is_async:
        return "async def"
    return "def, inline" if handler.inline else "def"


def kind_of_function(function: Callable[..., Any]) -> Kind:
    """The same of what is no handler of a route: an error handler."""
    return "async def" if is_coroutine_function(function) else "def"


def in_short(kind: Kind, adapter: Adapter) -> str:
    """Where it runs behind this adapter, in a few words for a table."""
    is_async = kind.startswith("async")
    if isinstance(adapter, ASGIAdapter):
        pool = f"thread pool ({adapter.threads.size})"
        return "event loop" if is_async or kind == "def, inline" else pool
    if not is_async:
        return "worker's thread"
    return "shared loop" if has_shared_loop(adapter) else "worker's own loop"


def at_length(kind: Kind, adapter: Adapter) -> dict[tuple[str, ...], str]:
    """By servers, where it runs and what else can happen meanwhile."""
    if isinstance(adapter, ASGIAdapter):
        return {LOOPS: _on_a_loop(kind, adapter)}
    if not kind.startswith("async"):
        return {
            ONE_THREAD: "in the worker's one thread, which takes no other request until it ends",
            THREADS: "in one of the worker's threads, which is taken until it ends",
            GREENLETS: "in a greenlet: others run while it waits in a call that gevent has patched",
        }
    if has_shared_loop(adapter):
        where = "on the one loop that all threads of the process share; "
        return {
            ONE_THREAD: where + "the worker's one thread waits for it, and takes no other request",
            THREADS: where + "one of the worker's threads waits for it",
            GREENLETS: "nowhere: under gevent a thread can't wait for a loop, so it is a 500",
        }
    return {
        ONE_THREAD: "on the loop of the worker's one thread, which takes no other request, also "
        "while it awaits",
        THREADS: "on the loop of one of the worker's threads, which is taken until it ends, also "
        "while it awaits",
        GREENLETS: "nowhere: under gevent a thread can't wait for a loop, so it is a 500",
    }


def _on_a_loop(kind: Kind, adapter: ASGIAdapter) -> str:
    pool = f"one of {adapter.threads.size} threads of a pool"
    return {
        "async def": "on the event loop, which serves others while it awaits",
        "async def with yield": "on the event loop, chunk by chunk; it serves others while it "
        "awaits, and between the chunks",
        "def": f"in {pool}; the event loop serves others meanwhile",
        "def with yield": f"in {pool}, for each chunk; the event loop serves others meanwhile",
        "def, inline": "on the event loop itself, which serves nobody else until it returns",
    }[kind]
