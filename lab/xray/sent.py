"""The bytes that Tandem's own server makes of what was recorded.

Nothing passes a socket. A connection of `lab.server` is given the bytes of the request, plays the
recorded application to itself, and the server's own steps tell what goes out (`lab.server.steps`).
"""

import asyncio
import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from asgi_adapter.types import Receive, Scope, Send
from lab.server.access_log import access_log, server_log
from lab.server.asgi_host import ASGIHost
from lab.server.parser import Body, End, Head
from lab.server.server import Server
from lab.server.steps import Step
from lab.server.wsgi_host import WSGIHost
from lab.xray.recording import Event, Recording
from lab.xray.response import as_bytes

PATIENCE = 5.0  # seconds of real time; nothing that is played waits for anybody
_THREAD = "x-ray's server"
_ENDS = ("hung up", "given up")  # from here on nobody is there


@dataclass
class Sent:
    """What goes out."""

    parts: list[bytes] = field(default_factory=list[bytes])  # the head, chunks; [] for a mere close
    events: list[str] = field(default_factory=list[str])  # what the parser made of the request
    refused: str = ""  # why the application would not even be called, and the status


def sent(parts: Sequence[bytes], recording: Recording, now: float) -> Sent:
    """What the server sends to who has sent these bytes; `now` is for its field Date."""
    with _unlogged(), ThreadPoolExecutor(1, _THREAD) as thread:  # this one may have a loop already
        return thread.submit(asyncio.run, _served(parts, recording, now)).result()


async def _served(parts: Sequence[bytes], recording: Recording, now: float) -> Sent:
    found, player = Sent(), _Player(recording)

    def note(step: Step) -> None:
        if step.kind == "bytes out" and not player.is_alone:
            found.parts += [step.detail] if found.parts else _head_and_rest(step.detail)
        elif step.kind == "event" and isinstance(step.detail, Head | Body | End):
            found.events.append(_in_words(step.detail))
        elif step.kind == "refused":
            status, reason = step.detail
            found.refused = f"{status}, {reason}"

    host = ASGIHost(player.asgi) if recording.world == "asgi" else WSGIHost(player.wsgi, threads=1)
    server = Server(host, on_step=note, wall_clock=lambda: now)
    connection = server.connection()
    connection.connection_made(_Nowhere(connection))
    for part in parts:
        connection.data_received(part)
    if server.tasks:
        await asyncio.wait(server.tasks, timeout=PATIENCE)
    await server.give_up()
    if recording.world == "wsgi":
        await host.stop()
    return found


def _head_and_rest(octets: bytes) -> list[bytes]:
    """The head goes out together with the first chunk."""
    head, end, rest = octets.partition(b"\r\n\r\n")
    return [head + end, rest] if rest else [octets]


def _in_words(event: Head | Body | End) -> str:
    """An event of the parser: "Head GET /", "Body of 5 bytes", "End"."""
    if isinstance(event, Head):
        return f"Head {event.method} {event.target.origin_form.decode('ascii')}"
    return f"Body of {len(event.octets)} bytes" if isinstance(event, Body) else "End"


class _Player:
    """An application that does what was recorded, and asks nothing."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.is_alone = False  # the client has gone

    def _deeds(self) -> Iterator[Event]:
        """What the application did, until the client left."""
        for event in self._recording.events:
            if event.kind in _ENDS:
                self.is_alone = True
                return
            if event.kind in ("raise", "close raised"):
                raise RuntimeError(event.details["error"])
            if event.caller == "application":
                yield event

    async def asgi(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        for event in self._deeds():
            if event.kind == "send":
                await send(event.details["message"])

    def wsgi(self, _environ: Any, start_response: Callable[..., Any]) -> Any:
        """As a WSGI application; what it did before its body was returned comes with the body."""
        kinds = [event.details["type"] for event in self._recording.of("return")]
        chunks = self._chunks(start_response)
        return [*chunks] if kinds in (["list"], ["tuple"]) else chunks  # of a list the length shows

    def _chunks(self, start_response: Callable[..., Any]) -> Iterator[Any]:
        write: Callable[[Any], object] = _unstarted
        for event in self._deeds():
            told = event.details
            if event.kind == "start_response":
                error = told["exc_info"]
                exc_info = None if error is None else (RuntimeError, RuntimeError(error), None)
                write = start_response(told["status"], told["headers"], exc_info)
            elif event.kind == "write":
                write(as_bytes(told["data"]))
            elif event.kind == "chunk":
                yield told["data"]


def _unstarted(_data: Any) -> None:
    raise RuntimeError("write() before start_response")


class _Nowhere(asyncio.Transport):
    """The way to a client that takes everything."""

    def __init__(self, connection: asyncio.Protocol) -> None:
        address = {"peername": ("127.0.0.1", 50000), "sockname": ("127.0.0.1", 8000)}
        super().__init__(address)
        self._connection: asyncio.Protocol | None = connection

    def write(self, data: Any) -> None: ...
    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None: ...
    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...
    def get_write_buffer_size(self) -> int:
        return 0

    def close(self) -> None:
        """Tell the connection, once."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.connection_lost(None)

    abort = close


@contextmanager
def _unlogged() -> Generator[None]:
    """What the server of this thread would log has happened to nobody."""

    def elsewhere(record: logging.LogRecord) -> bool:
        return not (record.threadName or "").startswith(_THREAD)

    for log in (server_log, access_log):
        log.addFilter(elsewhere)
    try:
        yield
    finally:
        for log in (server_log, access_log):
            log.removeFilter(elsewhere)
