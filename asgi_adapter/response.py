"""From a Response to `http.response` messages (ASGI, "HTTP & WebSocket": Response Start, Body)."""

from collections.abc import Iterable

from asgi_adapter.types import Message
from core.response import Response

Fields = list[tuple[bytes, bytes]]

_encoded: dict[tuple[str, str], tuple[bytes, bytes]] = {}  # fields that come again; bounded


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
    for pair in pairs:
        try:
            fields.append(_encoded[pair])
        except KeyError:
            fields.append(_encode(*pair))
    return fields


def _encode(name: str, value: str) -> tuple[bytes, bytes]:
    field = name.encode("latin-1"), value.encode("latin-1")
    if len(_encoded) < 2_000 and len(value) < 100 and name != "set-cookie":  # no secrets are kept
        _encoded[name, value] = field
    return field
