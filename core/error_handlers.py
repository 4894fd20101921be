"""Which function answers which error: by status, or by exception class."""

import inspect
from collections.abc import Callable
from typing import Any

from core.errors import HTTPError
from core.functions import name_of

ErrorHandler = Callable[[Any, Any], Any]  # of the request and the error; `def` or `async def`


class ErrorHandlers:
    """The error handlers of an App.

    A status counts before a class, and of classes the most derived. The handler of 500, or of
    Exception, is the last resort: it answers what no other does.
    """

    def __init__(self) -> None:
        self._by_status: dict[int, ErrorHandler] = {}
        self._by_class: dict[type[Exception], ErrorHandler] = {}

    def add(self, kind: int | type[Exception], handler: ErrorHandler) -> None:
        """Register a handler; raises TypeError or ValueError where it can't be one."""
        _check_handler(handler)
        table: dict[Any, ErrorHandler] = (
            self._by_status if isinstance(kind, int) else self._by_class
        )
        if kind in table:
            raise ValueError(f"{kind!r} has the error handler {name_of(table[kind])} already")
        table[kind] = handler

    def find(self, error: BaseException) -> ErrorHandler | None:
        """The handler that comes closest to this error; not the last resort."""
        if not (self._by_status or self._by_class):
            return None
        if isinstance(error, HTTPError) and error.status in self._by_status:
            return self._by_status[error.status]
        for kind in type(error).__mro__:
            if kind in self._by_class and kind is not Exception:
                return self._by_class[kind]
        return None

    @property
    def last_resort(self) -> ErrorHandler | None:
        """The handler of what no other answers."""
        return self._by_status.get(500) or self._by_class.get(Exception)


def check_kind(kind: object) -> None:
    """Raise where this is nothing an error handler could be for."""
    if isinstance(kind, int) and not isinstance(kind, bool):
        if not 400 <= kind <= 599:
            raise ValueError(f"an error's status is from 400 to 599; got {kind!r}")
    elif not (isinstance(kind, type) and issubclass(kind, Exception)):
        raise TypeError(f"an error handler is for a status or an exception class; got {kind!r}")


def _check_handler(handler: Callable[..., Any]) -> None:
    """Raise TypeError where this can't be called with a request and an error."""
    signature = inspect.signature(handler)
    try:
        signature.bind(None, None)
    except TypeError:
        raise TypeError(
            f"an error handler takes the request and the error; got {name_of(handler)}{signature}"
        ) from None
