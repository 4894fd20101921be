"""Where an `async def` runs, by name: nothing that needs asyncio is imported before one does.

(It takes a third of the time in which this package is imported, and many programs have none.)
"""

from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import TYPE_CHECKING, Any, TypeVar

from core.steps import Step

if TYPE_CHECKING:
    from wsgi_adapter.loop import OwnLoop
    from wsgi_adapter.shared_loop import SharedLoop

T = TypeVar("T")


def run_on_own_loop(
    coroutine: Coroutine[Any, Any, T],
    context: Context | None = None,
    step: Step | None = None,
    timeout: float | None = None,
) -> T:
    """As `wsgi_adapter.loop.run_on_own_loop`."""
    from wsgi_adapter import loop

    return loop.run_on_own_loop(coroutine, context, step, timeout)


def run_on_shared_loop(
    coroutine: Coroutine[Any, Any, T],
    context: Context | None = None,
    step: Step | None = None,
    timeout: float | None = None,
) -> T:
    """As `wsgi_adapter.shared_loop.run_on_shared_loop`."""
    from wsgi_adapter import shared_loop

    return shared_loop.run_on_shared_loop(coroutine, context, step, timeout)


def own_loop() -> "OwnLoop":
    """As `wsgi_adapter.loop.own_loop`."""
    from wsgi_adapter import loop

    return loop.own_loop()


def shared_loop() -> "SharedLoop":
    """As `wsgi_adapter.shared_loop.shared_loop`."""
    from wsgi_adapter import shared_loop

    return shared_loop.shared_loop()


# The values of `WSGIAdapter(loop=...)`: what runs a coroutine, and what gives the loop.
LOOPS: dict[str, tuple[Any, Callable[[], Any]]] = {
    "own": (run_on_own_loop, own_loop),
    "shared": (run_on_shared_loop, shared_loop),
}
