"""From a Response to what `start_response` takes, and the body (PEP 3333)."""

from core.headers import Pairs
from core.response import Response


def _length(size: int) -> tuple[str, str]:
    return "content-length", str(size)


_LENGTHS = [_length(size) for size in range(1_000)]  # made ahead


def parts_of(response: Response, method: str) -> tuple[Pairs, bytes]:
    """The header fields, in a list as PEP 3333 wants them, and the body."""
    headers, length, body = response.sent_as(method)
    if length is not None:
        headers.append(_LENGTHS[length] if length < 1_000 else _length(length))
    return headers, body
