"""One thing in a recording that a specification forbids, with its clause."""

from dataclasses import dataclass

from lab.xray.recording import Event
from lab.xray.shown import milliseconds


@dataclass(frozen=True)
class Finding:
    """One breach of a rule."""

    clause: str  # "PEP 3333, The start_response() Callable"
    what: str  # the rule, and what came instead
    where: str  # the event, when, in which thread or task; whose deed it was


def finding(clause: str, what: str, event: Event) -> Finding:
    """A finding at this event."""
    where = f"{event.kind} at {milliseconds(event.at)}, {event.where}, by the {event.caller}"
    return Finding(clause, what, where)
