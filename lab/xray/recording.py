"""What passed between a server and an application, event by event, in the order it happened.

An event holds the very bytes and texts that were passed: they never change. Of a list one level is
copied, of a dict two (`snapshot`), because the next in line may change them; a bytearray and a
memoryview are copied whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import Any, Literal

from core.worlds import World

Caller = Literal["server", "application"]


@dataclass(slots=True)
class Event:
    """One call, return, message or chunk."""

    kind: str  # "call", "start_response", "send" ...: see docs/tape.md
    caller: Caller  # whose deed it is
    at: int  # nanoseconds since the first event
    waited: int  # nanoseconds that it took until then
    where: str  # thread or task
    details: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass
class Recording:
    """The events of one request, connection or lifespan."""

    world: World
    events: list[Event] = field(default_factory=list[Event])
    began: int = 0  # perf_counter_ns of the first event

    def add(
        self, kind: str, caller: Caller, where: str, since: int | None = None, **details: Any
    ) -> None:
        """Record an event that has happened now, and began `since` (perf_counter_ns)."""
        now = perf_counter_ns()
        if not self.events:
            self.began = since or now
        waited = 0 if since is None else now - since
        self.events.append(Event(kind, caller, now - self.began, waited, where, details))

    def of(self, *kinds: str) -> list[Event]:
        """The events of these kinds."""
        return [event for event in self.events if event.kind in kinds]


Keep = Callable[[Recording], object]  # is called with a recording as it begins; it grows later


def snapshot(value: Any) -> Any:
    """A dict or a list as it is now, one level deep for a list, two for a dict; else the value."""
    if isinstance(value, Mapping):
        return {key: _level(held) for key, held in value.items()}
    return _level(value)


def _level(value: Any) -> Any:
    if isinstance(value, list):
        return list(value)
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, bytearray):
        return bytearray(value)
    return memoryview(bytes(value)) if isinstance(value, memoryview) else value  # no bytes: told


def in_words(error: BaseException | None) -> str:
    """An exception as a traceback's last line has it: "ValueError: no"."""
    if error is None:
        return "an exception"
    return f"{type(error).__name__}: {error}".removesuffix(": ")
