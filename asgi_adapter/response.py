"""From a Response to `http.response` messages (ASGI, "HTTP & WebSocket": Response Start, Body)."""

from collections.abc import Iterable

from asgi_adapter.types import Message
from core.response import Response

Fields = list[tuple[bytes, bytes]]


class _Latin1(dict[str, bytes]):
    """Text as bytes; made once for what comes again, as header names and values do; bounded."""

    def __missing__(self, text: str) -> bytes:
        octets = text.encode("latin-1")
        if len(self) < 2_000 and len(text) < 100:
            self[text] = octets
        return octets


_latin_1 = _Latin1()


def _length(size: int) -> tuple[bytes, bytes]:
    return b"content-length", b"%d" % size


_LENGTHS = [_length(size) for size in range(1_000)]  # made ahead


def messages_of(response: Response, method: str) -> tuple[Message, Message]:
    """The start, and the body."""
    pairs, length, body = response.sent_as(method)
    headers = encoded(pairs)
    if length is not None:
        headers.append(_LENGTHS[length] if length < 1_000 else _length(length))
    return (
        {"type": "http.response.start", "status": response.status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


def encoded(pairs: Iterable[tuple[str, str]]) -> Fields:
    """Header fields as ASGI wants them."""
    fields: Fields = []
    for name, value in pairs:  # a comprehension would be one more call, up to Python 3.11
        fields.append((_latin_1[name], _latin_1[value]))
    return fields
