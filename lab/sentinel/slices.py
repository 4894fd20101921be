"""The slices of a request on an event loop: each `send` into its coroutine is one, and is timed.

Between two slices the loop is free. So a slice that takes long is a loop that is held, whichever
loop it is (asyncio's, uvloop), and nothing of it has to be known.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Coroutine, Generator
from threading import get_ident, get_native_id
from typing import TYPE_CHECKING, Any, NamedTuple

from lab.sentinel.clocks import Times
from lab.sentinel.stack import Seen

if TYPE_CHECKING:
    from lab.sentinel.watchdog import Watchdog


class Look(NamedTuple):
    """When the watchdog looked, and what the thread had got by then."""

    at: float  # seconds, by the clock
    times: Times | None


class Slice:
    """One run of a coroutine, from a `send` into it until it waits again."""

    __slots__ = ("began", "busy", "is_told", "last", "native", "request", "seconds", "seen")

    def __init__(self, request: str, began: float) -> None:
        self.request = request  # "GET /report"
        self.native = get_native_id()
        self.began = began
        self.last: Look | None = None
        self.seconds = 0.0  # for which it certainly held the loop
        self.busy: float | None = None  # seconds of them on a processor, if that is known
        self.seen: Counter[Seen | None] = Counter()  # at each look but the first; None: an import
        self.is_told = False


class Sliced(Coroutine[Any, Any, Any]):
    """A coroutine, or what `__await__` gives, each of whose runs is a slice.

    Of anything else asked of it, it is the coroutine that it holds: `cr_frame`, its name.
    """

    def __init__(self, inner: Any, watchdog: "Watchdog", request: str) -> None:
        self._inner = inner
        self._watchdog = watchdog
        self._request = request

    def send(self, value: Any) -> Any:
        """Run it until it waits."""
        watchdog = self._watchdog
        outer = watchdog.begin(self._request)
        try:
            return self._inner.send(value)
        finally:
            watchdog.end(outer)

    def throw(self, *error: Any) -> Any:
        """Raise the error in it, and run it until it waits."""
        watchdog = self._watchdog
        outer = watchdog.begin(self._request)
        try:
            return self._inner.throw(*error)
        finally:
            watchdog.end(outer)

    def close(self) -> None:
        """End it."""
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        inner: Any = self  # it has all that `await` uses of a generator
        return inner  # type: ignore[no-any-return]

    def __next__(self) -> Any:
        return self.send(None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def sliced(awaitable: Awaitable[Any], watchdog: "Watchdog", request: str) -> Sliced:
    """The awaitable, to be awaited in its place."""
    return Sliced(awaitable.__await__(), watchdog, request)


class Tasks:
    """A loop's task factory: the tasks that a request makes are sliced too."""

    def __init__(self, watchdog: "Watchdog", factory: Any) -> None:
        self._watchdog = watchdog
        self._factory = factory or _task

    def __call__(self, loop: Any, coroutine: Any, **options: Any) -> Any:
        """A task, made by the factory that was there before."""
        outer = self._watchdog.running.get(get_ident())
        if outer is not None:  # made by a request, and not by the server
            coroutine = Sliced(coroutine, self._watchdog, outer.request)
        return self._factory(loop, coroutine, **options)

    @classmethod
    def watch(cls, loop: asyncio.AbstractEventLoop, watchdog: "Watchdog") -> None:
        """Have the tasks of this loop made so, if they aren't."""
        factory: Any = loop.get_task_factory()
        if not (isinstance(factory, cls) and factory._watchdog is watchdog):
            loop.set_task_factory(cls(watchdog, factory))


def _task(loop: Any, coroutine: Any, **options: Any) -> Any:
    return asyncio.Task(coroutine, loop=loop, **options)
