"""What is answered, the same for both worlds: whole, or as a stream."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from core.cookies import parse_cookies
from core.headers import Headers, Pairs


@dataclass
class Head:
    """A response's status and header fields."""

    status: int
    fields: Pairs  # names in lower case, in the order they were sent

    @cached_property
    def headers(self) -> Headers:
        """The header fields by name."""
        return Headers.received(self.fields)

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return self.headers.get(name)

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return self.headers.get_all(name)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that this response sets, without their attributes."""
        found: dict[str, str] = {}
        for value in self.all("set-cookie"):
            found |= parse_cookies(value.partition(";")[0])
        return found


@dataclass
class Answer(Head):
    """A whole response; two are equal where a client gets the same."""

    body: bytes
    taken: int = field(default=0, compare=False)  # bytes of the request's body that were read
    trailers: Headers = field(default_factory=Headers)
    history: list["Answer"] = field(default_factory=list["Answer"], compare=False)  # redirects

    @property
    def text(self) -> str:
        """The body, decoded by the charset of its Content-Type, else as UTF-8."""
        charset = re.search(r'charset="?([^\s;"]+)', self.header("content-type") or "", re.I)
        return self.body.decode(charset[1] if charset else "utf-8")

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class StreamedAnswer(Head):
    """A response whose body is still to come."""

    def __init__(self, head: Head, next_chunk: Callable[[], bytes | None]) -> None:
        super().__init__(head.status, head.fields)
        self._next_chunk = next_chunk

    def chunks(self) -> Iterator[bytes]:
        """The body as the application makes it: each chunk is made when it is asked for."""
        while (chunk := self._next_chunk()) is not None:
            if chunk:
                yield chunk

    def read(self) -> bytes:
        """All that is left of the body."""
        return b"".join(self.chunks())
