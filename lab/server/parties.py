"""Who a connection has to do with: its server, and what takes it over (see `connection`)."""

from collections.abc import Callable
from typing import Any, Protocol

from lab.server.deadline import Clock
from lab.server.exchange import Exchange
from lab.server.settings import Limits, Timeouts
from lab.server.steps import Observer


class Upgraded(Protocol):
    """What takes over a connection that no longer speaks HTTP: a WebSocket."""

    def received(self, octets: bytes) -> None: ...  # noqa: D102
    def lost(self) -> None: ...  # noqa: D102
    def expired(self) -> None: ...  # noqa: D102
    def drain(self) -> None: ...  # noqa: D102


class Owner(Protocol):
    """What a connection needs of its server."""

    limits: Limits
    timeouts: Timeouts
    clock: Clock
    wall_clock: Callable[[], float]
    on_step: Observer | None
    is_draining: bool

    def opened(self, connection: Any) -> bool: ...  # noqa: D102
    def closed(self, connection: Any) -> None: ...  # noqa: D102
    def serve(self, exchange: Exchange) -> Upgraded | None: ...  # noqa: D102
