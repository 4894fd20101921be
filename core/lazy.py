"""A value worked out when it is first asked for, then kept: `Request` parses nothing unasked."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801  # used as a decorator, like `property`
    """A read-only attribute that fills the slot of the same name with a `_` before it.

    (`functools.cached_property` needs a `__dict__`, which a class with `__slots__` has not.)
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._slot = f"_{name}"

    @overload
    def __get__(self, instance: None, owner: type) -> "lazy[T]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> "lazy[T] | T":
        if instance is None:
            return self
        try:
            return getattr(instance, self._slot)  # type: ignore[no-any-return]
        except AttributeError:  # the slot is still empty
            value = self._compute(instance)
            setattr(instance, self._slot, value)
            return value
