"""What is shown of a lesson, of the course, and of the keys: each a thing that rich can print."""

import os
import shlex
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lab.learn import folder as folders
from lab.learn import texts
from lab.learn.course import Lesson
from lab.learn.desk import Desk
from lab.learn.verdict import Verdict
from lab.learn.verdict_shown import mark, shown

KEYS = (
    ("t", "the lesson's text"),
    ("1-9", "your guess, before you measure"),
    ("e", "measure: the lesson's experiment"),
    ("a", "the answer to the question"),
    ("h", "a hint; again: the second one"),
    ("n", "the next lesson, once this one is solved"),
    ("p", "the lesson before"),
    ("w", "why it works, and the solution, once yours has passed"),
    ("o", "your own server, seen from inside, once it has passed"),
    ("l", "all lessons; a number opens one"),
    ("c", "check all that you have begun"),
    ("r", "check this one again"),
    ("x", "start this lesson's files afresh; yours are kept"),
    ("q", "quit"),
)


def path_shown(path: Path) -> str:
    """The path as it is typed from here."""
    relative = os.path.relpath(path)
    if not relative.startswith(os.pardir):
        return relative
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def lesson_page(desk: Desk, verdict: Verdict | None, console: Console) -> RenderableType:
    """The current lesson: what it is, its question, and what its check has found."""
    lesson = desk.current
    parts = [head(desk, lesson), Text()]
    if verdict is None or not desk.done(lesson).answered:  # else it has had its time
        parts += [question(desk, lesson), Text()]
    return Group(*parts, *_state(desk, lesson, verdict, console))


def head(desk: Desk, lesson: Lesson) -> RenderableType:
    """Its title and idea, and the files."""
    solved = sum(map(desk.is_solved, desk.lessons))
    count = f"{solved} of {len(desk.lessons)} solved"
    line = Table.grid(expand=True)
    line.add_column()
    line.add_column(justify="right", style="dim", no_wrap=True)
    line.add_row(Text(f"{lesson.number}. {lesson.title}", style="bold cyan"), count)
    files = Table.grid(padding=(0, 2, 0, 0))
    files.add_column(style="dim", no_wrap=True)
    files.add_column(overflow="fold")
    files.add_row("read", path_shown(desk.place(lesson) / "lesson.md"))
    files.add_row("edit", Text(path_shown(desk.exercise(lesson)), style="bold"))
    return Group(line, Text(lesson.idea), Text(), files)


def question(desk: Desk, lesson: Lesson) -> RenderableType:
    """What is asked first; later the guess, and the answer once it was seen."""
    asked, done = lesson.prediction, desk.done(lesson)
    if not done.guess and not done.answered:
        choices = Table.grid(padding=(0, 2, 0, 0))
        for number, choice in enumerate(asked.choices, 1):
            choices.add_row(f"  {number}", Text(choice))
        return Group(Text.assemble(("Guess first. ", "bold"), asked.question), choices)
    guess = _choice(lesson, done.guess) if done.guess else "none"
    line = Text.assemble(("Your guess: ", "bold"), guess)
    if not done.answered:
        return Group(line, Text("Now measure it (e), or see the answer (a).", style="dim"))
    if done.guess == asked.answer:
        return Text.assemble(("Your guess was right: ", "bold"), guess)
    return Group(line, Text.assemble(("The answer: ", "bold"), _choice(lesson, asked.answer)))


def answer(lesson: Lesson, guess: int) -> RenderableType:
    """The answer to the question, and why."""
    asked = lesson.prediction
    parts = [Text(asked.question, style="bold"), Text()]
    parts.append(Text(f"You guessed: {_choice(lesson, guess)}" if guess else "You made no guess."))
    if guess == asked.answer:
        parts.append(Text("That is right.", style="green"))
    else:
        parts.append(Text(f"The answer: {_choice(lesson, asked.answer)}"))
    return Group(*parts, Text(), Text(asked.because))


def _choice(lesson: Lesson, number: int) -> str:
    return f"{number}  {lesson.prediction.choices[number - 1]}"


def _state(
    desk: Desk, lesson: Lesson, verdict: Verdict | None, console: Console
) -> list[RenderableType]:
    if verdict is None:
        if desk.still_passes(lesson):
            return [Text.assemble(mark("passed", console), " Solved, and not changed since.")]
        if not desk.is_begun(lesson):
            words = "Not begun. Open the exercise in your editor: each save is checked here."
            return [Text(words)]
        return [Text("Changed since its last check; save it, or press r.")]
    parts: list[RenderableType] = [shown(verdict, console)]
    if verdict.state == "running" and not verdict.steps:
        parts = [Text("Checking ...", style="dim")]
    if verdict.is_solved:
        parts.append(Text("\nSolved.", style="bold green"))
    return parts


def lines_of_list(desk: Desk, console: Console) -> RenderableType:
    """All lessons, with what was done of each."""
    rows = Table.grid(padding=(0, 1, 0, 0))
    for justify in ("left", "left", "right", "left"):
        rows.add_column(justify=justify)
    for lesson in desk.lessons:
        here = ">" if lesson is desk.current else " "
        style = "bold" if lesson is desk.current else ""
        state, words = _in_short(desk, lesson, console)
        title = Text.assemble((lesson.title, style), (f"  {words}" if words else "", "dim"))
        rows.add_row(here, state, f"{lesson.number}.", title)
    return rows


def _in_short(desk: Desk, lesson: Lesson, console: Console) -> tuple[Text, str]:
    if desk.is_solved(lesson):
        changed = "" if desk.still_passes(lesson) else "changed since it was solved"
        return mark("passed", console), changed
    is_begun = desk.is_begun(lesson)
    return mark("running" if is_begun else "waiting", console), "begun" if is_begun else ""


def hints(lesson: Lesson, seen: tuple[str, ...]) -> RenderableType:
    """Those that were asked for."""
    parts: list[RenderableType] = []
    for number, hint in enumerate(seen, 1):
        parts += [Text(f"Hint {number} of {len(lesson.hints)}", style="bold"), texts.rendered(hint)]
        parts.append(Text())
    if len(seen) < len(lesson.hints):
        parts.append(Text("Asked again, it says more.", style="dim"))
    return Group(*parts)


def why(words: str, solution: str) -> RenderableType:
    """Why it works, and the solution."""
    title = Text("\nThe solution\n", style="bold")
    return Group(texts.rendered(words), title, texts.code(solution))


def keys(desk: Desk) -> RenderableType:
    """Every key, and what it does; and how a second terminal is made ready."""
    rows = Table.grid(padding=(0, 2, 0, 0))
    for key, words in KEYS:
        rows.add_row(Text(key, style="bold"), words)
    typed = Text(f"{folders.activation()}cd {shlex.quote(str(desk.place(desk.current)))}")
    about = Text("\nFor the commands of a text, in a second terminal:", style="dim")
    return Group(rows, about, Padding(typed, (0, 0, 0, 3), expand=False))


def foot(desk: Desk, lesson: Lesson) -> Text:
    """The keys that matter now."""
    done = desk.done(lesson)
    now = ["t text"]
    if not done.answered:
        now += ["e measure"] if done.guess else [f"1-{len(lesson.prediction.choices)} guess"]
    if desk.is_solved(lesson):
        now += ["w why", "o own server", "n next"]
    else:
        now += ["h hint"]
    return Text("  ".join([*now, "l list", "? keys", "q quit"]), style="dim")
