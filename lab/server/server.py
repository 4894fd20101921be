"""The server between its connections and the application: who is there, and how it all ends.

It has no socket. `Server.connection` makes what a listener needs for a client, and a test is a
listener too.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import count
from time import time

from lab.server.access_log import server_log
from lab.server.connection import Connection
from lab.server.deadline import Clock
from lab.server.errors import ClientDisconnected, Refused
from lab.server.exchange import Exchange
from lab.server.handshake import is_websocket
from lab.server.hosts import Host
from lab.server.parties import Upgraded
from lab.server.settings import Limits, Timeouts
from lab.server.steps import Observer
from lab.server.websocket import WebSocketSession

SETTLING = 5  # turns of the loop, in which a client that was accepted becomes a connection


class Server:
    """All connections to one application."""

    def __init__(
        self,
        host: Host,
        *,
        limits: Limits | None = None,
        timeouts: Timeouts | None = None,
        clock: Clock | None = None,
        wall_clock: Callable[[], float] = time,
        on_step: Observer | None = None,
    ) -> None:
        self.host = host
        self.limits = limits or Limits()
        self.timeouts = timeouts or Timeouts()
        self.clock: Clock = clock or asyncio.get_running_loop()
        self.wall_clock = wall_clock  # for the field Date
        self.on_step = on_step
        self.is_draining = False  # it takes what is on its way, and ends
        self.connections: set[Connection] = set()
        self._refused: set[Connection] = set()  # those of them that were too many, and linger
        self.tasks: set[asyncio.Future[None]] = set()  # the application is at work on them
        self._numbers = count(1)
        self._idle = asyncio.Event()  # no connection and no task is left
        self._idle.set()

    def connection(self) -> Connection:
        """A connection for a client that is there."""
        return Connection(self, next(self._numbers))

    # What a connection calls.

    def opened(self, connection: Connection) -> bool:
        """Note it; whether it is one of those that may be."""
        self.connections.add(connection)
        self._idle.clear()
        if self.is_draining:
            connection.must_close = True
        if len(self.connections) - len(self._refused) <= self.limits.connections:
            return True
        self._refused.add(connection)
        return False

    def closed(self, connection: Connection) -> None:
        """It is gone."""
        self.connections.discard(connection)
        self._refused.discard(connection)
        self._settle()

    def serve(self, exchange: Exchange) -> Upgraded | None:
        """Let the application answer, which is noted until it has."""
        self._idle.clear()
        if self.host.has_websockets and is_websocket(exchange.head):
            session = WebSocketSession(exchange, self)
            task = asyncio.get_running_loop().create_task(session.run(self.host))
            self.tasks.add(task)
            task.add_done_callback(self._ended)
            return session
        future = self.host.serve(exchange)
        self.tasks.add(future)
        future.add_done_callback(partial(self._served, exchange))
        return None

    def _served(self, exchange: Exchange, future: "asyncio.Future[None]") -> None:
        """The application has answered, or failed."""
        if future.cancelled():  # the server's time is up, or the application's own
            exchange.failed(asyncio.CancelledError())
        elif (error := future.exception()) is not None:
            self._failed(exchange, error)
        self._ended(future)

    def _failed(self, exchange: Exchange, error: BaseException) -> None:
        if isinstance(error, ClientDisconnected):
            server_log.debug("%s had no answer: %s", exchange.head.target.path, error)
            exchange.give_up()
        elif isinstance(error, Refused):
            exchange.refuse(error)
        else:
            path = exchange.head.target.path.decode("ascii")
            server_log.error("%s %s failed", exchange.head.method, path, exc_info=error)
            exchange.failed(error)

    def _ended(self, future: "asyncio.Future[None]") -> None:
        self.tasks.discard(future)
        self._settle()

    def _settle(self) -> None:
        if not self.connections and not self.tasks:
            self._idle.set()

    # The end.

    async def drain(self) -> None:
        """Answer what was asked and what is on its way, then close; give up when the time is over.

        Clients that are connected may have sent something that is not here yet: a connection that
        is closed on them would lose it. So idle ones live on for a moment (`Timeouts.linger`), and
        the answer to what comes in it says `Connection: close` (RFC 9112, 9.6).
        """
        self.is_draining = True
        for _ in range(SETTLING):
            await asyncio.sleep(0)
        for connection in list(self.connections):
            connection.drain()
        if self.tasks:
            server_log.info(
                "ending when %d requests are answered; a second Ctrl-C gives them up",
                len(self.tasks),
            )
        try:
            await asyncio.wait_for(self._idle.wait(), self.timeouts.shutdown)
        except TimeoutError:
            server_log.warning(
                "%d connections and %d requests are given up: they took longer than %g seconds",
                len(self.connections),
                len(self.tasks),
                self.timeouts.shutdown,
            )
            await self.give_up()

    async def give_up(self) -> None:
        """Close every connection, and cancel what is left of the application."""
        for connection in list(self.connections):
            connection.abort()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
