"""What starts before the first request and ends after the last, the same behind both doors.

    @asynccontextmanager
    async def lifespan(site):
        async with connect() as database:
            yield {"database": database}  # each request's `request.state.database`

The context manager (async or not) starts first, then the startup functions in order. The end is
the reverse. Every function may be a `def` or an `async def`.

If something fails to start, what had started is ended, and of the shutdown functions only those
that were registered before it: a shutdown function may rely on all that stands above it. So
register it below the startup function whose work it undoes; or write a context manager, which can't
come apart. If something fails to end, that is logged and the rest is ended all the same.
"""

import inspect
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack
from functools import partial
from typing import Any, TypeVar

from core.app import App
from core.functions import name_of, unwrapped

logger = logging.getLogger("tandem")

F = TypeVar("F", bound=Callable[..., Any])
State = Mapping[str, Any]
Manager = AbstractAsyncContextManager[Any] | AbstractContextManager[Any]
Context = Callable[
    [App], AbstractAsyncContextManager[State | None] | AbstractContextManager[State | None]
]


class Lifespan:
    """What is to be started and ended, in the order of registration."""

    def __init__(self, site: App, context: Context | None = None) -> None:
        if context is not None:
            _check_context(context)
        self.site = site
        self.context = context
        self._functions: list[tuple[Callable[[], Any], bool]] = []  # and whether it is for startup

    def on_startup(self, function: F) -> F:
        """Call this at the start; raises TypeError for what can't be called without arguments."""
        self._functions.append((_checked(function, "startup"), True))
        return function

    def on_shutdown(self, function: F) -> F:
        """Call this at the end; raises as `on_startup`."""
        self._functions.append((_checked(function, "shutdown"), False))
        return function

    @property
    def names(self) -> list[str]:
        """What there is to start and to end, for messages."""
        context = [] if self.context is None else [name_of(self.context)]
        return context + [name_of(function) for function, _ in self._functions]

    async def start(self, share: Callable[[State], None], *inner: Manager) -> "Started":
        """Start everything, last the `inner` context managers; `share` gets the context's mapping.

        Raises what failed, after it is logged and what had started is ended.
        """
        started = Started()
        try:
            await self._start(started, share)
            for manager in inner:
                await started.enter(manager)
        except BaseException as error:
            logger.exception("startup failed: %r", error)
            await started.stop()
            raise
        return started

    async def _start(self, started: "Started", share: Callable[[State], None]) -> None:
        if self.context is not None:
            state = await started.enter(self.context(self.site))
            if isinstance(state, Mapping):
                share(state)
            elif state is not None:
                raise TypeError(
                    f"a lifespan yields a mapping or nothing; got {state!r} "
                    f"from {name_of(self.context)}"
                )
        for function, is_for_startup in self._functions:
            if is_for_startup:
                await _result(function())
            else:
                started.end_with(function)


class Started:
    """What has started, and how each of it is ended, the last first."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()  # it goes on to the next also after a cancellation
        self._failures: list[Exception] = []

    async def enter(self, manager: Any) -> Any:
        """What the context manager gives when it is entered; it is left at the end."""
        if isinstance(manager, AbstractAsyncContextManager):
            entered = await manager.__aenter__()
            self.end_with(partial(manager.__aexit__, None, None, None))
        elif isinstance(manager, AbstractContextManager):
            entered = manager.__enter__()
            self.end_with(partial(manager.__exit__, None, None, None))
        else:
            raise TypeError(f"a lifespan returns a context manager; got {manager!r}")
        return entered

    def end_with(self, function: Callable[[], Any]) -> None:
        """Call this at the end, before all that was to be called so far."""
        self._stack.push_async_callback(self._end, function)

    async def stop(self) -> list[Exception]:
        """End everything; what failed is logged and returned."""
        await self._stack.aclose()
        return self._failures

    async def _end(self, function: Callable[[], Any]) -> None:
        try:
            await _result(function())
        except Exception as error:
            logger.exception("shutdown failed: %r", error)
            self._failures.append(error)


async def _result(value: Any) -> Any:
    """What a `def` has returned, or what an `async def` will."""
    return await value if inspect.isawaitable(value) else value


def _check_context(context: Any) -> None:
    """Raise TypeError where this can't be called with the App to get a context manager."""
    wanted = "a lifespan is a function of the App that returns a context manager"
    if isinstance(context, AbstractAsyncContextManager | AbstractContextManager):
        raise TypeError(
            f"{wanted}; got what it returns, {context!r} (write lifespan=f, not lifespan=f())"
        )
    if not callable(context) or _is_generator_function(context):
        raise TypeError(
            f"{wanted} (decorate it with @asynccontextmanager or @contextmanager); got {context!r}"
        )
    try:
        inspect.signature(context).bind(None)
    except TypeError:
        raise TypeError(f"{wanted}; got {name_of(context)}{inspect.signature(context)}") from None
    except ValueError:
        pass  # some builtins have no signature


def _checked(function: F, kind: str) -> F:
    """The function, if calling it without arguments does something."""
    wanted = f"a {kind} function is called without arguments"
    try:
        inspect.signature(function).bind()
    except TypeError as error:
        raise TypeError(f"{wanted}; got {function!r}: {error}") from None
    except ValueError:
        pass  # some builtins have no signature
    if _is_generator_function(function):
        raise TypeError(f"{wanted}, a generator as lifespan=...; got {function!r}")
    return function


def _is_generator_function(function: Callable[..., Any]) -> bool:
    """Whether a call would run nothing of it."""
    function = unwrapped(function)
    return inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)
