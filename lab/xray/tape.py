"""A tape: a script and what was recorded of it in either world, kept as JSON (docs/tape.md).

tape = Tape.load(Path("tapes/add_task.json"))
tape.sides["wsgi"].events[0].details["environ"]["PATH_INFO"]
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.worlds import World
from lab.errors import WrongUsageError
from lab.versions import tandem_version
from lab.xray.marks import marked
from lab.xray.overheard import overheard
from lab.xray.recording import Event, Recording
from lab.xray.script import Script
from lab.xray.secrets import masked_recording, masked_script
from lab.xray.tape_form import script_in, sides_in, text_in

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
            sides, request = sides_in(document["sides"]), script_in(document["request"])
            return cls(text_in(document["module"], "module"), request, sides)
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
