"""What a server asks of whoever calls the application: one of `asgi_host` and `wsgi_host`."""

from typing import Any, Literal, Protocol

from lab.server.exchange import Exchange

Face = Literal["wsgi", "asgi"]


class Host(Protocol):
    """An application, and how it is called."""

    face: Face
    has_websockets: bool

    async def start(self) -> None:
        """Before the first request; raises LabError where the application can't start."""
        ...

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request; raises what the application raises."""
        ...

    async def converse(self, conversation: Any) -> None:
        """Take part in one WebSocket."""
        ...

    async def stop(self) -> None:
        """After the last request; raises LabError where the application says that it failed."""
        ...
