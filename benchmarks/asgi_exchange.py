"""One ASGI exchange without a server, in one running loop, with the scope that uvicorn sends."""

import asyncio
from collections.abc import Callable
from time import process_time
from typing import Any, Self

from benchmarks.cases import Answer, Case
from benchmarks.lifespan import Lifespan

Message = dict[str, Any]

PIECE = 65_536  # bytes of a body in one message; uvicorn lets no more than that pile up


class ASGIWorld:
    """Puts cases to ASGI applications, a block of calls at a time, all in one event loop."""

    name = "ASGI"

    def __init__(self, clock: Callable[[], float] = process_time) -> None:
        self.clock = clock  # in seconds

    def __enter__(self) -> Self:
        self.runner = asyncio.Runner()
        self.lifespans: list[Lifespan] = []
        return self

    def __exit__(self, *error: object) -> None:
        """Shut the applications down, then the loop."""
        for lifespan in reversed(self.lifespans):
            self.runner.run(lifespan.shutdown())
        self.runner.close()

    def start(self, app: Any) -> None:
        """The application's startup, by the lifespan exchange."""
        lifespan = Lifespan(app)
        self.runner.run(lifespan.startup())
        self.lifespans.append(lifespan)

    def ask(self, app: Any, case: Case) -> Answer:
        """The answer to one call."""
        return self.runner.run(self._ask(app, case))

    def block(self, app: Any, case: Case, calls: int) -> float:
        """Microseconds a call, over a block of calls; the clock runs inside the loop.

        One call before them is not timed: anyio's threads live as long as the task that they were
        started for, on a server that of the whole server, here that of a block.
        """
        return self.runner.run(self._block(app, case, calls))

    async def _ask(self, app: Any, case: Case) -> Answer:
        start, *rest = await exchange(app, scope_of(case), case.body)
        headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        chunks = [message["body"] for message in rest if message.get("body")]
        return Answer(start["status"], headers, chunks)

    async def _block(self, app: Any, case: Case, calls: int) -> float:
        scope, body = scope_of(case), case.body
        await exchange(app, scope, body)
        began = self.clock()
        for _ in range(calls):
            await exchange(app, scope, body)
        return (self.clock() - began) / calls * 1e6


class Connection:
    """The server's side of one request: `receive` and `send` are the ASGI callables."""

    __slots__ = ("body", "ended", "received", "sent")

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.received: int | None = 0  # bytes of it; None when it is over
        self.sent: list[Message] = []
        self.ended: asyncio.Future[None] | None = None

    async def receive(self) -> Message:
        """The body, in pieces; after it, as uvicorn does, a disconnect once all is sent."""
        if self.received is None:
            return await self._disconnect()
        piece = self.body[self.received : self.received + PIECE]
        self.received += PIECE
        has_more = self.received < len(self.body)
        if not has_more:
            self.received = None
        return {"type": "http.request", "body": piece, "more_body": has_more}

    async def send(self, message: Message) -> None:
        """Keep the message."""
        self.sent.append(message)
        if self.ended is not None and self._complete() and not self.ended.done():
            self.ended.set_result(None)

    async def _disconnect(self) -> Message:
        if not self._complete():
            self.ended = asyncio.get_running_loop().create_future()
            await self.ended
        return {"type": "http.disconnect"}

    def _complete(self) -> bool:
        last = self.sent[-1] if self.sent else {}
        return last.get("type") == "http.response.body" and not last.get("more_body")


async def exchange(app: Any, scope: dict[str, Any], body: bytes) -> list[Message]:
    """What a server does for a request, less the sockets: a fresh scope, all messages kept."""
    scope = scope.copy()
    scope["headers"] = scope["headers"].copy()
    scope["state"] = {}
    connection = Connection(body)
    await app(scope, connection.receive, connection.send)
    return connection.sent


def scope_of(case: Case) -> dict[str, Any]:
    """The keys, in order and kind, that uvicorn gives for curl's request."""
    headers = [
        (b"host", b"127.0.0.1:8000"),
        (b"user-agent", b"curl/8.14.1"),
        (b"accept", b"*/*"),
        (b"accept-encoding", b"gzip, deflate, br"),
        (b"connection", b"keep-alive"),
    ]
    for name, value in case.further_fields:
        headers.append((name.lower().encode(), value.encode()))
    if case.body:
        length = str(len(case.body)).encode()
        headers += [(b"content-type", case.body_type.encode()), (b"content-length", length)]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50312),
        "scheme": "http",
        "root_path": "",
        "headers": headers,
        "state": {},
        "method": case.method,
        "path": case.path,
        "raw_path": case.path.encode(),
        "query_string": b"",
    }
