"""`tandem learn`: the watch mode, and the same as subcommands."""

import os
import shutil
import sys
import webbrowser
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from lab.commands import Command
from lab.errors import WrongUsageError
from lab.learn import folder as folders
from lab.learn import screens, texts
from lab.learn.desk import Desk, whole_course
from lab.learn.experiments import report_of, run_command
from lab.learn.verdict_shown import shown
from lab.learn.watching import watch

LIMITED = click.option(
    "--limit",
    type=click.FloatRange(0.1),
    help="Seconds that a check may take.  [as its lesson says; most: 10]",
)
NUMBER = click.argument("number", metavar="[N]", required=False)


class Commands(Command, click.Group):
    """A group that tells LabErrors as a command does."""


@click.group(cls=Commands, invoke_without_command=True, short_help="The course.")
@click.option("--poll", is_flag=True, help="Look for saves twice a second (network mounts).")
@LIMITED
@click.pass_context
def learn(context: click.Context, poll: bool, limit: float | None) -> None:
    """The course: 19 lessons, from a socket to your own choice of sync or async.

    Without a subcommand it opens the lesson that you are at, and checks your exercise each time
    that you save it. Press ? there for the keys. You work in a copy of the course, which `tandem
    learn init DIR` makes; the subcommands are for where no terminal watches.

    N is a lesson's number; without it the lesson that you are at is meant (`predict` always takes
    both). Exit codes: 0 for solved or done, 1 for not yet, 2 for wrong usage.
    """
    if context.invoked_subcommand is not None:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUsageError(
            "the watch mode needs a terminal for its keys; without one there are `tandem learn "
            "list`, `text`, `check`, `hint` and others: `tandem learn --help` shows them"
        )
    if folders.found(Path.cwd()) is None:
        _offer()
    watch(_desk(), _console(), poll=poll, limit=limit)


@learn.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make your copy of the course; on an old copy: add what is new.

    What you have written is never overwritten.
    """
    _make(folder)


@learn.command(cls=Command)
@NUMBER
@click.option("--all", "is_all", is_flag=True, help="Check every lesson that you have begun.")
@LIMITED
@click.pass_context
def check(context: click.Context, number: str | None, is_all: bool, limit: float | None) -> None:
    """Check an exercise: what passes, what was expected, what came."""
    desk, console = _desk(), _console()
    chosen = [it for it in desk.lessons if desk.is_begun(it)] if is_all else [desk.lesson(number)]
    if not chosen:
        console.print("you have begun no lesson yet")
    results = [_check(desk, lesson, console, limit) for lesson in chosen]
    context.exit(0 if results and all(results) else 1)


def _check(desk: Desk, lesson: Any, console: Console, limit: float | None) -> bool:
    console.print(Text(f"{lesson.number}. {lesson.title}", style="bold cyan"))
    before = desk.fingerprint(lesson)
    verdict = desk.check(lesson, limit=limit)
    console.print(shown(verdict, console))
    if verdict.is_solved:
        desk.keep(lesson, before)
        console.print(Text(f"Solved. tandem learn why {lesson.number}", style="bold green"))
    elif not desk.is_begun(lesson):
        console.print(f"Not begun: edit {screens.path_shown(desk.exercise(lesson))}")
    return verdict.is_solved


@learn.command(cls=Command)
@NUMBER
def hint(number: str | None) -> None:
    """A hint; asked again: the second one too."""
    desk = _desk()
    lesson = desk.lesson(number)
    _console().print(screens.hints(lesson, desk.hint(lesson)))


@learn.command(cls=Command)
@click.argument("number", metavar="N")
@click.option("--yes", is_flag=True, help="Don't ask.")
def reset(number: str, yes: bool) -> None:
    """Start a lesson's files afresh; yours are kept beside them."""
    desk = _desk()
    lesson = desk.lesson(number)
    if not yes:
        click.confirm(f"start the files of lesson {lesson.number} afresh?", abort=True)
    kept = desk.reset(lesson)
    for path in kept:
        click.echo(f"yours is kept as {screens.path_shown(path)}")
    if not kept:
        click.echo("nothing had changed")


