"""What a client does in one x-ray: its request, and when it leaves; the same for both worlds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lab.testing.asgi import scope_of
from lab.testing.asked import Asked
from lab.testing.websocket import websocket_scope

Kind = Literal["http", "websocket", "lifespan"]
Frame = str | bytes
Pairs = list[tuple[str, str]]

MOST_CHUNKS = 100  # of a response: then an endless one is left


@dataclass(frozen=True)
class Script:
    """One client's request, WebSocket or lifespan."""

    kind: Kind = "http"
    method: str = "GET"
    target: str = "/"  # as sent: percent-encoded, with the query
    headers: Pairs = field(default_factory=list[tuple[str, str]])  # as sent, Host and framing too
    chunks: list[bytes] = field(default_factory=list[bytes])  # of the request's body
    http_version: str = "1.1"
    scheme: str = "http"
    root_path: str = ""  # percent-decoded
    leaves_after: int = MOST_CHUNKS  # chunks of the response, then the client hangs up
    breaks: bool = False  # an exception is planted after the first chunk
    frames: list[Frame] = field(default_factory=list[Frame])  # what a WebSocket client sends
    subprotocols: list[str] = field(default_factory=list[str])

    @property
    def title(self) -> str:
        """The request in a few words: "POST /tasks"."""
        return {
            "http": f"{self.method} {self.target}",
            "websocket": f"WebSocket {self.target}",
            "lifespan": "Startup and shutdown",
        }[self.kind]

    @property
    def only(self) -> str:
        """Why this is for one world only; "" where it is for both."""
        return {
            "http": "",
            "websocket": "WSGI has no WebSocket: one request has one response.",
            "lifespan": "WSGI has no lifespan: an application is imported, and told no more.",
        }[self.kind]

    @property
    def is_chunked(self) -> bool:
        """Whether the body is sent in chunks, its length unknown."""
        return any(name.lower() == "transfer-encoding" for name, _ in self.headers)

    def asked(self) -> Asked:
        """The request as a server has read it, new for each world: a body is read once."""
        path, _, query = self.target.partition("?")
        return Asked(
            self.method,
            path,
            query,
            self.headers,
            list(self.chunks),
            http_version=self.http_version,
            root_path=self.root_path,
            scheme=self.scheme,
        )

    def scope(self, asked: Asked, state: Mapping[str, Any]) -> Any:
        """What an ASGI server makes of it, as uvicorn does."""
        scope = scope_of(asked, state, ())
        if self.kind == "websocket":
            return websocket_scope(scope, asked, self.subprotocols)
        return scope
