"""Header fields: in order, several of a name allowed, names without regard to case (RFC 9110, 5).

Text here is latin-1, as the wire has it; a name is kept in lower case, as ASGI and HTTP/2 want it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import cast, overload

Pairs = list[tuple[str, str]]  # name in lower case, value

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, 5.6.2
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # RFC 9110, 5.5: no control but the tab

# RFC 9110, 7.6.1: these are between one connection's two ends, so they are the server's to send.
HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)


class Headers:
    """The header fields of one message.

    `headers[name]` is the first value, `get_all(name)` every one; setting replaces every one,
    `add` keeps those that are there. A name or value that could break out of its line raises.
    """

    __slots__ = ("first", "further")

    first: dict[str, str]  # the first value of each name, in the order of the names
    further: Pairs | tuple[()]  # the fields whose name was there already

    def __init__(self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self.first = {}
        self.further = ()
        if not fields:  # to ask what kind it is would cost more than all the rest
            return
        if isinstance(fields, (dict, Headers, Mapping)):
            fields = cast("Mapping[str, str]", fields).items()
        for name, value in fields:
            self.add(name, value)

    @classmethod
    def received(cls, pairs: Pairs) -> "Headers":
        """The fields of a message that came in: names in lower case, nothing to be checked."""
        headers = cls()
        first = dict(pairs)
        if len(first) == len(pairs):  # no name comes twice, as in nearly every request
            headers.first = first
            return headers
        for name, value in pairs:
            headers._keep(name, value)
        return headers

    def copy(self) -> "Headers":
        """The same fields, in another object."""
        headers = Headers()
        headers.first = dict(self.first)
        headers.further = list(self.further)
        return headers

    def _keep(self, name: str, value: str) -> None:
        if name in self.first:
            if isinstance(self.further, tuple):
                self.further = []
            self.further.append((name, value))  # a new tuple each time would cost the square
        else:
            self.first[name] = value

    def __getitem__(self, name: str) -> str:
        return self.first[name.lower()]

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    def get(self, name: str, default: str | None = None) -> str | None:
        """The first value of a name, or the default."""
        return self.first.get(name.lower(), default)

    def get_all(self, name: str) -> list[str]:
        """Every value of a name, in the order they came."""
        name = name.lower()
        return [value for key, value in self.items() if key == name]

    def add(self, name: str, value: str) -> None:
        """Append a field; raises ValueError where name or value can't be sent."""
        self._keep(_NAMES.get(name) or _checked_name(name), _checked_value(name, value))

    def setdefault(self, name: str, value: str) -> str:
        """The first value of a name; it is set to `value` before where there was none."""
        if name not in self:
            self[name] = value
        return self[name]

    def __setitem__(self, name: str, value: str) -> None:
        try:
            key = _NAMES[name]
        except KeyError:
            key = _checked_name(name)
        # nearly every value: looked at here, for a call would cost as much again
        if not (type(value) is str and value.isascii() and value.isprintable()):
            value = _checked_value(name, value)
        self.first[key] = value
        if self.further:
            self.further = [pair for pair in self.further if pair[0] != key]

    def __delitem__(self, name: str) -> None:
        name = name.lower()
        del self.first[name]
        self.further = [pair for pair in self.further if pair[0] != name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self.first

    def __iter__(self) -> Iterator[str]:
        return iter(self.first)

    def keys(self) -> Iterable[str]:
        """The names, each once."""
        return self.first.keys()

    def __len__(self) -> int:
        return len(self.first)

    def items(self) -> Pairs:
        """Every field as (name, value), repeated names repeated, and after the others."""
        return [*self.first.items(), *self.further]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self.items() == other.items()

    __hash__ = None  # type: ignore[assignment]  # it can change

    def __repr__(self) -> str:
        return f"Headers({self.items()!r})"


_NAMES: dict[str, str] = {}  # names that were found good -> in lower case; bounded


def _checked_name(name: str) -> str:
    """The name in lower case, or a ValueError that says why it can't be sent."""
    if not TOKEN.fullmatch(name):
        raise ValueError(f"a header's name is a token (RFC 9110, 5.6.2); got {name!r}")
    key = name.lower()
    if key in HOP_BY_HOP:
        raise ValueError(f"a hop-by-hop header is the server's to send; got {name!r}")
    if len(_NAMES) < 1_000:
        _NAMES[name] = key
    return key


def _checked_value(name: str, value: str) -> str:
    """The value, or an error that says why it can't be sent."""
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a header's value is a str; got {value!r} for {name!r}")
    if _UNSAFE.search(value):
        raise ValueError(
            f"a header's value holds no control characters; got {value!r} for {name!r}"
        )
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError(f"a header's value is latin-1; got {value!r} for {name!r}") from None
    return value