@learn.command("list", cls=Command)
def list_lessons() -> None:
    """All lessons, and what you have done of each."""
    console = _console()
    console.print(screens.lines_of_list(_desk(), console))


@learn.command(cls=Command)
@NUMBER
def text(number: str | None) -> None:
    """A lesson's text."""
    desk = _desk()
    _console().print(texts.rendered(desk.text(desk.lesson(number))))


@learn.command(cls=Command)
@click.argument("number", metavar="N")
def go(number: str) -> None:
    """Open a lesson: make it the one that you are at."""
    desk, console = _desk(), _console()
    desk.go(desk.lesson(number))
    console.print(screens.lesson_page(desk, None, console))


@learn.command(cls=Command)
@click.argument("number", metavar="N")
@click.argument("choice", type=int)
def predict(number: str, choice: int) -> None:
    """Keep your guess: CHOICE is the number of an answer to the lesson's question."""
    desk = _desk()
    lesson = desk.lesson(number)
    desk.guess(lesson, choice)
    _console().print(screens.question(desk, lesson))


@learn.command(cls=Command)
@NUMBER
def answer(number: str | None) -> None:
    """The answer to a lesson's question."""
    desk = _desk()
    lesson = desk.lesson(number)
    desk.answer(lesson)
    _console().print(screens.answer(lesson, desk.done(lesson).guess))


@learn.command(cls=Command)
@NUMBER
@click.option("--open", "is_opened", is_flag=True, help="Open the report in a browser.")
@click.pass_context
def experiment(context: click.Context, number: str | None, is_opened: bool) -> None:
    """Run a lesson's measurement."""
    desk = _desk()
    lesson = desk.lesson(number)
    context.exit(_run(desk, lesson, lesson.experiment["command"], is_opened))


@learn.command(cls=Command)
@NUMBER
@click.option("--open", "is_opened", is_flag=True, help="Open the report in a browser.")
@click.pass_context
def own(context: click.Context, number: str | None, is_opened: bool) -> None:
    """See your own server from inside, once the exercise has passed."""
    desk = _desk()
    lesson = desk.lesson(number)
    desk.require_solved(lesson)
    context.exit(_run(desk, lesson, lesson.own, is_opened))


@learn.command(cls=Command)
@NUMBER
def why(number: str | None) -> None:
    """Why it works, and the solution, once yours has passed."""
    desk = _desk()
    _console().print(screens.why(*desk.why(desk.lesson(number))))


def _run(desk: Desk, lesson: Any, command: str, is_opened: bool) -> int:
    click.echo(f"$ {command}\n")
    code = run_command(command, desk.place(lesson))
    report = report_of(command, desk.place(lesson))
    if report is not None:
        click.echo(f"\nThe report: {screens.path_shown(report)}")
        if is_opened:
            webbrowser.open(report.as_uri())
    return 1 if code else 0


def _desk() -> Desk:
    """The learner's; raises WrongUsageError where they have none yet."""
    folder = folders.found(Path.cwd())
    if folder is None:
        raise WrongUsageError(
            "there is no copy of the course here or above: make yours with "
            f"`tandem learn init {folders.USUAL}`, or go to where it is"
        )
    return Desk(folder)


def _offer() -> None:
    """Make the folder, if the learner wants it."""
    folder = Path.cwd() / folders.USUAL
    click.confirm(
        f"There is no copy of the course here. Make {folder}, to work in?", default=True, abort=True
    )
    _make(folder)


def _make(folder: Path) -> None:
    added = folders.make(folder, whole_course())
    count = f"{len(added)} lessons" if len(added) != 1 else "1 lesson"
    said = f"{count} added to" if added else "nothing is missing in"
    click.echo(f"{said} {screens.path_shown(folder.resolve())}")


def _console() -> Console:
    if os.environ.get("TERM") not in ("dumb", "unknown"):
        return Console(highlight=False)
    size = shutil.get_terminal_size()  # rich would take 80 columns
    return Console(highlight=False, width=size.columns, height=size.lines)
