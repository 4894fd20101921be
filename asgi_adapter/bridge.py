"""A WSGI application as an ASGI one, by a2wsgi (the extra `bridge`).

    a thread of the mount's own    a2wsgi    the request's task on the event loop

Each message is handed over to the loop, and each of a body is asked for there. So a request that
does nothing takes 161 us, of which 138 are a2wsgi's, where a whole one to a `def` of ours takes 20
(in one process, CPython 3.11); and it has a thread for as long as it takes, streams included.

a2wsgi carries messages. Added here is what it leaves out: the path as it was sent, where a body
ends that has no Content-Length, the error of one that is cut off, and the end of a stream whose
client has gone. And taken out: header fields with a "_" in the name, which would pass for others.
"""

import asyncio
import sys
import threading
from collections.abc import Generator, Iterable
from string import punctuation
from typing import Any
from urllib.parse import quote

from asgi_adapter.request import ASGIRequest
from asgi_adapter.types import ASGIApplication, Message, Receive, Scope, Send, WSGIApplication
from core import App
from core.errors import ClientDisconnected

_EXCHANGE = "tandem.exchange"


def bridged(application: WSGIApplication, site: App, threads: int) -> ASGIApplication:
    """The application, to be called by an ASGI server; at most `threads` requests at a time.

    Raises ImportError where a2wsgi is missing. A WebSocket is refused (403).
    """
    try:
        from a2wsgi import WSGIMiddleware
    except ImportError:
        raise ImportError(
            "a WSGI application behind ASGI needs a2wsgi: pip install tandem-web[bridge]; "
            f"for {application!r}"
        ) from None

    def called(environ: Any, start_response: Any) -> Iterable[bytes]:
        exchange: _Exchange = environ["asgi.scope"].pop(_EXCHANGE)
        return exchange.chunks(application(exchange.completed(environ), start_response))

    # Its queue has no end, so that a thread never waits there in vain; `chunks` waits instead.
    bridge: Any = WSGIMiddleware(called, workers=threads, send_queue_size=0)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()  # websocket.connect
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
            return
        exchange = _Exchange(ASGIRequest(site, scope, receive), send)
        try:
            await bridge(exchange.scope, exchange.receive, exchange.send)
        finally:
            exchange.end()

    return serve


class _Exchange:
    """One request, between the server and a2wsgi."""

    def __init__(self, request: ASGIRequest, send: Send) -> None:
        self._request = request
        self._send = send
        self._has_body = request.body_length() != 0  # some of it, or its end, is to be received
        self._has_left = False
        self._is_sent = threading.Semaphore(0)  # the chunk that was made last
        self._is_streaming = False
        self._watcher: asyncio.Task[None] | None = None

    @property
    def scope(self) -> Scope:
        """The scope as a2wsgi can read it."""
        scope = self._request.scope
        return {
            **scope,
            "headers": [pair for pair in scope["headers"] if b"_" not in pair[0]],
            "query_string": quote(scope.get("query_string", b""), safe=punctuation).encode("ascii"),
            _EXCHANGE: self,
        }

    # In the event loop.

    async def receive(self) -> Message:
        """Some more of the body; raises ClientDisconnected where the client goes before its end."""
        if self._watcher is not None:  # there is no body, and no second who may wait for word
            return {"type": "http.request", "body": b"", "more_body": False}
        message = await self._request.receive()
        if message["type"] == "http.disconnect":
            self._leave()
            raise ClientDisconnected("the client left before the whole body had come")
        self._has_body = message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Send a message, if there is anybody left."""
        try:
            if not self._has_left:
                await self._send(message)
        except OSError:  # ASGI, "Disconnected Client - send exception"
            self._leave()
        except BaseException:
            self._leave()
            raise
        if message["type"] == "http.response.body":
            self._is_sent.release()
            if message.get("more_body", False):
                self._go_on()

    def _go_on(self) -> None:
        """From the second chunk on it is a stream, whose client may leave unnoticed."""
        if self._is_streaming and not self._has_body and self._watcher is None:
            self._watcher = asyncio.create_task(self._watch())
        self._is_streaming = True

    def end(self) -> None:
        """The request is over, or cancelled: let its thread go."""
        self._leave()
        if self._watcher is not None:
            self._watcher.cancel()

    async def _watch(self) -> None:
        """Notice that the client goes, where nothing else awaits `receive`."""
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self._leave()

    def _leave(self) -> None:
        self._has_left = True
        self._is_sent.release()

    # In the thread.

    def completed(self, environ: dict[str, Any]) -> dict[str, Any]:
        """The environ with what a2wsgi does not know."""
        root = self._request.root_path
        environ["SCRIPT_NAME"] = _disguised(root)
        environ["PATH_INFO"] = _disguised(self._request.scope["path"][len(root) :])
        environ["wsgi.errors"] = sys.stderr
        environ["wsgi.input_terminated"] = True
        if self._request.raw_path:
            query = environ["QUERY_STRING"]
            environ["RAW_URI"] = self._request.raw_path + (f"?{query}" if query else "")
        return environ

    def chunks(self, made: Iterable[bytes]) -> Generator[bytes]:
        """The chunks, each asked for when the one before is sent, until the client goes."""
        try:
            for chunk in made:
                yield chunk
                self._is_sent.acquire()
                if self._has_left:
                    break
        finally:
            close = getattr(made, "close", None)
            if close is not None:
                close()


def _disguised(text: str) -> str:
    """As WSGI has it: a latin-1 character for each byte (PEP 3333, "Unicode Issues")."""
    return text.encode("utf-8").decode("latin-1")
