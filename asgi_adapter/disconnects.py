"""Notices that the client of a request has gone (ASGI, "HTTP & WebSocket": Disconnect).

A server tells it only to who awaits `receive`, and a task that does so would cost more than most
requests take. So a request gets one when it is still there at the next look, a moment later.
"""

import asyncio
import logging
from asyncio import CancelledError, get_running_loop
from contextvars import Context

from asgi_adapter.request import ASGIRequest
from core.errors import ClientLeft, apart_from
from core.steps import Call, Send, SendEnd, Step, throwable

INTERVAL = 0.1  # seconds from one look to the next
GRACE = 5.0  # seconds that requests which the server cancels have to close what they have open

logger = logging.getLogger("tandem")

Task = asyncio.Task[None]


class Watch:
    """The requests that are being handled, and who waits for their clients to leave.

    Such a request is told (`request.disconnected`); and where it is waiting for an `async def` that
    is not shielded, or for the client to take a chunk, that is cancelled.
    """

    def __init__(self) -> None:
        self.tasks: dict[ASGIRequest, Task | None] = {}  # the task in which each is handled
        self.watchers: dict[ASGIRequest, Task] = {}
        self.looking: asyncio.AbstractEventLoop | None = None  # the loop that will look next
        self._loops: set[asyncio.AbstractEventLoop] = set()  # all that will look
        self._cancelled: dict[ASGIRequest, tuple[Task, int]] = {}  # how often it was before

    def stop(self, request: ASGIRequest) -> None:
        """The request is over: nobody waits for its client any longer, if somebody has."""
        watcher = self.watchers.pop(request, None)
        if watcher is not None:
            watcher.cancel()
            self._settle(request)

    def meaning(self, error: BaseException, request: ASGIRequest) -> BaseException:
        """What the error of a step was: the client's leaving, or what it seems to be."""
        if isinstance(error, GeneratorExit):  # nobody goes on with this request: its loop is gone
            raise error
        rest: BaseException | None = error
        if self._settle(request):
            rest = apart_from(CancelledError, error)  # what fails besides is the handler's bug
        if isinstance(error, OSError) and isinstance(request.step, Send):
            rest = None  # ASGI, "Disconnected Client - send exception"
            request.disconnected = True
        if rest is None:
            return ClientLeft("the client left before it had its response")
        return throwable(rest)

    async def cancelled_have_ended(self) -> None:
        """Wait for the requests that the server has cancelled here, for a moment at most.

        (uvicorn cancels them when its grace time is over, awaits none of them, and goes on to the
        end of the lifespan.)
        """
        here = get_running_loop()
        tasks = [task for task in list(self.tasks.values()) if task and task.cancelling()]
        cancelled = [task for task in tasks if task.get_loop() is here]
        if cancelled:
            await asyncio.wait(cancelled, timeout=GRACE)

    def look_later(self) -> None:
        """Look a moment later which requests are still there, in the loop that runs here."""
        self.looking = loop = get_running_loop()
        if loop not in self._loops:  # of several loops each has had its turn
            for other in list(self._loops):
                if other.is_closed():
                    self._loops.discard(other)
            self._loops.add(loop)
            # in no request's context: it would be kept for another's sake
            loop.call_later(INTERVAL, self._look, loop, context=Context())

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give a watcher to each request that has none; look again while one still has none."""
        self._loops.discard(loop)
        if self.looking is loop:
            self.looking = None
        without = 0
        for request, task in list(self.tasks.items()):
            if task is None or request in self.watchers or task.get_loop() is not loop:
                continue
            if _is_left_alone(request):
                self.watchers[request] = loop.create_task(self._wait(request, task))
            else:
                without += 1
        if without:
            self.look_later()

    async def _wait(self, request: ASGIRequest, task: Task) -> None:
        """Wait until the client leaves."""
        before = task.cancelling()
        try:
            while (await request.receive())["type"] != "http.disconnect":
                pass  # a body that nobody has asked for
        except Exception as error:
            logger.warning("whether the client of %r leaves can't be noticed: %r", request, error)
            return
        step = request.step
        if _is_end(step):  # ASGI, "Disconnect": also received once the response is complete
            return
        request.disconnected = True
        is_waiting = step.is_async or isinstance(step, Send)
        if is_waiting and not step.is_shielded and task.cancelling() == before:  # else it ends
            self._cancelled[request] = task, before
            task.cancel()

    def _settle(self, request: ASGIRequest) -> bool:
        """Whether its task was cancelled here, and by nobody else; it is not any more."""
        if request not in self._cancelled:
            return False
        task, before = self._cancelled.pop(request)
        return task.uncancel() <= before


def _is_left_alone(request: ASGIRequest) -> bool:
    """Whether nobody else awaits its `receive`, now or later."""
    is_told = request.disconnected or request.is_being_read  # by what it reads itself
    return request.step.is_watched and not is_told


def _is_end(step: Step) -> bool:
    """Whether the response is complete: what comes after it is no longer for the client."""
    return isinstance(step, SendEnd) or (isinstance(step, Call) and step.is_shielded)
