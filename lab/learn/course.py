"""The lessons of the course, as they lie in `lessons/`, and what their `lesson.toml` says.

Everything that is not text or code is a field of `lesson.toml`, so that the command, the pages and
the tests read the same:

    title = "HTTP is text on a socket"
    idea = "One sentence: what a learner knows afterwards."
    minutes = 20                      # for a learner who does everything
    dispels = ["a p99 is a p99"]      # in the words of `lessons/misconceptions.toml`
    hints = ["where to look", "what to write"]        # two levels
    stub_says = "Content-Length"      # part of what the untouched exercise is told by its check
    limit = 60                        # seconds that the check may take; left out: 10

    [prediction]                      # asked before anything is measured
    question = "..."
    choices = ["...", "...", "..."]
    answer = 2                        # counted from 1
    because = "..."

    [experiment]                      # run in the lesson's folder
    command = "tandem compare app --workload wait --contender gunicorn-sync --contender uvicorn"
    [[experiment.claims]]             # what it shows; for `tandem compare`
    says = "..."                      # stands word for word in lesson.md
    workload = "wait"
    low_workload = "hello"            # where `low` is measured on another one; may be left out
    figure = "rate"                   # or "p50", "p99", "memory_bytes", "cpu_seconds_per_request"
    high = "uvicorn"                  # the contender whose figure is higher
    low = "gunicorn-sync"
    times = 10                        # how many times, at least
    here = [1200, 19]                 # high and low when it was run; both stand in lesson.md
    [[experiment.shows]]              # for `tandem xray` and others: text that the output holds
    says = "..."
    text = "PATH_INFO"

    [own]                             # after passing: the learner's own server, seen
    command = "tandem xray exercise GET /"
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.errors import LabError

IN_A_CLONE = Path(__file__).parent.parent.parent / "lessons"
IN_A_WHEEL = Path(__file__).parent / "lessons"
LIMIT = 10.0  # seconds for a check whose lesson says nothing else
NOT_COPIED = (
    "lesson.toml",
    "check.py",
)  # stay in the course: a learner's copy has what is worked on


@dataclass(frozen=True, slots=True)
class Prediction:
    """A question that is answered before anything is measured."""

    question: str
    choices: tuple[str, ...]
    answer: int  # the right choice, counted from 1
    because: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: a folder, and what its `lesson.toml` says."""

    folder: Path
    title: str
    idea: str  # one sentence
    minutes: int
    hints: tuple[str, ...]
    stub_says: str
    prediction: Prediction
    experiment: dict[str, Any]  # "command", "claims", "shows"
    own: str  # the command that shows a learner's own server
    dispels: tuple[str, ...] = ()
    limit: float = LIMIT  # seconds that its check may take

    @property
    def name(self) -> str:
        """The folder's name, "01_http_is_text"."""
        return self.folder.name

    @property
    def number(self) -> int:
        """Its place in the course, from 1."""
        return int(self.name.partition("_")[0])

    @property
    def solution(self) -> Path:
        """The folder with the solved exercise, and `why.md`: why it works."""
        return self.folder.parent / "solutions" / self.name


def place_of_lessons() -> Path:
    """The folder that holds the course: `lessons/` of a clone, or what a wheel has brought."""
    return IN_A_WHEEL if IN_A_WHEEL.is_dir() else IN_A_CLONE


def misconceptions() -> list[str]:
    """What people believe of sync and async, and some lesson dispels."""
    text = (place_of_lessons() / "misconceptions.toml").read_text("utf-8")
    found: list[str] = tomllib.loads(text)["misconceptions"]
    return found


def lessons(folder: Path | None = None) -> list[Lesson]:
    """All lessons, in their order. Raises LabError where a `lesson.toml` can't be read."""
    place = folder or place_of_lessons()
    return [_lesson(path.parent) for path in sorted(place.glob("[0-9][0-9]_*/lesson.toml"))]


def _lesson(folder: Path) -> Lesson:
    try:
        said = tomllib.loads((folder / "lesson.toml").read_text("utf-8"))
        prediction = said["prediction"]
        return Lesson(
            folder=folder,
            title=said["title"],
            idea=said["idea"],
            minutes=said["minutes"],
            hints=tuple(said["hints"]),
            stub_says=said["stub_says"],
            prediction=Prediction(
                prediction["question"],
                tuple(prediction["choices"]),
                prediction["answer"],
                prediction["because"],
            ),
            experiment=said["experiment"],
            own=said["own"]["command"],
            dispels=tuple(said.get("dispels", ())),
            limit=said.get("limit", LIMIT),
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise LabError(f"{folder.name}/lesson.toml can't be read: {error!r}") from error
