"""Calls a WSGI application, each request in a thread of its own (PEP 3333).

The loop goes on meanwhile: it reads what clients send and writes what they are sent. What a thread
needs of a connection is done by the loop, for that is no thing for two threads.
"""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from lab.errors import LabError
from lab.server.environ import environ_of
from lab.server.exchange import HOP_BY_HOP, Exchange
from lab.server.framing import Fields
from lab.server.hosts import Face
from lab.server.threads import Threads, on_loop
from lab.server.wsgi_input import Input
from wsgi_adapter import WSGIAdapter
from wsgi_adapter.types import WSGIApplication

THREADS = 16

# PEP 3333: "999 Message here", no control characters; RFC 9112, 4
_STATUS = re.compile(r"([2-9][0-9][0-9]) ([\t\x20-\x7e\x80-\xff]*)")


class WSGIHost:
    """A WSGI application, and the threads that it runs in."""

    face: Face = "wsgi"
    has_websockets = False

    def __init__(
        self, application: WSGIApplication, threads: int = THREADS, patience: float = 5.0
    ) -> None:
        self.application = application
        self._threads = Threads(threads)
        self._early = 0  # requests that have a thread, and had not their whole body at first
        self._most_early = threads // 2
        self._patience = patience  # seconds for which a request waits for a thread

    async def start(self) -> None:
        """PEP 3333 knows no startup; our adapter has one all the same."""
        if isinstance(self.application, WSGIAdapter):
            try:
                await self._threads.run(self.application.startup, self._patience)
            except Exception as error:
                raise LabError(f"the application did not start: {error!r}") from error

    async def stop(self) -> None:
        """The same at the end; what fails there the adapter logs."""
        if isinstance(self.application, WSGIAdapter):
            await self._threads.run(self.application.shutdown, self._patience)
        self._threads.stop()

    def serve(self, exchange: Exchange) -> "asyncio.Future[None]":
        """Answer one request, as soon as a thread is free."""
        if exchange.body.is_complete:
            return self._answered(exchange)
        return asyncio.get_running_loop().create_task(self._serve_early(exchange))

    async def _serve_early(self, exchange: Exchange) -> None:
        """Answer one whose body is still to come.

        The application is called before it has the whole body, for it may refuse what is to come.
        But a thread that waits for a slow client is a thread less for the others: where half of
        them may be waiting so, a body is waited for here, or as much of it as is read ahead.
        """
        is_early = self._early < self._most_early
        if not is_early:
            await exchange.body.gather(exchange.line.limits.unread)
        if exchange.is_abandoned:
            return
        self._early += is_early
        try:
            await self._answered(exchange)
        finally:
            self._early -= is_early

    def _answered(self, exchange: Exchange) -> "asyncio.Future[None]":
        call = Call(self.application, exchange, asyncio.get_running_loop())
        return self._threads.run(call.run, self._patience, call.finish)

    async def converse(self, conversation: Any) -> None:
        """PEP 3333 has no WebSockets."""
        raise NotImplementedError


class Call:
    """One call of the application, in its thread."""

    def __init__(
        self, application: WSGIApplication, exchange: Exchange, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._application = application
        self._exchange = exchange
        self._loop = loop
        self._start: tuple[int, bytes, Fields] | None = None  # as `start_response` was told
        self._length: int | None = None  # of the whole body, where it is known

    def run(self) -> bytes:
        """The body, or what is left to be sent of it; raises what the application raises."""
        exchange = self._exchange
        environ = environ_of(exchange, Input(exchange.body, self._loop))
        exchange.line.step("environ", environ)
        result = self._application(environ, self._start_response)
        try:
            if type(result) in (list, tuple) and not exchange.is_started:
                return self._at_once(list(result))
            for chunk in result:
                self._send(chunk, "chunk")
                if exchange.is_started and not exchange.may_have_body:
                    break  # nobody is sent the others
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        self._check_started()
        return b""

    def finish(self, octets: bytes) -> None:
        """On the loop: send what `run` has returned."""
        if not self._exchange.is_complete:
            self._begin_response()
            self._exchange.send_now(octets, False)

    def _begin_response(self) -> None:
        """On the loop: what `start_response` was told becomes the head of the response."""
        exchange = self._exchange
        if exchange.is_started:
            return
        assert self._start is not None
        status, reason, fields = self._start
        names = (name.lower() for name, _ in fields)
        if self._length is not None and b"content-length" not in names:
            fields = [*fields, (b"content-length", str(self._length).encode())]
        exchange.begin(status, fields, reason)

    def _at_once(self, chunks: list[Any]) -> bytes:
        """All of a list, which is there already, so that nothing is held up by joining it."""
        for chunk in chunks:
            self._exchange.line.step("chunk", _checked_chunk(chunk))
        self._check_started()
        octets = b"".join(chunks)
        assert self._start is not None
        # PEP 3333, "Handling the Content-Length Header": the server may tell it where it knows it.
        if self._start[0] not in (204, 304) and (octets or self._exchange.head.method != "HEAD"):
            self._length = len(octets)
        return octets

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], None]:
        """PEP 3333, "The start_response() Callable"."""
        self._exchange.line.step("start_response", (status, headers))
        if exc_info is not None:
            if self._exchange.is_started:
                raise exc_info[1].with_traceback(exc_info[2])
        elif self._start is not None:
            raise RuntimeError("start_response is called a second time only with exc_info")
        self._start = (*_checked_status(status), _checked_fields(headers))
        return self._write

    def _write(self, chunk: bytes) -> None:
        """PEP 3333, "The write() Callable": it returns when the chunk is on its way."""
        self._send(chunk, "write")

    def _send(self, chunk: bytes, kind: str) -> None:
        """PEP 3333: header fields go out with the first chunk that is not empty."""
        self._exchange.line.step(kind, _checked_chunk(chunk))
        self._check_started()
        if chunk:
            on_loop(self._send_on_loop(chunk), self._loop)

    async def _send_on_loop(self, chunk: bytes) -> None:
        self._begin_response()
        await self._exchange.send(chunk, True)

    def _check_started(self) -> None:
        if self._start is None:
            raise RuntimeError("the WSGI application has not called start_response")


def _checked_chunk(chunk: Any) -> bytes:
    if not isinstance(chunk, bytes):
        raise TypeError(f"a body is bytes (PEP 3333); got {chunk!r}")
    return chunk


def _checked_status(status: Any) -> tuple[int, bytes]:
    found = _STATUS.fullmatch(status) if isinstance(status, str) else None
    if found is None:
        raise ValueError(f'a status is "200 OK" (PEP 3333); got {status!r}')
    return int(found[1]), found[2].encode("latin-1")


def _checked_fields(headers: Any) -> Fields:
    """PEP 3333: a list of pairs of str; no field that is said between client and server alone."""
    if type(headers) is not list:
        raise TypeError(f"header fields are a list of pairs (PEP 3333); got {headers!r}")
    fields: Fields = []
    for name, value in headers:
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"a header field is two str (PEP 3333); got {(name, value)!r}")
        octets = name.encode("latin-1")
        if octets.lower() in HOP_BY_HOP:
            raise ValueError(f"{name} is the server's to send (PEP 3333); got {value!r}")
        fields.append((octets, value.encode("latin-1")))
    return fields
