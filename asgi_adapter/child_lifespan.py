"""The server's side of the lifespan, for an application inside ours (ASGI, "Lifespan Protocol")."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from asgi_adapter.types import ASGIApplication, Message, Scope


@asynccontextmanager
async def running(application: ASGIApplication, scope: Scope) -> AsyncGenerator[None]:
    """The application between its startup and its shutdown.

    Raises RuntimeError where it says that either failed. One that ends before it has answered the
    startup has no lifespan ("Scope": a server goes on without it).
    """
    child = _Child(application, scope)
    try:
        has_lifespan = await child.ask("startup")
        yield
        if has_lifespan:
            await child.ask("shutdown")
            if child.error is not None:
                raise child.error
    finally:
        child.task.cancel()
        await asyncio.wait([child.task])


class _Child:
    """An application in a task of its own, what it is told and what it answers."""

    def __init__(self, application: ASGIApplication, scope: Scope) -> None:
        self.application = application
        self.error: Exception | None = None  # what it has raised
        self._told: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message | None] = asyncio.Queue()  # None: it has ended
        self.task = asyncio.create_task(self._live(dict(scope)))

    async def ask(self, event: str) -> bool:
        """Tell it of `startup` or `shutdown`; whether it has answered before it ended."""
        self._told.put_nowait({"type": f"lifespan.{event}"})
        answer = await self._answers.get()
        if answer is not None and answer["type"] == f"lifespan.{event}.failed":
            reason: Any = answer.get("message")
            raise RuntimeError(f"the {event} of {self.application!r} failed: {reason}")
        return answer is not None

    async def _live(self, scope: Scope) -> None:
        try:
            await self.application(scope, self._told.get, self._answers.put)
        except Exception as error:
            self.error = error
        finally:  # also where it has cancelled itself
            self._answers.put_nowait(None)
