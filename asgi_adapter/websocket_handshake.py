"""What a client asked for when it opened a WebSocket: an HTTP request (RFC 6455, 4.1)."""

from types import SimpleNamespace
from typing import Any

from asgi_adapter.request import ASGIRequest
from core import Headers
from core.fields import Fields


class Handshake:
    """The request behind a WebSocket, and at hand what is asked of it most."""

    __slots__ = ("request",)

    def __init__(self, request: ASGIRequest) -> None:
        self.request = request

    @property
    def path(self) -> str:
        """The path that was asked for, as `request.path`."""
        return self.request.path

    @property
    def params(self) -> dict[str, Any]:
        """The path's parameters, converted."""
        return self.request.params

    @property
    def query(self) -> Fields:
        """The query's parameters."""
        return self.request.query

    @property
    def headers(self) -> Headers:
        """The handshake's header fields."""
        return self.request.headers

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies by name."""
        return self.request.cookies

    @property
    def state(self) -> SimpleNamespace:
        """The request's `state`: a place for what is known about this conversation."""
        return self.request.state

    @property
    def subprotocols(self) -> list[str]:
        """The subprotocols that the client offers, the one it likes best first."""
        return list(self.request.scope.get("subprotocols") or ())
