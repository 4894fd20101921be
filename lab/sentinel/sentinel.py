"""The sentinel as a program uses it: native ASGI middleware."""

import asyncio
import logging
import math
from collections.abc import Callable
from typing import Any

from lab.sentinel.clocks import Clock, RealClock
from lab.sentinel.held import Held
from lab.sentinel.slices import Tasks, sliced
from lab.sentinel.watchdog import Watchdog

logger = logging.getLogger("tandem")

THRESHOLD = 0.05  # seconds; what a person begins to notice, and what others in the queue wait


class Sentinel:
    """An ASGI application as it was, with a warning for each place that holds the event loop.

    `threshold` is in seconds. Each handler and line is told once: to the log, or to `tell`.
    `held` is all that was told.
    """

    def __init__(
        self,
        application: Any,
        threshold: float = THRESHOLD,
        *,
        tell: Callable[[Held], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        if not isinstance(threshold, int | float) or not 0 < threshold < math.inf:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(f"a threshold is a number of seconds over 0; got {threshold!r}")
        self.application = application
        self.held: list[Held] = []
        self._tell = tell or _log
        self._told: set[object] = set()
        self.watchdog = Watchdog(threshold, self.note, clock or RealClock())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Call the application, watched; a lifespan holds nobody up, so it is left alone."""
        if scope["type"] == "lifespan":
            return await self.application(scope, receive, send)  # type: ignore[no-any-return]
        Tasks.watch(asyncio.get_running_loop(), self.watchdog)
        method = scope.get("method", scope["type"].upper())
        self.watchdog.enter()
        try:
            await sliced(
                self.application(scope, receive, send), self.watchdog, f"{method} {scope['path']}"
            )
        finally:
            self.watchdog.leave()

    def note(self, held: Held) -> None:
        """Tell of it, unless its place was told of."""
        if held.key not in self._told:
            self._told.add(held.key)
            self.held.append(held)
            self._tell(held)


def _log(held: Held) -> None:
    logger.warning("%s", held)
