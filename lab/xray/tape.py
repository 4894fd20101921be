"""A tape: a script and what was recorded of it in either world, kept as JSON (docs/tape.md).

tape = Tape.load(Path("tapes/add_task.json"))
tape.sides["wsgi"].events[0].details["environ"]["PATH_INFO"]
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from core.worlds import World
from lab.errors import WrongUsageError
from lab.versions import tandem_version
from lab.xray.marks import marked, unmarked
from lab.xray.overheard import overheard
from lab.xray.recording import Event, Recording
from lab.xray.response import response_of
from lab.xray.script import TOKEN, Pairs, Script
from lab.xray.secrets import masked_recording, masked_script

T = TypeVar("T")

VERSION = 1
WORLDS: tuple[World, ...] = ("wsgi", "asgi")


class TapeError(WrongUsageError):
    """This file is no tape, or not one that can be read; the message says why."""


@dataclass(frozen=True)
class Tape:
    """One request and its recordings."""

    module: str  # as it was named on the command line
    script: Script
    sides: dict[World, Recording] = field(default_factory=dict[World, Recording])

    @classmethod
    def of(cls, recording: Recording, module: str = "") -> "Tape":
        """The tape of a recording that was made behind a server, its request read off it."""
        return cls(module, overheard(recording), {recording.world: recording})

    def masked(self) -> "Tape":
        """A tape without credentials."""
        sides: dict[World, Recording] = {
            world: masked_recording(side) for world, side in self.sides.items()
        }
        return Tape(self.module, masked_script(self.script), sides)

    def json(self) -> str:
        """The tape as JSON, one event a line."""
        return _lines(
            {
                "tandem_tape": VERSION,
                "made_by": f"tandem {tandem_version()}",
                "module": self.module,
                "request": {name: marked(value) for name, value in _said(self.script).items()},
                "sides": {
                    world: {"events": [_written(event) for event in side.events]}
                    for world, side in self.sides.items()
                },
            }
        )

    def save(self, path: Path) -> None:
        """Write it to a file; raises WrongUsageError."""
        write(path, self.json())

    @classmethod
    def load(cls, path: Path) -> "Tape":
        """The tape in a file; raises TapeError."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise TapeError(f"{path} can't be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise TapeError(f"{path} is no tape: it is not UTF-8 text") from error
        return cls.read(text, str(path))

    @classmethod
    def read(cls, text: str, name: str = "this") -> "Tape":
        """The tape in a text; raises TapeError, which calls it by `name`."""
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise TapeError(f"{name} is no tape: it is not JSON ({error})") from error
        if not isinstance(document, dict) or "tandem_tape" not in document:
            raise TapeError(f'{name} is no tape: a tape has "tandem_tape": {VERSION} in it')
        if document["tandem_tape"] is True or document["tandem_tape"] != VERSION:
            raise TapeError(
                f"{name} is a tape of version {document['tandem_tape']!r}, and this Tandem reads "
                f"version {VERSION}: record it again"
            )
        try:
            return _read(document)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise TapeError(f"{name} is a damaged tape: {what}") from error


