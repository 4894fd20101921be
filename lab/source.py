"""Where a function is written: its module, and the line of its `def`."""

import inspect
import linecache
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any

from core.functions import name_of, unwrapped

_DEF = re.compile(r"\s*(async\s+)?(def|class)\b|.*\blambda\b")
_DECORATORS = 40  # lines of them, at most, above a `def`


@dataclass(frozen=True, slots=True)
class Place:
    """Where a callable is written."""

    name: str  # as it is called in its module: "show_task", "Users.list"
    module: str  # dotted
    line: int | None  # of its `def`; None for what is not written in Python

    def __str__(self) -> str:
        return f"{self.module}:{self.line}" if self.line else self.module


def place_of(function: Callable[..., Any]) -> Place:
    """Where it is written: inside a `functools.partial`, and below decorators that use `wraps`."""
    inner: Any = inspect.unwrap(unwrapped(function))
    if not inspect.isroutine(inner) and not isinstance(inner, type):  # an object with a `__call__`
        return _place(type(inner).__call__, name_of(inner), type(inner).__module__)
    qualified = getattr(inner, "__qualname__", name_of(inner)).rpartition("<locals>.")[2]
    return _place(inner, qualified, getattr(inner, "__module__", None) or "builtins")


def _place(function: Any, name: str, module: str) -> Place:
    code = getattr(function, "__code__", None)
    return Place(name, module, line_of(code) if isinstance(code, CodeType) else None)


def line_of(code: CodeType) -> int:
    """The line of the `def`; `co_firstlineno` is that of the first decorator."""
    first = code.co_firstlineno
    for line in range(first, first + _DECORATORS):
        if _DEF.match(linecache.getline(code.co_filename, line)):
            return line
    return first  # its source is not there
