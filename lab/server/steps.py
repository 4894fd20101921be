"""The lesson's view: an observer is told each step of each connection.

    serve(app, steps=True)                       prints them
    Server(host, on_step=tape.append_step)       hands them to whoever wants them

A step has the number of its connection, its kind, and a detail: bytes, an event of the parser, an
environ or a scope, a message, the arguments of a call. `KINDS` says which there are.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any, TextIO

Observer = Callable[[int, str, Any], None]

KINDS = {
    "opened": "the client's address",
    "bytes in": "what the client has sent",
    "event": "what the parser made of it",
    "environ": "what a WSGI application is called with",
    "start_response": "status and header fields, as the WSGI application gives them",
    "write": "a chunk that was passed to write()",
    "chunk": "a chunk of the iterable that the WSGI application has returned",
    "scope": "what an ASGI application is called with",
    "receive": "a message to the ASGI application",
    "send": "a message of the ASGI application",
    "refused": "the status and the reason of an answer that the server gives itself",
    "deadline": "what took too long",
    "bytes out": "what is sent to the client",
    "end": "the client sends no more",
    "failed": "the application's exception",
    "closed": "why, where it was no ordinary end; else None",
}
_LONGEST = 72  # characters of bytes that are printed


def printed_to(stream: TextIO | None = None) -> Observer:
    """An observer that prints each step as a line, or a few; to stderr by default."""

    def print_step(connection: int, kind: str, detail: Any) -> None:
        out = sys.stderr if stream is None else stream
        lines = _lines(detail)
        out.write(f"#{connection} {kind:14} {lines[0]}\n")
        for line in lines[1:]:
            out.write(f"#{connection} {'':14} {line}\n")

    return print_step


def _lines(detail: Any) -> list[str]:
    if detail is None:
        return [""]
    if isinstance(detail, bytes):
        return [_short(line) for line in detail.splitlines(keepends=True)] or ["b''"]
    if isinstance(detail, Mapping) and "type" not in detail:  # an environ
        return [f"{key}: {_short(detail[key])}" for key in sorted(detail)]
    return [_short(detail)]


def _short(value: Any) -> str:
    text = repr(value)
    longest = _LONGEST if isinstance(value, bytes | str) else 10 * _LONGEST
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text)} characters)"
