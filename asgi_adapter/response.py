"""From a Response to `http.response` messages (ASGI, "HTTP & WebSocket": Response Start, Body)."""

from asgi_adapter.types import Message
from core.headers import Pairs
from core.response import BINARY, HTML, JSON, LENGTHS, TEXT, Response

Fields = list[tuple[bytes, bytes]]


class _Encoded(dict[tuple[str, str], tuple[bytes, bytes]]):
    """Header fields as bytes: the usual ones are made ahead, the others when they are asked for."""

    def __missing__(self, pair: tuple[str, str]) -> tuple[bytes, bytes]:
        return pair[0].encode("latin-1"), pair[1].encode("latin-1")


_encoded = _Encoded()
for _pair in (*(("content-type", kind) for kind in (TEXT, HTML, JSON, BINARY)), *LENGTHS):
    _encoded[_pair] = _encoded[_pair]


def messages_of(response: Response, method: str) -> tuple[Message, Message]:
    """The start, and the body."""
    pairs, body = response.sent_as(method)
    return (
        {"type": "http.response.start", "status": response.status, "headers": encoded(pairs)},
        {"type": "http.response.body", "body": body},
    )


def encoded(pairs: Pairs) -> Fields:
    """Header fields as ASGI wants them."""
    return list(map(_encoded.__getitem__, pairs))
