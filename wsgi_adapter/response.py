"""From a Response to what `start_response` takes (PEP 3333)."""

from collections.abc import Iterable

from core.headers import Pairs


def _length(size: int) -> tuple[str, str]:
    return "content-length", str(size)


_LENGTHS = [_length(size) for size in range(1_000)]  # made ahead


def with_length(fields: Iterable[tuple[str, str]], length: int | None) -> Pairs:
    """The header fields in a list, as PEP 3333 wants it, with Content-Length where there is one."""
    headers = list(fields)
    if length is not None:
        headers.append(_LENGTHS[length] if length < 1_000 else _length(length))
    return headers
