"""The lifespan of an ASGI application: once for each server (ASGI, "Lifespan Protocol")."""

import asyncio
from typing import Any

from asgi_adapter.types import ASGIApplication, Message
from lab.errors import LabError
from lab.server.access_log import server_log


class LifespanTask:
    """One call of the application with a scope of type "lifespan", which lasts as long as we do."""

    def __init__(self, application: ASGIApplication) -> None:
        self.state: dict[str, Any] = {}  # what the application leaves for its requests
        self._application = application
        self._asked: asyncio.Queue[Message] = asyncio.Queue()
        self._answered: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._has_none = False  # the application knows no lifespan

    async def start(self) -> None:
        """Let it start up; raises LabError where it says that it can't.

        An application that raises knows no lifespan, and is served without (Lifespan, "Scope").
        """
        self._task = asyncio.get_running_loop().create_task(self._run())
        answer = await self._ask("startup")
        if answer is None:
            self._has_none = True
        elif answer["type"] == "lifespan.startup.failed":
            raise LabError(f"the application did not start: {answer.get('message', '')}")

    async def stop(self) -> None:
        """Let it shut down; raises LabError where that fails."""
        if self._task is None or self._has_none:
            return
        answer = await self._ask("shutdown")
        if answer is not None and answer["type"] == "lifespan.shutdown.failed":
            raise LabError(f"the application did not shut down: {answer.get('message', '')}")
        await self._task

    async def _ask(self, what: str) -> Message | None:
        """The answer; None where the application has ended without one."""
        assert self._task is not None
        self._asked.put_nowait({"type": f"lifespan.{what}"})
        answer = asyncio.ensure_future(self._answered.get())
        await asyncio.wait((answer, self._task), return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        answer.cancel()
        return None

    async def _run(self) -> None:
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        try:
            await self._application(scope, self._asked.get, self._answered.put)
        except Exception as error:
            if self._asked.empty():  # it has taken what it was asked, so it knows a lifespan
                server_log.exception("the application failed in its lifespan")
            else:
                server_log.debug("the application knows no lifespan: %r", error)
