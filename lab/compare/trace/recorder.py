"""Native middleware of both worlds that writes down when a request ran, where, and for how long.

On ASGI a small proxy stands around the application's coroutine and times every `send()` of it:
those are the very slices in which the request ran on the loop. On WSGI the request has its thread
from the call until `close`, and what it computed there is that thread's own clock; under gevent it
has slices as well.
"""

import json
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Iterator
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from time import monotonic, thread_time_ns
from typing import Any

from lab.compare.trace.greenlets import GreenletWatch, is_patched
from lab.compare.trace.life import Life
from lab.compare.trace.watchdog import Watchdog

FOLDER = "TANDEM_TRACES"  # the environment variable: where each process writes its file
CURRENT: ContextVar[Life | None] = ContextVar("tandem_traced", default=None)


class _Notes:
    """The lives of one process, written down as they end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watchdogs: dict[
            int, Watchdog | GreenletWatch
        ] = {}  # by process: a fork copies no threads

    def begin(self, number: str, path: str) -> Life:
        """A life that has begun in this thread."""
        life = Life(int(number) if number.removeprefix("-").isdigit() else 0, path, os.getpid())
        life.began = monotonic()
        life.computed = -thread_time_ns()
        self.watchdog.lives.add(life)
        return life

    def end(self, life: Life) -> None:
        """The life is over."""
        life.ended = monotonic()
        life.computed += thread_time_ns()
        self.watchdog.lives.discard(life)
        line = json.dumps(life.told(), separators=(",", ":")) + "\n"
        file = Path(os.environ[FOLDER]) / f"{os.getpid()}.jsonl"
        with self._lock, file.open("a", encoding="utf-8") as notes:
            notes.write(line)

    @property
    def watchdog(self) -> Watchdog | GreenletWatch:
        """This process's watchdog, which runs from its first request on."""
        pid = os.getpid()
        with self._lock:
            if pid not in self._watchdogs:
                made = GreenletWatch() if is_patched() else Watchdog(CURRENT)
                self._watchdogs[pid] = made
                self._watchdogs[pid].start()
            return self._watchdogs[pid]


NOTES = _Notes()


class TracedWSGI:
    """A WSGI application whose requests are written down."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Call it; the request ends when the server closes the body."""
        number = environ.get("HTTP_TANDEM_REQUEST", "")
        life = NOTES.begin(number, environ.get("PATH_INFO", ""))
        NOTES.watchdog.enter(life)
        try:
            body = self._application(environ, start_response)
        except BaseException:
            NOTES.watchdog.leave(life)
            NOTES.end(life)
            raise
        return _Body(body, life)


class _Body:
    """A body that tells when it is closed (PEP 3333, "close()")."""

    def __init__(self, body: Iterable[bytes], life: Life) -> None:
        self._body = body
        self._life = life

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        """Close the application's own, and end the request."""
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            NOTES.watchdog.leave(self._life)
            NOTES.end(self._life)


class TracedASGI:
    """An ASGI application whose requests are written down; lifespan and WebSockets pass through."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Await it in slices that are timed."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        number = dict(scope["headers"]).get(b"tandem-request", b"").decode("latin-1")
        life = NOTES.begin(number, scope["path"])
        CURRENT.set(life)
        try:
            await _Sliced(_coroutine(self._application(scope, receive, send)), life)
        finally:
            NOTES.end(life)


async def _coroutine(awaitable: Awaitable[None]) -> None:
    await awaitable


class _Sliced:
    """A coroutine each of whose steps is timed: from `send` to the next thing that it awaits."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], life: Life) -> None:
        self._coroutine = coroutine
        self._life = life

    def __await__(self) -> Generator[Any, Any, None]:
        step: Callable[[], Any] = partial(self._coroutine.send, None)
        while True:
            self._life.enter_loop()
            try:
                awaited = step()
            except StopIteration:
                return
            finally:
                self._life.leave_loop()
            try:
                step = partial(self._coroutine.send, (yield awaited))
            except BaseException as error:  # also a cancellation: the coroutine is to see it
                step = partial(self._coroutine.throw, error)
