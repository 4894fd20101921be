"""What a server asks of whoever calls the application: one of `asgi_host` and `wsgi_host`."""

import asyncio
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

    def serve(self, exchange: Exchange) -> "asyncio.Future[None]":
        """Answer one request; what the application raises is the future's exception."""
        ...

    async def converse(self, conversation: Any) -> None:
        """Take part in one WebSocket."""
        ...

    async def stop(self) -> None:
        """After the last request; raises LabError where the application says that it failed."""
        ...
