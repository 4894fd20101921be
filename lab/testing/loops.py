"""How a test that is no coroutine runs one: on a loop of the client's own, or on none at all."""

import asyncio
from collections.abc import Coroutine
from contextvars import copy_context
from typing import Any, TypeVar
from weakref import finalize

from lab.testing.errors import ClientError

T = TypeVar("T")


class OwnLoop:
    """An event loop that runs while a test waits for something, and stands still in between.

    It is made on first use, and closed with the client, at the latest when that is garbage. (Not by
    `__del__`: of a cycle that is garbage the loop's own may come first, and warn in some other test
    that the loop is not closed.)
    """

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None
        self._closing: finalize[..., OwnLoop] | None = None

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The coroutine's result; raises ClientError in a thread that runs a loop already."""
        if _a_loop_runs():
            coroutine.close()
            raise ClientError(
                "an event loop runs in this thread already: `await client.request_async(...)` there"
            )
        if self._runner is None:
            self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
            self._closing = finalize(self, _close, self._runner)
        result, error = self._runner.run(_outcome(coroutine), context=copy_context())
        if error is not None:
            try:
                raise error
            finally:
                del error  # its traceback holds this frame, which would hold it
        return result  # type: ignore[return-value]  # without an error there is one

    def close(self) -> None:
        """Cancel what still runs on the loop, and close it; a second call changes nothing."""
        if self._closing is not None:
            self._closing()
            self._runner = self._closing = None


def _close(runner: asyncio.Runner) -> None:
    if _a_loop_runs():  # garbage of another loop's thread: nothing can be waited for here
        runner.get_loop().close()
    else:
        runner.close()


async def _outcome(coroutine: Coroutine[Any, Any, T]) -> tuple[T | None, BaseException | None]:
    """The result or the error; of a SystemExit that is raised the loop would complain, later on."""
    try:
        return await coroutine, None
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        return None, error


def run_at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never waits: it needs no loop."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    coroutine.close()
    raise RuntimeError("a WSGI application can be waited for by no event loop")


def _a_loop_runs() -> bool:
    return asyncio._get_running_loop() is not None
