"""The ASGI door: a scope as uvicorn builds it, our validator around the application."""

import asyncio
from typing import Any
from urllib.parse import unquote

from tests.asgi_validator import ASGIValidator
from tests.doors.client import Answer, Asked, Client

Message = dict[str, Any]


class ASGIClient(Client):
    """Sends requests to an ASGI application."""

    def exchange(self, asked: Asked) -> Answer:
        return asyncio.run(self.exchange_async(asked))

    async def exchange_async(self, asked: Asked) -> Answer:
        """The answer, for a test that has an event loop of its own."""
        server = _Server(asked)
        application = ASGIValidator(self.application)
        await application(scope_of(asked), server.receive, server.send)
        start, *bodies = server.sent
        headers = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]
        ]
        return Answer(
            start["status"], headers, b"".join(body["body"] for body in bodies), asked.taken
        )


def scope_of(asked: Asked) -> Message:
    """The scope of this request, as uvicorn 0.54 builds it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": asked.http_version,
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "scheme": "http",
        "method": asked.method,
        "root_path": asked.root_path,
        "path": unquote(asked.path),
        "raw_path": asked.path.encode("ascii"),
        "query_string": asked.query.encode("latin-1"),
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in asked.headers
        ],
        "state": {},
    }


class _Server:
    """The server's ends of one exchange; it counts what is taken of the body."""

    def __init__(self, asked: Asked) -> None:
        self.sent: list[Message] = []
        self._asked = asked
        self._events = list(_events(asked))
        self._complete = asyncio.Event()

    async def receive(self) -> Message:
        if not self._events:  # ASGI, "Disconnected Client": also once the response is complete
            await self._complete.wait()
            return {"type": "http.disconnect"}
        event = self._events.pop(0)
        self._asked.taken += len(event.get("body", b""))
        return event

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._complete.set()


def _events(asked: Asked) -> list[Message]:
    events = [
        {"type": "http.request", "body": chunk, "more_body": True}
        for chunk in asked.chunks or [b""]
    ]
    if asked.disconnect:
        return [*events, {"type": "http.disconnect"}]
    events[-1]["more_body"] = False
    return events
