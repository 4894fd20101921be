"""An ASGI application as a WSGI one, by a2wsgi (the extra `bridge`).

    the thread that serves the request    a2wsgi    a task on the process's shared loop

The two take turns: each message is handed over from thread to thread, and word of it back. So a
request that does nothing takes 112 us, of which 92 are a2wsgi's, where a whole one to an `async
def` of ours takes 9 (in one process, CPython 3.11); each chunk of a stream is two hand-overs more.

a2wsgi carries messages. Added here is what it leaves out: the path as it was sent, bodies without a
Content-Length, and those that were cut off, the log entry of a failure, an answer where the
application gives none, and the end of a task whose client has gone. There are no WebSockets behind
WSGI; and nothing of this under gevent, where a thread can't wait for a loop: the startup fails.
"""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from string import punctuation
from typing import Any
from urllib.parse import quote

from core import App, HTTPError
from core.body_stream import BodyCount
from core.errors import ClientDisconnected
from core.response import STATUS_LINES, TEXT
from wsgi_adapter.body import next_chunk
from wsgi_adapter.loop import problem
from wsgi_adapter.request import WSGIRequest
from wsgi_adapter.shared_loop import shared_loop
from wsgi_adapter.types import ASGIApplication, Environ, StartResponse, WSGIApplication

logger = logging.getLogger("tandem")

_ENDLESS = 1 << 62  # bytes


def bridged(application: ASGIApplication, site: App) -> WSGIApplication:
    """The application, to be called by a WSGI server.

    Raises ImportError where a2wsgi is missing. A call raises RuntimeError under gevent.
    """
    try:
        from a2wsgi import ASGIMiddleware
    except ImportError:
        raise ImportError(
            "an ASGI application behind WSGI needs a2wsgi: pip install tandem-web[bridge]; "
            f"for {application!r}"
        ) from None

    def serve(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        reason = problem()
        if reason:
            raise RuntimeError(f"an ASGI application on WSGI needs an event loop; {reason}")
        request = WSGIRequest(site, environ)
        try:
            exchange = _Exchange(application, request)
        except HTTPError as error:
            return _refusal(error, start_response)
        bridge = ASGIMiddleware(exchange.serve, loop=exchange.loop)
        return _Chunks(bridge, exchange, start_response)

    return serve


def _refusal(error: HTTPError, start_response: StartResponse) -> list[bytes]:
    body = f"{error}\n".encode()
    fields = [("content-type", TEXT), ("content-length", str(len(body)))]
    start_response(STATUS_LINES[error.status], fields)
    return [body]


class _Exchange:
    """One request to the application, and what a2wsgi is told of it.

    a2wsgi is told of a body without end, and to read it from here, so that its end is known here.
    """

    def __init__(self, application: ASGIApplication, request: WSGIRequest) -> None:
        """Raise BadRequest or LengthRequired where there is no telling how long the body is."""
        self.loop = shared_loop().loop
        self.task: asyncio.Task[Any] | None = None
        self.error: Exception | None = None  # for which there is no whole response
        self._application = application
        self._request = request
        self._body = BodyCount(request.body_length(), _ENDLESS)
        self._is_told = False  # of the end of the body
        self._has_left = False
        self._is_over = asyncio.Event()  # the response

    @property
    def environ(self) -> Environ:
        """The environ as a2wsgi can read it."""
        environ = self._request.environ
        path = self._request.path if environ.get("PATH_INFO") else ""
        query = environ.get("QUERY_STRING", "")
        readable = environ | {
            "PATH_INFO": path.encode("utf-8").decode("latin-1"),
            "QUERY_STRING": quote(query.encode("latin-1"), safe=punctuation),
            "CONTENT_LENGTH": str(_ENDLESS),
            "wsgi.input": self,
        }
        if not environ.get("CONTENT_TYPE"):
            readable.pop("CONTENT_TYPE", None)
        return readable

    # In the thread that serves the request.

    def read(self, _: int) -> bytes:
        """Some more of the body, b"" at its end."""
        try:
            return next_chunk(self._request.environ, self._body)
        except ClientDisconnected:
            self._has_left = True
            return b""

    def leave(self) -> None:
        """Nobody takes the rest of the response: end the task, if it has not ended."""
        if self.task is not None:
            self._has_left = True
            with suppress(RuntimeError):  # the loop is closed, and its tasks with it
                self.loop.call_soon_threadsafe(self.task.cancel)

    # In the loop's thread.

    async def serve(self, scope: Any, receive: Any, send: Any) -> None:
        """Call the application; what it raises, or does not answer, is kept, logged and raised.

        (a2wsgi would wait for ever for an answer.)
        """
        self.task = asyncio.current_task()
        try:
            await self._call(self._completed(scope), receive, send)
        except Exception as error:
            self.error = None if self._is_over.is_set() else error
            method, path = self._request.method, scope["path"]
            logger.error("%s %r failed: %r", method, path, error, exc_info=error)
            raise

    async def _call(self, scope: Any, receive: Any, send: Any) -> None:
        called = repr(self._application)
        try:
            await self._application(
                scope, partial(self._receive, receive), partial(self._send, send)
            )
        except asyncio.CancelledError as error:
            if self._has_left:
                raise
            raise RuntimeError(f"{called} was cancelled by code of its own") from error
        if not self._is_over.is_set():
            raise RuntimeError(f"{called} returned before its response was complete")

    def _completed(self, scope: Any) -> Any:
        """The scope with what a2wsgi does not know."""
        length = self._request.environ.get("CONTENT_LENGTH")
        headers = [pair for pair in scope["headers"] if pair[0] != b"content-length"]
        if length:
            headers.append((b"content-length", length.encode("latin-1")))
        state = dict(self._request.environ.get("tandem.state", ()))  # a copy, as a server gives
        completed = {**scope, "headers": headers, "state": state}
        if self._request.raw_path:
            completed["raw_path"] = self._request.raw_path.encode("latin-1")
        return completed

    async def _receive(self, receive: Any) -> Any:
        """The next of the body, or word that the client has gone, or has its response."""
        if self._is_told:
            await self._is_over.wait()
            return {"type": "http.disconnect"}
        chunk = b"" if self._body.is_over else (await receive())["body"]
        if self._has_left:
            return {"type": "http.disconnect"}
        self._is_told = self._body.is_over
        return {"type": "http.request", "body": chunk, "more_body": not self._is_told}

    async def _send(self, send: Any, message: Any) -> None:
        await send(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._is_over.set()


class _Chunks:
    """The body of the response; who closes it early has the application's task cancelled."""

    def __init__(self, bridge: Any, exchange: _Exchange, start_response: StartResponse) -> None:
        self._exchange = exchange
        self._start_response = start_response
        self._has_told = False  # of a failure, by an answer of a2wsgi's own
        self._chunks = bridge(exchange.environ, self._start)

    def _start(self, status: str, fields: Any, exc_info: Any = None) -> Any:
        self._has_told = exc_info is not None
        return self._start_response(status, fields, exc_info)

    def __iter__(self) -> "_Chunks":
        return self

    def __next__(self) -> bytes:
        """The next chunk; what fails halfway is raised, for a2wsgi may end as if all were well."""
        try:
            return next(self._chunks)  # type: ignore[no-any-return]
        except StopIteration:
            if self._exchange.error is not None and not self._has_told:
                raise self._exchange.error from None
            raise

    def close(self) -> None:
        """As PEP 3333 has it: called by the server in any case."""
        self._chunks.close()
        self._exchange.leave()
