"""Header fields: in order, several of a name allowed, names without regard to case (RFC 9110, 5).

Text here is latin-1, as the wire has it; a name is kept in lower case, as ASGI and HTTP/2 want it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import overload

Pairs = list[tuple[str, str]]  # name in lower case, value

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, 5.6.2
_UNSAFE = re.compile(r"[\r\n\0]")

# RFC 9110, 7.6.1: these are between one connection's two ends, so they are the server's to send.
HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-connection te trailer transfer-encoding upgrade".split()
)


class Headers:
    """The header fields of one message.

    `headers[name]` is the first value, `get_all(name)` every one; setting replaces every one,
    `add` keeps those that are there. A name or value that could break out of its line raises.
    """

    __slots__ = ("pairs",)

    def __init__(self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self.pairs: Pairs = []
        for name, value in fields.items() if isinstance(fields, Mapping) else fields:
            self.add(name, value)

    @classmethod
    def over(cls, pairs: Pairs) -> "Headers":
        """Headers that read and write this very list, whose names are in lower case."""
        headers = cls.__new__(cls)
        headers.pairs = pairs
        return headers

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    def get(self, name: str, default: str | None = None) -> str | None:
        """The first value of a name, or the default."""
        name = name.lower()
        for key, value in self.pairs:
            if key == name:
                return value
        return default

    def get_all(self, name: str) -> list[str]:
        """Every value of a name, in the order they came."""
        name = name.lower()
        return [value for key, value in self.pairs if key == name]

    def add(self, name: str, value: str) -> None:
        """Append a field; raises ValueError where name or value can't be sent."""
        self.pairs.append(_checked(name, value))

    def setdefault(self, name: str, value: str) -> str:
        """The first value of a name; it is set to `value` before where there was none."""
        present = self.get(name)
        if present is None:
            self.add(name, value)
        return value if present is None else present

    def __setitem__(self, name: str, value: str) -> None:
        pair = _checked(name, value)
        self._remove(pair[0])
        self.pairs.append(pair)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        self._remove(name.lower())

    def _remove(self, name: str) -> None:
        self.pairs[:] = [pair for pair in self.pairs if pair[0] != name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self.pairs))

    def __len__(self) -> int:
        return len(self.pairs)

    def items(self) -> Pairs:
        """Every field as (name, value), in order, repeated names repeated."""
        return list(self.pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self.pairs == other.pairs

    __hash__ = None  # type: ignore[assignment]  # it can change

    def __repr__(self) -> str:
        return f"Headers({self.pairs!r})"


def _checked(name: str, value: str) -> tuple[str, str]:
    """The field as it is kept, or a ValueError that says why it can't be sent."""
    if not TOKEN.fullmatch(name):
        raise ValueError(f"a header's name is a token (RFC 9110, 5.6.2); got {name!r}")
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a header's value is a str; got {value!r} for {name!r}")
    if _UNSAFE.search(value):
        raise ValueError(f"a header's value holds no CR, LF or NUL; got {value!r} for {name!r}")
    if not value.isascii():
        _check_latin_1(name, value)
    name = name.lower()
    if name in HOP_BY_HOP:
        raise ValueError(f"{name!r} is hop-by-hop, so the server sends it; got {value!r} for it")
    return name, value


def _check_latin_1(name: str, value: str) -> None:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError(f"a header's value is latin-1; got {value!r} for {name!r}") from None
