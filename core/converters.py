"""From the text of a path segment to a value, and back: what `{name:int}` means.

A converter has two functions: `convert(text)` gives the value, or raises ValueError where the text
is not of its kind, and then the route does not match; `to_text(value)` is the way back, for
`url_for`. Every one of them takes time linear in the text's length.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import msgspec.inspect


class Converter(NamedTuple):
    """A kind of path parameter."""

    name: str
    convert: Callable[[str], Any]  # the text is percent-decoded; raises ValueError
    to_text: Callable[[Any], str] = str  # not yet percent-encoded
    rank: int = 5  # of two kinds that both match, the lower is tried first
    whole_rest: bool = False  # it takes the rest of the path, "/" and all

    def __repr__(self) -> str:
        return f"Converter({self.name!r})"


def _str(text: str) -> str:
    if not text or "\0" in text:  # what opens files, for one, takes no NUL
        raise ValueError("a parameter is at least one character, none of them NUL")
    return text


def _int(text: str) -> int:
    # int() takes more than digits: "+5", "5_0", " 5" and digits of other alphabets
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"an int is written in digits; got {text!r}")
    return int(text)


def _matching(pattern: str, make: Callable[[str], Any]) -> Callable[[str], Any]:
    """A `convert` that takes a text of this pattern, as a whole."""
    fullmatch = re.compile(pattern, re.ASCII).fullmatch

    def convert(text: str) -> Any:
        if not fullmatch(text):
            raise ValueError(f"wanted text like {pattern}; got {text!r}")
        return make(text)

    return convert


_UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

BUILT_IN = {
    converter.name: converter
    for converter in (
        Converter("int", _int, rank=1),
        Converter("uuid", _matching(_UUID, UUID), rank=1),
        Converter("float", _matching(r"[0-9]{1,300}(\.[0-9]+)?", float), rank=2),  # not to be inf
        Converter("slug", _matching("[a-zA-Z0-9_-]+", str), rank=3),
        Converter("str", _str, rank=8),
        Converter("path", _str, rank=9, whole_rest=True),
    )
}

_OF_TYPE: dict[Any, str] = {str: "str", int: "int", float: "float", UUID: "uuid"}

_OF_TEXT = (
    msgspec.inspect.StrType,
    msgspec.inspect.IntType,
    msgspec.inspect.FloatType,
    msgspec.inspect.BoolType,
    msgspec.inspect.DecimalType,
    msgspec.inspect.UUIDType,
    msgspec.inspect.DateType,
    msgspec.inspect.TimeType,
    msgspec.inspect.DateTimeType,
    msgspec.inspect.TimeDeltaType,
    msgspec.inspect.EnumType,
    msgspec.inspect.LiteralType,
)


@cache  # one annotation is one converter, so that its routes share a place in the tree
def for_annotation(annotation: Any) -> Converter:
    """The converter a handler's annotation asks for: `task_id: int`, a date, an Enum, a Literal.

    Raises TypeError where text can't become such a value, ValueError for one with a pattern.
    """
    if annotation in _OF_TYPE:
        return BUILT_IN[_OF_TYPE[annotation]]
    kind = msgspec.inspect.type_info(annotation)  # raises TypeError
    kinds = kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)
    if not all(isinstance(each, _OF_TEXT) for each in kinds):
        raise TypeError(f"text can't become {annotation!r}")
    if any(isinstance(each, msgspec.inspect.StrType) and each.pattern for each in kinds):
        raise ValueError("a pattern may take exponential time; write a Converter of your own")

    def convert(text: str) -> Any:
        try:
            return msgspec.convert(_str(text), annotation, strict=False)
        except msgspec.ValidationError as error:
            raise ValueError(str(error)) from None

    return Converter(repr(annotation), convert, _plain_text)


def _plain_text(value: Any) -> str:
    """The text that `msgspec.convert` would read back as this value."""
    return str(msgspec.to_builtins(value))
