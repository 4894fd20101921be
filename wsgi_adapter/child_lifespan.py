"""The server's side of the lifespan, for an ASGI application behind WSGI ("Lifespan Protocol").

It is lived on the process's shared loop, where the application is served too: what it opens at its
startup can be used by its requests.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from wsgi_adapter.shared_loop import shared_loop
from wsgi_adapter.types import ASGIApplication


@asynccontextmanager
async def running(
    application: ASGIApplication, state: dict[str, Any], problem: str | None = None
) -> AsyncGenerator[None]:
    """The application between its startup and its shutdown; it adds to the lifespan's `state`.

    Raises RuntimeError where it says that either failed, and for a `problem` with loops here. One
    that ends before it has answered the startup has no lifespan ("Scope": a server goes on without
    it).
    """
    if problem:
        raise RuntimeError(f"an ASGI application on WSGI needs an event loop; {problem}")
    child, loop = _Child(application, state), shared_loop().loop
    await _on(loop, child.start())
    try:
        yield
    finally:
        if not loop.is_closed():  # else it has ended with the loop
            await _on(loop, child.stop())


async def _on(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, None]) -> None:
    """Have it run on that loop, and wait for it here, whichever loop this is."""
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, loop))


class _Child:
    """An application in a task of its own, what it is told and what it answers."""

    def __init__(self, application: ASGIApplication, state: dict[str, Any]) -> None:
        self._application = application
        self._state = state
        self._error: Exception | None = None  # what it has raised
        self._told: asyncio.Queue[Any] = asyncio.Queue()
        self._answers: asyncio.Queue[Any] = asyncio.Queue()  # None: it has ended
        self._has_lifespan = False

    async def start(self) -> None:
        """Start it up."""
        self._task = asyncio.create_task(self._live())
        try:
            self._has_lifespan = await self._ask("startup")
        except BaseException:
            await self._end()
            raise

    async def stop(self) -> None:
        """Shut it down, if it has started."""
        try:
            if self._has_lifespan:
                await self._ask("shutdown")
                if self._error is not None:
                    raise self._error
        finally:
            await self._end()

    async def _ask(self, event: str) -> bool:
        """Tell it of `startup` or `shutdown`; whether it has answered before it ended."""
        self._told.put_nowait({"type": f"lifespan.{event}"})
        answer = await self._answers.get()
        if answer is not None and answer["type"] == f"lifespan.{event}.failed":
            reason = answer.get("message")
            raise RuntimeError(f"the {event} of {self._application!r} failed: {reason}")
        return answer is not None

    async def _end(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _live(self) -> None:
        asgi = {"version": "3.0", "spec_version": "2.0"}
        scope = {"type": "lifespan", "asgi": asgi, "state": self._state}
        try:
            await self._application(scope, self._told.get, self._answers.put)
        except Exception as error:
            self._error = error
        finally:  # also where it has cancelled itself
            self._answers.put_nowait(None)
