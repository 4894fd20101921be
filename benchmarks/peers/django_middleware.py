"""Middleware for Django, in the form of functions, for either world: one for each mark."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.utils.decorators import sync_and_async_middleware

from benchmarks.cases import MARKS


def _marking(mark: str) -> Callable[..., Any]:
    """A middleware that adds one header to the response."""

    @sync_and_async_middleware
    def middleware(get_response: Callable[..., Any]) -> Callable[..., Any]:
        if iscoroutinefunction(get_response):

            async def add_mark_async(request: Any) -> Any:
                response = await get_response(request)
                response[mark] = "1"
                return response

            return add_mark_async

        def add_mark(request: Any) -> Any:
            response = get_response(request)
            response[mark] = "1"
            return response

        return add_mark

    return middleware


first, second, third = map(_marking, MARKS)
NAMES = [f"{__name__}.{name}" for name in ("first", "second", "third")]  # Django takes names
