"""The lifespan exchange (ASGI, "Lifespan Protocol"): startup before all calls, then shutdown."""

import asyncio
from typing import Any


class Lifespan:
    """One application's lifespan, from its server's side."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.replies: asyncio.Queue[str] = asyncio.Queue()

    async def startup(self) -> None:
        """Start the application; one that ends at once has no lifespan, which is its right."""
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
        self.task = asyncio.ensure_future(self.app(scope, self.events.get, self._send))
        await self.events.put({"type": "lifespan.startup"})
        reply = await self._reply()
        if reply == "lifespan.startup.failed":
            raise RuntimeError(f"the startup of {self.app!r} failed")

    async def shutdown(self) -> None:
        """End the application."""
        if self.task.done():
            return
        await self.events.put({"type": "lifespan.shutdown"})
        await self._reply()
        await self.task

    async def _send(self, message: dict[str, Any]) -> None:
        await self.replies.put(message["type"])

    async def _reply(self) -> str | None:
        """The application's next reply; None where it ended instead."""
        reply = asyncio.ensure_future(self.replies.get())
        await asyncio.wait([reply, self.task], return_when=asyncio.FIRST_COMPLETED)
        if reply.done():
            return reply.result()
        reply.cancel()
        self.task.exception()  # looked at, so that asyncio does not report it: it is no error
        return None
