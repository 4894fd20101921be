"""Drives the life of a request where waiting means that the event loop does something else."""

from typing import Any

from asgi_adapter.body import Receive, read_body
from asgi_adapter.request import ASGIRequest
from asgi_adapter.threads import ThreadPool
from core.response import Response
from core.steps import Life, ReadBody, Step


async def drive(
    life: Life, request: ASGIRequest, receive: Receive, threads: ThreadPool
) -> Response:
    """Carry out each step that the life yields, until it returns the response."""
    try:
        step = next(life)
        while True:
            try:
                if step.is_async:  # the usual step here, so it is not one call further away
                    result = await step.call(request)
                else:
                    result = await _perform(step, request, receive, threads)
            except BaseException as error:
                step = life.throw(error)
            else:
                step = life.send(result)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


async def _perform(step: Step, request: ASGIRequest, receive: Receive, threads: ThreadPool) -> Any:
    """A step's result: a `def` runs in a thread, unless it says that it never blocks."""
    if isinstance(step, ReadBody):
        return await read_body(receive, step)
    if step.inline:
        return step.call(request)
    return await threads.run(step.call, request)
