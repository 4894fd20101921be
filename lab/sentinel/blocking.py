"""Blocking calls on the event loop, noticed however short they were; by blockbuster.

It puts itself in place of the standard library's functions that wait: `time.sleep`, sockets, files,
sqlite3. Of those that it watches, the ones that only ask the file system something are left out,
for a template that is looked for is no hold; and locks, which show by the time that they take.

Where blockbuster is not installed nothing is noticed; it is in the extra `test`.
"""

import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import Any

from lab.sentinel.held import Held
from lab.sentinel.stack import seen

_WATCHED = ("time.", "socket.", "ssl.", "sqlite3.", "io.", "builtins.", "os.read", "os.write")

_in_use = Lock()


@contextmanager
def noticed(request: Callable[[], str | None], note: Callable[[Held], None]) -> Generator[None]:
    """Have each blocking call of the user's on a loop noted, and carried out.

    `request` is what this thread's loop is answering, None where that is nothing. Only one block of
    a process at a time notices anything.
    """
    if not _in_use.acquire(blocking=False):  # who ends first would put back the other's functions
        yield
        return
    with ExitStack() as stack:
        stack.callback(_in_use.release)
        for call in _calls():
            may_block = call.can_block_predicate
            call.can_block_predicate = _noting(call.full_name, may_block, request, note)
            stack.callback(call.deactivate)
            call.activate()
        yield


def _calls() -> list[Any]:
    """What blockbuster knows to wait, of what is watched here; [] where it is not installed."""
    try:
        from blockbuster import BlockBuster
    except ImportError:
        return []
    return [it for name, it in BlockBuster().functions.items() if name.startswith(_WATCHED)]


def _noting(
    name: str,
    may_block: Callable[..., bool],
    request: Callable[[], str | None],
    note: Callable[[Held], None],
) -> Callable[..., bool]:
    """What blockbuster asks whether a call may block: it always may, once it was noted."""

    def permits(*arguments: Any, **options: Any) -> bool:
        asked = None if may_block(*arguments, **options) else request()
        found = None if asked is None else seen(sys._getframe())  # pyright: ignore[reportPrivateUsage]
        if asked is not None and found is not None and found.handler is not None:
            note(Held(asked, found.place, found.handler, seconds=0.0, call=name))
        return True

    return permits
