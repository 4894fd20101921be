"""What happens once, when the server starts and when it stops (ASGI, "Lifespan Protocol")."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

from asgi_adapter.types import Receive, Scope, Send
from core import App
from core.functions import is_coroutine_function

logger = logging.getLogger("tandem")

Context = Callable[[App], AbstractAsyncContextManager[Mapping[str, Any] | None]]


class Lifespan:
    """The context manager, then the startup functions; at the end the reverse.

    A mapping that the context manager yields is each request's first `state`. Whatever had started
    when something fails to start is ended again: the context manager, and the shutdown functions.
    """

    def __init__(self, site: App, context: Context | None) -> None:
        self.site = site
        self.context = context
        self.startup: list[Callable[[], Any]] = []
        self.shutdown: list[Callable[[], Any]] = []

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the server's startup and shutdown."""
        await receive()  # lifespan.startup: nothing else comes first
        stack, failures = AsyncExitStack(), list[Exception]()
        try:
            await self._start(stack, scope, failures)
        except BaseException as error:
            logger.exception("startup failed: %r", error)
            await _end(stack, failures)
            if not isinstance(error, Exception):  # the server gives up on its lifespan task
                raise
            await send({"type": "lifespan.startup.failed", "message": _told(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        try:
            await receive()  # lifespan.shutdown
        finally:  # also where the server gives up on its lifespan task instead
            await _end(stack, failures)
        if not failures:
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await send({"type": "lifespan.shutdown.failed", "message": _told(*failures)})

    async def _start(self, stack: AsyncExitStack, scope: Scope, failures: list[Exception]) -> None:
        """Start everything; the stack knows what is to be ended, and where its failures go."""
        if self.context is not None:
            state = await stack.enter_async_context(self.context(self.site))
            if state is not None:
                _share(state, scope)
        for function in self.shutdown:
            stack.push_async_callback(_noting, failures, _call, function)
        for function in self.startup:
            await _call(function)


async def _call(function: Callable[[], Any]) -> None:
    """Call a `def` or an `async def`."""
    if is_coroutine_function(function):
        await function()
    else:
        function()


def _share(state: Mapping[str, Any], scope: Scope) -> None:
    """Give the state to the server, which puts a copy into each request's scope."""
    if "state" not in scope:
        raise RuntimeError("this server keeps no lifespan state; keep it in app.state instead")
    scope["state"].update(state)


async def _end(stack: AsyncExitStack, failures: list[Exception]) -> None:
    """End what has started, all of it."""
    await _noting(failures, stack.aclose)


async def _noting(
    failures: list[Exception], function: Callable[..., Awaitable[None]], *arguments: Any
) -> None:
    """Await this; what fails is logged and noted, and no reason to leave the rest as it is."""
    try:
        await function(*arguments)
    except Exception as error:
        logger.exception("shutdown failed: %r", error)
        failures.append(error)


def _told(*errors: Exception) -> str:
    return "; ".join(f"{type(error).__name__}: {error}" for error in errors)
