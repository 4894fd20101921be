"""What a check has found so far, put together from the judge's events."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lab.learn.mistakes import Spot

State = Literal["running", "solved", "failed", "raised", "timeout", "ended", "cancelled"]
StepState = Literal["waiting", "running", "passed", "failed"]
_IN_A_DUMP = re.compile(r'File "(.+)", line (\d+) in ')  # as faulthandler writes it


@dataclass(slots=True)
class Step:
    """One check of an exercise."""

    sentence: str
    state: StepState = "waiting"


@dataclass(slots=True)
class Verdict:
    """The steps, and what stopped them."""

    folder: Path  # the learner's, of this lesson
    state: State = "running"
    steps: list[Step] = field(default_factory=list)
    plain: str = ""  # what stopped it, a sentence
    error: str = ""  # the exception, as Python has it
    what: str = ""  # "answer(b'hi')"; with `wanted` and `came` where a check was not met
    wanted: str = ""
    came: str = ""
    look: str = ""  # where to look, in the check's words
    spots: list[Spot] = field(default_factory=list)  # the innermost last
    left_out: int = 0  # places between them
    printed: str = ""  # by the learner's code, its beginning
    unprinted: int = 0  # bytes after that

    @property
    def is_solved(self) -> bool:
        """Whether every check has passed."""
        return self.state == "solved"

    def heard(self, event: dict[str, Any]) -> None:
        """Take in what the judge says."""
        match event:
            case {"event": "checks", "sentences": sentences}:
                self.steps = [Step(sentence) for sentence in sentences]
            case {"event": "began"}:
                self._next("waiting", "running")
            case {"event": "passed"}:
                self._next("running", "passed")
            case {"event": "solved"}:
                self.state = "solved"
            case {"event": "failed"}:
                self.what, self.wanted = event["what"], event["wanted"]
                self.came, self.look = event["came"], event["look"]
                self.stopped("failed")
            case {"event": "raised"}:
                self.error, self.left_out = event["error"], event["left_out"]
                self.spots = [Spot(**spot) for spot in event["spots"]]
                self.stopped("raised", event["plain"])
            case {"event": "timeout", "seconds": seconds, "file": file, "line": line}:
                self.timed_out(seconds, file, line)
            case _:
                pass

    def timed_out(self, seconds: float, file: str = "", line: int = 0) -> None:
        """It took too long, in this line of a file, if that is known."""
        self.spots = [Spot(file, line, source=_line(self.folder / file, line))] if file else []
        place = f" in {file}:{line}" if file else ""
        self.stopped("timeout", f"timeout after {seconds:g} s{place}")

    def timed_out_as_dumped(self, seconds: float, dump: list[str]) -> None:
        """It took too long in one step that could not be interrupted; faulthandler has told."""
        for file, line in _IN_A_DUMP.findall("\n".join(dump)):
            if Path(file).is_relative_to(self.folder) and Path(file).name != "check.py":
                self.timed_out(seconds, str(Path(file).relative_to(self.folder)), int(line))
                return
        self.timed_out(seconds)

    def stopped(self, state: State, plain: str = "") -> None:
        """End it, and the step that was running."""
        self.state, self.plain = state, plain
        self._next("running", "failed")

    def _next(self, before: StepState, after: StepState) -> None:
        for step in self.steps:
            if step.state == before:
                step.state = after
                return


def _line(path: Path, number: int) -> str:
    try:
        return path.read_text("utf-8", errors="replace").splitlines()[number - 1]
    except (OSError, IndexError):
        return ""
