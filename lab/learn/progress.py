"""What a learner has done, in one JSON file at the top of their folder.

    {"version": 1, "current": "02_wsgi_a_call", "given": {"01_.../exercise.py": "<sha256>"},
     "lessons": {"01_http_is_text": {"guess": 2, "answered": true, "hints": 1,
                                     "solved": "2026-11-28T20:00:00+00:00", "passed": "<sha256>"}}}

It is read anew before each change, for a second terminal may have changed it, and replaced as a
whole, so that it is never found half written. One that can't be read is left as it is.
"""

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lab.errors import LabError

NAME = "tandem-course.json"
VERSION = 1


@dataclass(slots=True)
class Done:
    """What was done of one lesson."""

    guess: int = 0  # the choice, counted from 1; 0 before there is one
    answered: bool = False  # the right choice was seen
    hints: int = 0  # how many were seen
    solved: str = ""  # when it passed for the first time, ISO 8601
    passed: str = ""  # what the files were when it last passed, a hash


@dataclass(slots=True)
class Progress:
    """The whole file."""

    path: Path
    current: str = ""  # the folder's name of the lesson that is worked on
    given: dict[str, str] = field(default_factory=dict)  # the hash of each file that was copied
    lessons: dict[str, Done] = field(default_factory=dict)

    def of(self, name: str) -> Done:
        """What was done of the lesson with this folder's name."""
        return self.lessons.setdefault(name, Done())

    @contextmanager
    def changing(self) -> Generator[None]:
        """Read it, let it be changed in the block, and write it."""
        self.read()
        yield
        self._write()

    def read(self) -> None:
        """Take over what the file says, if there is one; raises LabError where it can't be read."""
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as error:
            raise self._unreadable(str(error)) from error
        try:
            self._take(json.loads(text))
        except json.JSONDecodeError as error:
            raise self._unreadable(f"{error.msg} in line {error.lineno}") from error
        except (AttributeError, KeyError, TypeError) as error:
            raise self._unreadable(f"it is no progress: {error!r}") from error

    def _take(self, said: Any) -> None:
        version = said["version"]
        if version != VERSION:
            raise LabError(
                f"{self.path} has version {version!r}, and this Tandem knows {VERSION}: upgrade it"
            )
        self.current = str(said["current"])
        self.given = {str(path): str(sha) for path, sha in said["given"].items()}
        self.lessons = {str(name): Done(**done) for name, done in said["lessons"].items()}

    def _write(self) -> None:
        said = {
            "version": VERSION,
            "current": self.current,
            "given": self.given,
            "lessons": {name: asdict(done) for name, done in self.lessons.items()},
        }
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            beside.write_text(json.dumps(said, indent=1) + "\n", "utf-8")
            beside.replace(self.path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise LabError(f"your progress can't be written: {error}") from error

    def _unreadable(self, why: str) -> LabError:
        return LabError(
            f"your progress can't be read, and is left as it is: {self.path}: {why}. Mend it, or "
            f"move it away and write `tandem learn init {self.path.parent}`: your files are kept, "
            "and a check finds again what is solved"
        )