def write(path: Path, text: str) -> None:
    """Write a file that the user has named; raises WrongUsageError."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WrongUsageError(f"{path} can't be written: {error.strerror}") from error


def _said(script: Script) -> dict[str, Any]:
    """The script, its pairs as lists: JSON has no tuples, and here they are all pairs."""
    return vars(script) | {"headers": [list(pair) for pair in script.headers]}


def _lines(document: dict[str, Any]) -> str:
    """JSON in which each event has a line of its own, so that two tapes can be compared."""
    sides, request = document.pop("sides"), document.pop("request")
    said = ",\n".join(f"  {json.dumps(name)}: {json.dumps(it)}" for name, it in request.items())
    head = f'{json.dumps(document, indent=1)[:-2]},\n "request": {{\n{said}\n }}'
    worlds = ",\n".join(
        f'  "{world}": {{"events": [\n'
        + ",\n".join(f"    {json.dumps(event)}" for event in side["events"])
        + "\n  ]}"
        for world, side in sides.items()
    )
    return f'{head},\n "sides": {{\n{worlds}\n }}\n}}\n'


def _written(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "caller": event.caller,
        "at": event.at,
        "waited": event.waited,
        "where": event.where,
        "details": marked(event.details),
    }


def _read(document: dict[str, Any]) -> Tape:
    sides: dict[World, Recording] = {}
    for world, side in _dict(document["sides"], "sides").items():
        if world not in WORLDS:
            raise ValueError(f"a side is wsgi or asgi; got {world!r}")
        events = _list(_dict(side, world)["events"], f"events of {world}")
        if not events:
            raise ValueError(f"{world} has no event")
        sides[world] = Recording(world, [_event(event) for event in events])
        response_of(sides[world])  # its events have what they need
    if not sides:
        raise ValueError("it has no side")
    return Tape(_str(document["module"], "module"), _script(document["request"]), sides)


def _script(written: Any) -> Script:
    given = _dict(written, "request")
    unknown = given.keys() - _SCRIPT.keys()
    if unknown:
        raise ValueError(f"a request has no {sorted(unknown)[0]!r}")
    return Script(**{key: _SCRIPT[key](unmarked(value), key) for key, value in given.items()})


def _event(written: Any) -> Event:
    event = _dict(written, "an event")
    caller = event["caller"]
    if caller not in ("server", "application"):
        raise ValueError(f"a caller is server or application; got {caller!r}")
    return Event(
        _str(event["kind"], "kind"),
        caller,
        _int(event["at"], "at"),
        _int(event["waited"], "waited"),
        _str(event["where"], "where"),
        _dict(unmarked(event["details"]), "details"),
    )


def _a(kind: type[T]) -> Callable[[Any, str], T]:
    """A check that a value of the file is of this type; a bool is no int."""

    def checked(value: Any, name: str) -> T:
        if type(value) is not kind:
            raise ValueError(f"{name} is {kind.__name__}; got {value!r}")
        return value

    return checked


_str, _int, _bool = _a(str), _a(int), _a(bool)
_dict: Callable[[Any, str], dict[Any, Any]] = _a(dict)
_list: Callable[[Any, str], list[Any]] = _a(list)


def _each(*kinds: type) -> Callable[[Any, str], list[Any]]:
    def checked(values: Any, name: str) -> list[Any]:
        for value in _list(values, name):
            if type(value) not in kinds:
                raise ValueError(f"{name}: {value!r} has no place there")
        return list(values)

    return checked


def _pairs(values: Any, name: str) -> Pairs:
    found = [_each(str)(value, name) for value in _each(list)(values, name)]
    if not all(len(pair) == 2 for pair in found):
        raise ValueError(f"{name} are pairs of texts")
    return [(pair[0], pair[1]) for pair in found]


def _method(value: Any, name: str) -> str:
    if not TOKEN.fullmatch(_str(value, name)):
        raise ValueError(f"{name} is a word such as GET or POST; got {value!r}")
    return str(value)


def _target(value: Any, name: str) -> str:
    """What a request line can hold; beyond ASCII too, for servers let it pass."""
    if not re.fullmatch(r"[!-~\x80-\xff]+", _str(value, name)):
        raise ValueError(
            f"{name} has no space, control character or text beyond latin-1; got {value!r}"
        )
    return str(value)


def _headers(value: Any, name: str) -> Pairs:
    pairs = _pairs(value, name)
    for word, text in pairs:
        if not TOKEN.fullmatch(word) or not re.fullmatch(r"[\t\x20-\x7e\x80-\xff]*", text):
            raise ValueError(f"{name}: no client can send {word!r}: {text!r}")
    return pairs


def _count(value: Any, name: str) -> int:
    if _int(value, name) < 1:
        raise ValueError(f"{name} is 1 or more; got {value!r}")
    return int(value)


def _kind(value: Any, name: str) -> str:
    if value not in ("http", "websocket", "lifespan"):
        raise ValueError(f"{name} is http, websocket or lifespan; got {value!r}")
    return str(value)


_SCRIPT: dict[str, Callable[[Any, str], Any]] = {
    "kind": _kind,
    "method": _method,
    "target": _target,
    "headers": _headers,
    "chunks": _each(bytes),
    "http_version": _str,
    "scheme": _str,
    "root_path": _str,
    "leaves_after": _count,
    "breaks": _bool,
    "frames": _each(str, bytes),
    "subprotocols": _each(str),
}
