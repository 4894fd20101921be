"""A middleware that records what passes between an ASGI server and any ASGI application.

For http, websocket and lifespan alike: the scope, each message either way, and how it ended.
"""

import asyncio
from time import perf_counter_ns
from typing import Any

from asgi_adapter.types import ASGIApplication, Message, Receive, Scope, Send
from lab.xray.recording import Keep, Recording, in_words, snapshot

# An application may write to these (Lifespan, "Lifespan State"; Starlette's own `app`).
_FREE = ("state", "app")


class ASGIRecorder:
    """An ASGI application, and around it the recorder; `keep` gets a Recording for each scope."""

    def __init__(self, application: ASGIApplication, keep: Keep) -> None:
        self.application = application
        self._keep = keep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, and record it."""
        recording = Recording("asgi")
        self._keep(recording)
        before = snapshot(scope)
        recording.add("call", "server", _where(), scope=before)
        ends = _Ends(recording, receive, send)
        try:
            # Any: a wrong application returns something
            result: Any = await self.application(scope, ends.receive, ends.send)  # type: ignore[func-returns-value]
        except BaseException as error:
            changed = _changed(before, scope)
            recording.add("raise", "application", _where(), error=in_words(error), changed=changed)
            raise
        changed = _changed(before, scope)
        recording.add("return", "application", _where(), result=result, changed=changed)


class _Ends:
    """What the application is given in place of `receive` and `send`."""

    def __init__(self, recording: Recording, receive: Receive, send: Send) -> None:
        self._recording = recording
        self._receive = receive
        self._send = send

    async def receive(self) -> Message:
        """What the server says next; recorded when it is there."""
        began = perf_counter_ns()
        try:
            message = await self._receive()
        except BaseException as error:  # also of a watcher that is cancelled
            self._add("receive raised", "server", began, error=in_words(error))
            raise
        self._add("receive", "server", began, message=snapshot(message))
        return message

    async def send(self, message: Message) -> None:
        """What the application says; recorded before the server has it."""
        self._add("send", "application", None, message=snapshot(message))
        began = perf_counter_ns()
        try:
            await self._send(message)
        except BaseException as error:
            self._add("send raised", "server", began, error=in_words(error))
            raise

    def _add(self, kind: str, caller: Any, since: int | None, **details: Any) -> None:
        self._recording.add(kind, caller, _where(), since, **details)


def _where() -> str:
    """The task that runs."""
    task = asyncio.current_task()
    return task.get_name() if task is not None else "no task"


def _changed(before: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """What the application has made of the scope that it was given; None for what is gone."""
    names = before.keys() | scope.keys()
    now = snapshot(scope)
    return {
        name: now.get(name)
        for name in sorted(names, key=str)
        if name in before and name not in _FREE and before[name] != now.get(name)
    }
