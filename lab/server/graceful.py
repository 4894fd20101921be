"""Start the application, serve, and end without losing a request.

SIGTERM, SIGINT (Ctrl-C) and SIGHUP (the terminal is closed) end the server: it accepts nobody any
more, answers what it was asked, lets the application shut down, and returns. A second signal
cancels what is left of that; a third ends the process, whatever the application does: one that
holds the loop hears no signal before.
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from itertools import count
from types import FrameType
from typing import Any

from lab.processes import STOP_SIGNALS
from lab.server.access_log import server_log
from lab.server.listener import Listener, url_of
from lab.server.server import Server


async def serve_until_stopped(
    server: Server, listening: socket.socket, on_ready: Callable[[], None] = lambda: None
) -> None:
    """Serve until a signal; raises LabError where the application's start, or its end, fails."""
    with _stopped_by_signals() as (stopped, hurried):
        if not await _ended_before(stopped, server.host.start()):
            return
        listener = Listener(listening, server.connection)
        try:
            await listener.open()
            server_log.info("serving on %s; not for production: Ctrl-C ends it", url_of(listening))
            on_ready()
            await stopped.wait()
        finally:
            listener.close()
            if not await _ended_before(hurried, server.drain()):
                await server.give_up()
            await _ended_before(hurried, server.host.stop())


async def _ended_before(event: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Whether the work ended, as it should, before the event; if not, it is given up."""
    working = asyncio.ensure_future(work)
    waiting = asyncio.ensure_future(event.wait())
    await asyncio.wait((working, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if working.done():
        working.result()
        return True
    working.cancel()
    return False


@contextmanager
def _stopped_by_signals() -> Generator[tuple[asyncio.Event, asyncio.Event]]:
    """Two events: the first signal sets the first, the second the second; a third is the end.

    They are no signal handlers of the loop, which are called only when the loop goes on.
    """
    events = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    heard = count()

    def stop(number: int, _frame: FrameType | None) -> None:
        before = next(heard)
        if before < len(events):
            loop.call_soon_threadsafe(events[before].set)
        else:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    handlers = {
        number: signal.signal(number, stop)
        for number in STOP_SIGNALS
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN  # nohup
    }
    try:
        yield events
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
