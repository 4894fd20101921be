"""Python values as JSON and back, where JSON has no word for them: docs/tape.md, "Values".

Bytes that are plain text stay readable, {"latin-1": "hello"}; others are {"base64": ...}. A tuple
is {"tuple": [...]}, for PEP 3333 tells it from a list. What can't be kept is named:
{"object": "_io.StringIO"}.
"""

import base64
import binascii
import math
import re
from dataclasses import dataclass
from typing import Any

_PLAIN = re.compile(rb"[\t\n\r\x20-\x7e]*")
_MARKS = ("latin-1", "base64", "bytearray", "memoryview", "tuple", "object", "dict")


@dataclass(frozen=True)
class Unkept:
    """In a tape that was loaded, something that no file can hold."""

    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


def marked(value: Any) -> Any:
    """The value in words that JSON has."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)  # an HTTPStatus too
    if isinstance(value, float) and math.isfinite(value):  # JSON has no infinity
        return value
    if isinstance(value, bytes):
        return _marked_bytes(value)
    if isinstance(value, (bytearray, memoryview)):
        return {type(value).__name__: _marked_bytes(bytes(value))}
    if isinstance(value, list):
        return [marked(held) for held in value]
    if isinstance(value, tuple):
        return {"tuple": [marked(held) for held in value]}
    if isinstance(value, dict):
        return _marked_dict(value)
    return {"object": name_of(value)}


def unmarked(value: Any) -> Any:
    """The value that `marked` has written; raises ValueError where it has not."""
    if isinstance(value, list):
        return [unmarked(held) for held in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (mark := next(iter(value))) in _MARKS:
        return _UNMARK[mark](value[mark])
    return {key: unmarked(held) for key, held in value.items()}


def name_of(value: Any) -> str:
    """What a value that can't be kept is called: its type's full name."""
    if isinstance(value, Unkept):
        return value.name
    kind: type = value if isinstance(value, type) else type(value)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _marked_bytes(data: bytes) -> dict[str, str]:
    if _PLAIN.fullmatch(data):
        return {"latin-1": data.decode("latin-1")}
    return {"base64": base64.b64encode(data).decode("ascii")}


def _marked_dict(value: dict[Any, Any]) -> dict[str, Any]:
    """As it is, unless a key is no text or it would pass for a mark."""
    is_plain = all(isinstance(key, str) for key in value)
    if is_plain and not (len(value) == 1 and next(iter(value)) in _MARKS):
        return {key: marked(held) for key, held in value.items()}
    return {"dict": [[marked(key), marked(held)] for key, held in value.items()]}


def _latin_1(text: Any) -> bytes:
    return _text(text).encode("latin-1")


def _base64(text: Any) -> bytes:
    try:
        return base64.b64decode(_text(text), validate=True)
    except binascii.Error as error:
        raise ValueError(f"{text!r} is not base64") from error


def _bytes(value: Any) -> bytes:
    data = unmarked(value)
    if not isinstance(data, bytes):
        raise ValueError(f"bytes are wanted; got {value!r}")
    return data


def _bytearray(value: Any) -> bytearray:
    return bytearray(_bytes(value))


def _memoryview(value: Any) -> memoryview:
    return memoryview(_bytes(value))


def _tuple(values: Any) -> tuple[Any, ...]:
    return tuple(unmarked(held) for held in _list(values))


def _dict(pairs: Any) -> dict[Any, Any]:
    return {unmarked(key): unmarked(held) for key, held in map(_list, _list(pairs))}


def _object(name: Any) -> Unkept:
    return Unkept(_text(name))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a text is wanted; got {value!r}")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"a list is wanted; got {value!r}")
    return value


_UNMARK = {
    "latin-1": _latin_1,
    "base64": _base64,
    "bytearray": _bytearray,
    "memoryview": _memoryview,
    "tuple": _tuple,
    "object": _object,
    "dict": _dict,
}
