"""The body of a request, read from `wsgi.input` (PEP 3333, "Input and Error Streams")."""

from typing import Any

from core.errors import cut_off, too_large
from core.steps import ReadBody

CHUNK = 65_536  # bytes asked for at a time


def read_body(environ: dict[str, Any], step: ReadBody) -> bytes:
    """The whole body; raises ContentTooLarge over the limit, ClientDisconnected if it is cut off.

    Never more is read than was declared, for a server need not end the input there.
    """
    wanted = step.limit + 1 if step.length is None else step.length
    chunks: list[bytes] = []
    received = 0
    while received < wanted:
        try:
            chunk = environ["wsgi.input"].read(min(CHUNK, wanted - received))
        except Exception as error:  # how servers tell of a lost connection, or a malformed chunk
            raise cut_off(received, step.length) from error
        if not chunk:
            break
        chunks.append(chunk)
        received += len(chunk)
    if received > step.limit:
        raise too_large(step.limit)
    if step.length is not None and received < step.length:
        raise cut_off(received, step.length)
    return b"".join(chunks)
