"""Drives the life of a request where waiting means that the thread waits."""

from typing import Any

from core.response import Response
from core.steps import Life, ReadBody, Step
from wsgi_adapter.body import read_body
from wsgi_adapter.loop import run_on_own_loop
from wsgi_adapter.request import WSGIRequest


def drive(life: Life, request: WSGIRequest) -> Response:
    """Carry out each step that the life yields, until it returns the response."""
    try:
        step = next(life)
        while True:
            try:
                result = _perform(step, request)
            except BaseException as error:
                step = life.throw(error)
            else:
                step = life.send(result)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def _perform(step: Step, request: WSGIRequest) -> Any:
    """A step's result: a `def` is called, an `async def` runs on this thread's own loop."""
    if step.is_async:
        return run_on_own_loop(step.call(request))
    if isinstance(step, ReadBody):
        return read_body(request.environ, step)
    return step.call(request)
