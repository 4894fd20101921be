"""From a Response to `http.response` messages (ASGI, "HTTP & WebSocket": Response Start, Body)."""

from collections.abc import Iterable

from asgi_adapter.types import Message
from core.steps import Send, SendChunk, SendStart

Fields = list[tuple[bytes, bytes]]

_encoded: dict[tuple[str, str], tuple[bytes, bytes]] = {}  # fields that come again; bounded


def _length(size: int) -> tuple[bytes, bytes]:
    return b"content-length", b"%d" % size


_LENGTHS = [_length(size) for size in range(1_000)]  # made ahead


def start_message(status: int, fields: Iterable[tuple[str, str]], length: int | None) -> Message:
    """The start of a response."""
    headers = encoded(fields)
    if length is not None:
        headers.append(_LENGTHS[length] if length < 1_000 else _length(length))
    return {"type": "http.response.start", "status": status, "headers": headers}


def message_of(step: Send) -> Message:
    """What a step of a response that takes time sends."""
    if isinstance(step, SendChunk):
        return {"type": "http.response.body", "body": step.chunk, "more_body": True}
    if isinstance(step, SendStart):
        return start_message(step.status, step.fields, step.length)
    return {"type": "http.response.body", "body": b""}


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
