"""The lesson's view: an observer is told each step of each connection.

    serve(app, steps=True)                       prints them
    Server(host, on_step=found.append)            hands them to whoever wants them

A step has the number of its connection, its kind, a detail (bytes, an event of the parser, an
environ or a scope, a message, the arguments of a call), when it was, and in which task or thread.
`KINDS` says which there are.
"""

import asyncio
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

THE_LOOP = "the loop"  # which has called: no task runs


@dataclass(frozen=True, slots=True)
class Step:
    """What has happened."""

    connection: int  # its number
    kind: str  # a key of KINDS
    detail: Any
    at: float  # seconds, by time.perf_counter
    where: str  # the task's name, else the thread's


Observer = Callable[[Step], None]

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


def here() -> str:
    """The task that runs, by its name; else the thread, but for that of the loop."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # no loop runs in this thread
        return threading.current_thread().name
    return THE_LOOP if task is None else task.get_name()


def printed_to(stream: TextIO | None = None) -> Observer:
    """An observer that prints each step as a line, or a few; to stderr by default.

    The time is that since the connection was opened, in milliseconds.
    """
    began: dict[int, float] = {}

    def print_step(step: Step) -> None:
        out = sys.stderr if stream is None else stream
        since = began.setdefault(step.connection, step.at)
        if step.kind == "closed":
            del began[step.connection]
        first, *others = _lines(step.detail)
        number, elapsed = f"#{step.connection}", f"{(step.at - since) * 1000:8.2f}"
        out.write(f"{number} {elapsed} {step.where:9} {step.kind:14} {first}\n")
        for line in others:
            out.write(f"{number} {'':33} {line}\n")

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
