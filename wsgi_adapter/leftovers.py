"""Tasks that a handler leaves on its thread's own loop, which runs only while a handler does.

Such a task would stand still, and go on in the middle of a stranger's request; so it is cancelled,
and named in a warning. Those of the lifespan are left alone.
"""

import asyncio
import inspect
import logging
import weakref
from contextvars import ContextVar
from typing import Any

logger = logging.getLogger("tandem")

Tasks = set[weakref.ref[asyncio.Task[Any]]]  # as a WeakSet, whose emptiness costs more to see

GRACE = 1.0  # seconds that a cancelled task is given to end

lasting: ContextVar[bool] = ContextVar("lasting", default=False)  # tasks made here are left alone


def make_task(
    made: list[Tasks],
    loop: asyncio.AbstractEventLoop,
    coroutine: Any,
    **options: Any,
) -> asyncio.Task[Any]:
    """What `create_task` makes; the loop keeps an eye on it, unless it is the lifespan's."""
    task = asyncio.Task(coroutine, loop=loop, **options)
    if not lasting.get():
        made[-1].add(weakref.ref(task, made[-1].discard))
    return task


async def cancelled(tasks: list[asyncio.Task[Any]]) -> list[str]:
    """The names of those that were cancelled; the others close an async generator, and may."""
    its_own = [task for task in tasks if inspect.iscoroutine(task.get_coro())]
    for task in its_own:
        task.cancel()
    _, stubborn = await asyncio.wait(tasks, timeout=GRACE)
    return [
        f"{task.get_name()} ({task.get_coro().__qualname__}"  # type: ignore[union-attr]
        f"{', which goes on all the same' if task in stubborn else ''})"
        for task in its_own
    ]


def warn_of(tasks: list[str], name: str) -> None:
    """Say which tasks the function of that name has left, if any."""
    if tasks:
        logger.warning(
            "%s left tasks behind, and they are cancelled: %s (this loop runs only while a "
            'handler does; await them, or serve by WSGIAdapter(site, loop="shared"))',
            name,
            ", ".join(tasks),
        )
