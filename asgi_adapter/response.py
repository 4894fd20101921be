"""From a Response to `http.response` messages (ASGI, "HTTP & WebSocket": Response Start, Body)."""

from asgi_adapter.types import Message
from core.headers import Pairs
from core.response import Response

Fields = list[tuple[bytes, bytes]]


class _Encoded(dict[tuple[str, str], tuple[bytes, bytes]]):
    """Header fields as bytes, made once for those that come again; bounded."""

    def __missing__(self, pair: tuple[str, str]) -> tuple[bytes, bytes]:
        name, value = pair
        encoded = name.encode("latin-1"), value.encode("latin-1")
        if len(self) < 2_000 and len(value) < 100:
            self[pair] = encoded
        return encoded


_encoded = _Encoded()


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
