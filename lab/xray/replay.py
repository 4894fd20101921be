"""A tape played to another application, and in what the answer differs from the recorded one.

Compared is what a client gets: status, fields and body, whether the response was complete, and for
a WebSocket or a lifespan the messages. How it came about may differ, so that the two worlds can be
compared.
"""

from collections.abc import Collection
from itertools import zip_longest
from typing import Any

from core.worlds import World
from lab.xray.recording import Recording
from lab.xray.response import Response
from lab.xray.secrets import masked_value
from lab.xray.shown import shown
from lab.xray.tape import Tape

IGNORED = ("date", "server")  # a server's; what differs each time an application may send too


def recorded(tape: Tape, world: World) -> tuple[World, Recording]:
    """The side of the tape to compare this world's answer with: its own, else the other."""
    other: World = "wsgi" if world == "asgi" else "asgi"
    found = world if world in tape.sides else other
    return found, tape.sides[found]


def differences(before: Response, now: Response, ignored: Collection[str] = IGNORED) -> list[str]:
    """In what the second response differs, each a sentence; [] where a client gets the same."""
    found = [
        f"{what}: {shown(old)} was recorded, and now it is {shown(new)}"
        for what, old, new in (
            ("status", before.status, now.status),
            *_fields(before, now, {name.lower() for name in ignored}),
            ("body", before.body, now.body),
            *_messages(before, now),
            ("complete", before.is_complete, now.is_complete),
        )
        if old != new
    ]
    if bool(before.error) != bool(now.error):
        found.append(f"error: {_error(before)} was recorded, and now there is {_error(now)}")
    return found


def _fields(
    before: Response, now: Response, ignored: Collection[str]
) -> list[tuple[str, list[str] | None, list[str] | None]]:
    """Each field's values in both, by name; the order of different fields means nothing."""
    old, new = _by_name(before), _by_name(now)
    names = sorted((old.keys() | new.keys()) - set(ignored))
    return [(f"field {name}", old.get(name), new.get(name)) for name in names]


def _by_name(response: Response) -> dict[str, list[str]]:
    """A field's values by its name in lower case; masked, for a tape may be."""
    found: dict[str, list[str]] = {}
    for name, value in response.fields:
        found.setdefault(name.lower(), []).append(masked_value(name, value))
    return found


def _messages(before: Response, now: Response) -> list[tuple[str, Any, Any]]:
    """Each message beside the one in its place; None where there is none."""
    both = zip_longest(map(_plain, before.messages), map(_plain, now.messages))
    return [(f"message {number}", old, new) for number, (old, new) in enumerate(both, 1)]


def _plain(message: Any) -> Any:
    """A message without the keys that say what goes without saying: None, no headers, 1000."""
    return {key: value for key, value in message.items() if value not in (None, "", [], (), 1000)}


def _error(response: Response) -> str:
    return response.error or "no exception"
