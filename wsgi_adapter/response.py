"""From a Response to `start_response` and an iterable of bytes (PEP 3333)."""

from collections.abc import Callable, Iterable
from typing import Any

from core.response import Response

StartResponse = Callable[..., Any]


def send_response(
    response: Response, method: str, start_response: StartResponse
) -> Iterable[bytes]:
    """Start the response, and give the server its body."""
    pairs, body = response.sent_as(method)
    start_response(response.status_line, pairs)
    return [body] if body else []
