"""A learner at work: their folder, the course, their progress, and what they can do with a lesson.

The watch mode and the subcommands do the same things, which are these.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from lab.errors import LabError, WrongUsageError
from lab.learn import folder as folders
from lab.learn.course import Lesson, lessons
from lab.learn.judging import judged
from lab.learn.progress import NAME, Done, Progress
from lab.learn.verdict import Verdict


def whole_course() -> list[Lesson]:
    """The lessons; raises LabError where there are none."""
    found = lessons()
    if not found:
        raise LabError("this Tandem came without its lessons: install it from a clone")
    return found


class Desk:
    """What a learner has before them."""

    def __init__(self, folder: Path, course: list[Lesson] | None = None) -> None:
        self.folder = folder.resolve()
        self.lessons = course or whole_course()
        self.progress = Progress(self.folder / NAME)
        self.progress.read()

    @property
    def current(self) -> Lesson:
        """The lesson that is worked on."""
        named = [it for it in self.lessons if it.name == self.progress.current]
        return named[0] if named else self.lessons[0]

    def lesson(self, said: str | None) -> Lesson:
        """The lesson with this number, "3", or name, "03_one_worker"; None for the current one."""
        if said is None:
            return self.current
        number = said.partition("_")[0]
        found = [it for it in self.lessons if number.isdecimal() and it.number == int(number)]
        if not found:
            last = self.lessons[-1].number
            raise WrongUsageError(f"a lesson is a number from 1 to {last}; got {said!r}")
        return found[0]

    def place(self, lesson: Lesson) -> Path:
        """The learner's folder of the lesson."""
        return self.folder / lesson.name

    def exercise(self, lesson: Lesson) -> Path:
        """The file that is worked on."""
        return self.place(lesson) / folders.EXERCISE

    def done(self, lesson: Lesson) -> Done:
        """What was done of it."""
        return self.progress.of(lesson.name)

    def is_solved(self, lesson: Lesson) -> bool:
        """Whether it has passed once."""
        return bool(self.done(lesson).solved)

    def require_solved(self, lesson: Lesson) -> None:
        """Nothing, where it has passed once; else a LabError."""
        if not self.is_solved(lesson):
            raise LabError(
                "the solution, and your own server from inside, are shown once your exercise has "
                f"passed; `tandem learn hint {lesson.number}` helps until then"
            )

    def is_begun(self, lesson: Lesson) -> bool:
        """Whether the exercise is no longer the stub."""
        return not folders.is_untouched(self.folder, lesson, self.progress)

    def still_passes(self, lesson: Lesson) -> bool:
        """Whether it has passed with the very files that are there now."""
        passed = self.done(lesson).passed
        return bool(passed) and passed == folders.fingerprint(self.folder, lesson)

    def go(self, lesson: Lesson) -> None:
        """Make it the current one."""
        with self.progress.changing():
            self.progress.current = lesson.name

    def neighbour(self, step: int) -> Lesson | None:
        """The lesson so many places after the current one; None where the course ends."""
        place = self.lessons.index(self.current) + step
        return self.lessons[place] if 0 <= place < len(self.lessons) else None

    def check(
        self,
        lesson: Lesson,
        heard: Callable[[Verdict], None] = lambda _verdict: None,
        cancelled: threading.Event | None = None,
        limit: float | None = None,
    ) -> Verdict:
        """Judge the exercise; `kept` keeps what came of it, in the main thread.

        It has `limit` seconds, or else what the lesson says that its check may take.
        """
        check = lesson.folder.resolve() / "check.py"
        limit = limit or lesson.limit
        return judged(check, self.exercise(lesson), limit=limit, heard=heard, cancelled=cancelled)

    def keep(self, lesson: Lesson, print_before: str) -> None:
        """Remember that it has passed, with the files that `print_before` is a fingerprint of."""
        with self.progress.changing():
            done = self.progress.of(lesson.name)
            done.passed = print_before
            done.solved = done.solved or datetime.now(UTC).isoformat(timespec="seconds")

    def fingerprint(self, lesson: Lesson) -> str:
        """Of what a check depends on, taken before it is run."""
        return folders.fingerprint(self.folder, lesson)

    def hint(self, lesson: Lesson) -> tuple[str, ...]:
        """One hint more than were seen, and those before."""
        with self.progress.changing():
            done = self.progress.of(lesson.name)
            done.hints = min(done.hints + 1, len(lesson.hints))
        return lesson.hints[: done.hints]

    def guess(self, lesson: Lesson, choice: int) -> None:
        """Keep an answer to the question; raises WrongUsageError where it can't be one."""
        last = len(lesson.prediction.choices)
        if not 1 <= choice <= last:
            raise WrongUsageError(f"a guess is a number from 1 to {last}; got {choice}")
        if self.done(lesson).answered:
            raise WrongUsageError("the answer has been shown: a guess comes before it")
        with self.progress.changing():
            self.progress.of(lesson.name).guess = choice

    def answer(self, lesson: Lesson) -> None:
        """The answer to the question is shown."""
        with self.progress.changing():
            self.progress.of(lesson.name).answered = True

    def reset(self, lesson: Lesson) -> list[Path]:
        """Its files as they were; the learner's own, kept beside them."""
        return folders.reset(self.folder, lesson, self.progress)

    def why(self, lesson: Lesson) -> tuple[str, str]:
        """Why it works, as Markdown, and the solution's code; raises LabError before it passed."""
        self.require_solved(lesson)
        solution = lesson.solution
        return (
            (solution / "why.md").read_text("utf-8"),
            (solution / folders.EXERCISE).read_text("utf-8"),
        )

    def text(self, lesson: Lesson) -> str:
        """The lesson's text, as Markdown; the learner's own copy, where there is one."""
        theirs = self.place(lesson) / "lesson.md"
        return (theirs if theirs.is_file() else lesson.folder / "lesson.md").read_text("utf-8")
