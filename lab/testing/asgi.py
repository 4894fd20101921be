"""The ASGI door: a scope as uvicorn builds it, and the messages of one exchange."""

import asyncio
from collections.abc import Iterable, Mapping
from operator import length_hint
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from asgi_adapter.types import ASGIApplication, Message, Scope
from lab.testing.answer import Head
from lab.testing.asked import Asked
from lab.testing.connection import Connection, headers_of, scope_headers
from lab.testing.errors import ClientError
from lab.testing.exchange import Exchange

_CONTENT = ("http.response.body", "http.response.pathsend")


class ASGIExchange(Exchange):
    """A request to an ASGI application."""

    def __init__(
        self, application: ASGIApplication, asked: Asked, scope: Scope, timeout: float | None
    ) -> None:
        super().__init__(asked)
        self._connection = Connection(application, scope, self._receive, timeout)
        self._chunks = iter(asked.chunks)
        self._has_body = True  # some of it, or its end, is still to be received
        self._wants_trailers = False
        self._is_complete = False  # the response
        self._gone = asyncio.Event()  # nothing but a disconnect is received any more

    async def begin(self) -> Head:
        """Status and header fields, when the application sends them."""
        while (message := await self._connection.take()) is not None:
            if message["type"] == "http.response.start":
                self._wants_trailers = message.get("trailers", False)
                return Head(message["status"], headers_of(message))
        raise ClientError("the application returned and has sent no response")

    async def chunk(self) -> bytes | None:
        """The content of the next message that has any."""
        while not self._is_complete and (message := await self._connection.take()) is not None:
            self._note_end(message)
            if message["type"] in _CONTENT:
                return _content_of(message)
            if message["type"] == "http.response.trailers":
                for name, value in headers_of(message):
                    self.trailers.add(name, value)
        return None

    async def end(self) -> None:
        """Go away: `receive` gives a disconnect; and let the application end."""
        self._gone.set()
        await self._connection.end()

    def _note_end(self, message: Message) -> None:
        """The response is complete with its last body, or where trailers follow with the last."""
        if message["type"] == "http.response.trailers":
            is_last = not message.get("more_trailers", False)
        else:
            is_last = (
                message["type"] in _CONTENT
                and not message.get("more_body", False)
                and not self._wants_trailers
            )
        if is_last:
            self._is_complete = True
            self._gone.set()  # ASGI, "Disconnect": also sent once the response is complete

    async def _receive(self) -> Message:
        if self._has_body and not self._gone.is_set():
            chunk = next(self._chunks, None)
            if chunk is None and self.asked.disconnect:
                self._gone.set()
            else:
                return self._request(chunk)
        await self._gone.wait()
        return {"type": "http.disconnect"}

    def _request(self, chunk: bytes | None) -> Message:
        """The message with this chunk, None at the end; a list's last chunk is known to be it."""
        is_last = chunk is None or not (self.asked.disconnect or length_hint(self._chunks, 1))
        self._has_body = not is_last
        self.asked.taken += len(chunk or b"")
        return {"type": "http.request", "body": chunk or b"", "more_body": not is_last}


def _content_of(message: Message) -> bytes:
    if message["type"] == "http.response.pathsend":
        return Path(message["path"]).read_bytes()
    return message.get("body", b"")  # type: ignore[no-any-return]


def scope_of(asked: Asked, state: Mapping[str, Any], extensions: Iterable[str]) -> Scope:
    """The scope of this request, as uvicorn 0.54 builds it."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": asked.http_version,
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "scheme": asked.scheme,
        "method": asked.method,
        "root_path": asked.root_path,
        "path": unquote(asked.path),
        "raw_path": asked.path.encode("ascii"),
        "query_string": asked.query.encode("latin-1"),
        "headers": scope_headers(asked.headers),
        "state": dict(state),
    }
    return scope | {"extensions": {name: {} for name in extensions}} if extensions else scope
