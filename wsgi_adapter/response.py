"""From a Response to what `start_response` takes (PEP 3333)."""

from core.headers import Pairs


def _length(size: int) -> tuple[str, str]:
    return "content-length", str(size)


_LENGTHS = [_length(size) for size in range(1_000)]  # made ahead


def with_length(fields: Pairs, length: int | None) -> Pairs:
    """The header fields, in the same list, with Content-Length where there is one."""
    if length is not None:
        fields.append(_LENGTHS[length] if length < 1_000 else _length(length))
    return fields
