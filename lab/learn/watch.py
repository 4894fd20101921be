"""The watch mode's state: what each key, save and verdict does, and what is drawn.

It knows no terminal and no clock: `lab.learn.watching` has them, and calls it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.text import Text

from lab.errors import LabError
from lab.learn import screens
from lab.learn.course import Lesson
from lab.learn.desk import Desk
from lab.learn.experiments import report_of
from lab.learn.pager import Pager
from lab.learn.readings import READINGS
from lab.learn.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Outside:
    """What the watch mode has done for it."""

    check: Callable[[Lesson], None]  # begin to check; an earlier check is dropped
    run: Callable[[str, Path], int]  # run a command on the terminal, in a folder
    browse: Callable[[str], bool]  # open an address in a browser; whether there is one


class Watch:
    """The screen of a learner."""

    def __init__(self, desk: Desk, console: Console, outside: Outside) -> None:
        self.is_over = False
        self.verdict: Verdict | None = None  # of the current lesson
        self._desk = desk
        self._console = console
        self._outside = outside
        self._page: Pager | None = None
        self._answers: Callable[[str], None] | None = None  # takes the next key
        self._note = ""  # a sentence above the keys
        self._queue: list[Lesson] = []  # that `c` has still to check
        self._number = ""  # typed in the list
        self._is_held = False  # what a command has printed is being read
        self._keys = {
            "e": self._experiment,
            "n": self._next,
            "p": self._previous,
            "o": self._own,
            "l": self._list,
            "c": self._check_all,
            "r": self._check,
            "x": self._ask_reset,
            "q": self._quit,
        }

    def begin(self) -> None:
        """Open the current lesson, and check it where it was changed since it last passed."""
        self._page, self.verdict, self._note = None, None, ""
        lesson = self._desk.current
        if self._desk.is_begun(lesson) and not self._desk.still_passes(lesson):
            self._check()

    def draw(self) -> None:
        """Draw all of it anew."""
        if self._is_held:
            return
        self._console.clear()
        if self._page is not None:
            self._page.draw(self._console)
            return
        lesson = self._desk.current
        parts: list[RenderableType] = [
            screens.lesson_page(self._desk, self.verdict, self._console),
            Text(),
        ]
        if self._note:
            parts.append(Text(self._note, style="yellow"))
        self._console.print(Group(*parts, screens.foot(self._desk, lesson)))

    def key(self, name: str) -> None:
        """Do what the key stands for; what goes wrong is told above the keys."""
        try:
            self._key(name)
        except LabError as error:
            self._page, self._note = None, str(error)

    def _key(self, name: str) -> None:
        if self._answers is not None:
            answers, self._answers = self._answers, None
            answers(name)
            return
        if self._page is not None and self._page.key(name):
            return
        page, self._page, self._note = self._page, None, ""
        if page is not None and name not in page.passes:
            return  # it was any key that goes back
        if name.isdecimal():
            self._desk.guess(self._desk.current, int(name))
        elif name in READINGS:
            self._page = READINGS[name](self._desk)
        elif name in self._keys:
            self._keys[name]()
        elif name not in ("enter", "escape"):
            self._note = f"there is no key {name}; ? shows them"

    def saved(self, paths: Iterable[Path]) -> None:
        """Check the current lesson, if it is one of its files that was saved."""
        place = self._desk.place(self._desk.current)
        names = sorted({self._lesson_of(path) for path in paths})
        if place.name in names:
            self._check()
        elif names and (known := [it for it in self._desk.lessons if it.name == names[0]]):
            self._note = (
                f"what you saved is of lesson {known[0].number}; this is lesson "
                f"{self._desk.current.number} (l opens another)"
            )

    def heard(self, lesson: Lesson, verdict: Verdict) -> None:
        """Show how far a check has come, or its end."""
        if lesson is self._desk.current:
            self.verdict = verdict
        if verdict.state != "running" and self._queue and lesson is self._queue[0]:
            self._queue.pop(0)
            result = f"lesson {lesson.number}: {'solved' if verdict.is_solved else 'not yet'}"
            self._note = f"{self._note}, {result}" if self._note else result
            self._go_on_checking()

    def _lesson_of(self, path: Path) -> str:
        folder = self._desk.folder
        return path.relative_to(folder).parts[0] if path.is_relative_to(folder) else ""

    # The keys.

    def _experiment(self) -> None:
        lesson = self._desk.current
        if not (self._desk.done(lesson).guess or self._desk.done(lesson).answered):
            self._note = "guess first, by its digit: what you expect is what you learn from"
            return
        self._run(lesson.experiment["command"], then="a")

    def _next(self) -> None:
        if not self._desk.is_solved(self._desk.current):
            self._note = "n goes on once this lesson is solved; l opens any other"
            return
        self._step(1, "this was the last lesson: you have been through the course")

    def _previous(self) -> None:
        self._step(-1, "this is the first lesson")

    def _step(self, step: int, none: str) -> None:
        lesson = self._desk.neighbour(step)
        if lesson is None:
            self._note = none
        else:
            self._open(lesson)

    def _open(self, lesson: Lesson) -> None:
        self._desk.go(lesson)
        self.begin()

    def _own(self) -> None:
        lesson = self._desk.current
        self._desk.require_solved(lesson)
        self._run(lesson.own)

    def _run(self, command: str, then: str = "") -> None:
        """Run it on the terminal; what it prints stays until a key is pressed, then this one is."""
        place = self._desk.place(self._desk.current)
        code = self._outside.run(command, place)
        report = report_of(command, place)
        if report is not None:
            self._console.print(f"\nThe report: {screens.path_shown(report)}", soft_wrap=True)
        opens = "b opens the report in a browser, another key goes on" if report else ""
        self._console.print(Text(opens or "any key goes on", style="dim"))
        self._is_held = True

        def answers(key: str) -> None:
            self._is_held = False
            if key == "b" and report and not self._outside.browse(report.as_uri()):
                self._note = f"there is no browser here: open {screens.path_shown(report)}"
            elif code:
                self._note = f"{command} ended with exit code {code}"
            elif then:
                self.key(then)

        self._answers = answers

    def _list(self) -> None:
        self._number = ""
        content = screens.lines_of_list(self._desk, self._console)
        self._page = Pager("The lessons", content, asks="a number and Enter opens one")
        self._answers = self._in_list

    def _in_list(self, key: str) -> None:
        """Digits, then Enter; any other key is as in other pages."""
        assert self._page is not None
        if key.isdecimal():
            self._number += key
            self._page.asks = f"Enter opens lesson {self._number}"
            self._answers = self._in_list
        elif key == "enter" and self._number:
            self._open(self._desk.lesson(self._number))
        elif self._page.key(key):
            self._answers = self._in_list
        else:
            self._page = None

    def _check(self) -> None:
        self._queue = []
        self._outside.check(self._desk.current)

    def _check_all(self) -> None:
        self._queue = [it for it in self._desk.lessons if self._desk.is_begun(it)]
        self._note = "" if self._queue else "you have begun no lesson yet"
        self._go_on_checking()

    def _go_on_checking(self) -> None:
        if self._queue:
            self._outside.check(self._queue[0])

    def _ask_reset(self) -> None:
        lesson = self._desk.current
        self._note = (
            f"start the files of lesson {lesson.number} afresh? Yours are kept beside them. y/n"
        )
        self._answers = self._reset

    def _reset(self, key: str) -> None:
        self._note = "nothing was changed"
        if key == "y":
            kept = self._desk.reset(self._desk.current)
            names = ", ".join(path.name for path in kept)
            self._note = f"afresh; yours is kept as {names}" if kept else "nothing had changed"
            self.verdict = None

    def _quit(self) -> None:
        self.is_over = True
