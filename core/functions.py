"""What a callable is: its name, and whether calling it gives a coroutine."""

import functools
import inspect
from collections.abc import Callable
from types import BuiltinFunctionType
from typing import Any


def is_coroutine_function(function: Callable[..., Any]) -> bool:
    """Whether a call gives an awaitable: also for partials, bound methods and callable objects."""
    function = unwrapped(function)
    if type(function) is BuiltinFunctionType:  # `next`, a generator's `close`: asked for often
        return False
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004  # not "is it callable": its `__call__`
    )


def is_generator_function(function: Any) -> bool:
    """Whether a call gives a generator or an async generator, so that it runs nothing yet.

    Of anything: what can't be called is none.
    """
    function = unwrapped(function)
    call = getattr(function, "__call__", None)  # noqa: B004  # as above
    return any(
        is_kind(candidate)
        for is_kind in (inspect.isgeneratorfunction, inspect.isasyncgenfunction)
        for candidate in (function, call)
    )


def unwrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    """The callable inside a `functools.partial`, or inside several."""
    while isinstance(function, functools.partial):
        function = function.func
    return function


def name_of(function: Callable[..., Any]) -> str:
    """The name to use for a callable in messages and in `url_for`."""
    function = unwrapped(function)
    return getattr(function, "__name__", type(function).__name__)
