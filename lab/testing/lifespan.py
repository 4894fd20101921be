"""An ASGI application's startup and shutdown, as a server asks for them ("Lifespan Protocol")."""

import asyncio
from typing import Any

from asgi_adapter.types import ASGIApplication, Message
from lab.asgi_rules import Violation
from lab.testing.connection import Connection
from lab.testing.errors import LifespanFailed


class Lifespan:
    """The lifespan of one client; `state` is what each of its requests gets a copy of."""

    def __init__(self, application: ASGIApplication, timeout: float | None) -> None:
        self.state: dict[str, Any] = {}
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}}
        scope["state"] = self.state
        self._connection = Connection(application, scope, self._events.get, timeout)
        self._has_started = False

    async def start(self) -> None:
        """Start the application up; raises LifespanFailed, or what the application raises.

        One that raises before it has received anything does not speak this protocol, and is served
        without ("Lifespan Protocol": Scope).
        """
        self._events.put_nowait({"type": "lifespan.startup"})
        try:
            message = await self._connection.take()
        except Violation:
            raise
        except Exception:
            if self._events.empty():
                raise
            return
        if message is not None and message["type"] == "lifespan.startup.failed":
            await self._fail(message)
        self._has_started = True

    async def stop(self) -> None:
        """Shut the application down; raises LifespanFailed, or what the application raises."""
        if not self._has_started:
            return
        self._events.put_nowait({"type": "lifespan.shutdown"})
        message = await self._connection.take()
        if message is not None and message["type"] == "lifespan.shutdown.failed":
            await self._fail(message)
        await self._connection.end()

    async def _fail(self, message: Message) -> None:
        """Raise LifespanFailed, caused by what the application raises now if anything."""
        failure = LifespanFailed(message.get("message") or message["type"])
        try:
            await self._connection.end()
        except Exception as error:
            raise failure from error
        raise failure
