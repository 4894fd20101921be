"""A learner's folder: a copy of the course to work in, which is made, found, and reset.

Nothing that a learner has written is ever overwritten: `make` adds what is missing and replaces
what was not touched since it was copied; `reset` keeps the file that it replaces beside it.
"""

import hashlib
import shlex
import shutil
import sys
from pathlib import Path

from lab.errors import WrongUsageError
from lab.learn.course import NOT_COPIED, Lesson
from lab.learn.progress import NAME, Progress

EXERCISE = "exercise.py"
USUAL = "tandem-course"  # its name, where nobody gives it another one
NOT_GIVEN = frozenset({*NOT_COPIED, "__pycache__", "tandem-report"})
README = """# Your copy of the course

You work here; nothing in it is overwritten, whatever you do with Tandem.

- {first}`tandem learn`, typed in this folder, opens the lesson that you are at.
- Each lesson is a folder: read `lesson.md` (or press `t`), guess, measure (`e`), and then write
  `exercise.py`. It is checked each time that you save it.
- The commands that a text shows are typed in the lesson's folder, in a second terminal.
  A server that is started with `&` keeps port 8000 until you end it: `kill %1`, before the next.
- Your progress is in `{progress}`. Keep it with your files.
- Without a terminal that watches: `tandem learn list`, `check`, `hint`; `tandem learn --help`.
- After an upgrade of Tandem `tandem learn init .` brings new lessons.
"""


def found(start: Path) -> Path | None:
    """The learner's folder that `start` is in, or that has its usual name there; None for none."""
    for folder in (start, *start.parents, start / USUAL):
        if (folder / NAME).is_file():
            return folder
    return None


def make(folder: Path, lessons: list[Lesson]) -> list[str]:
    """Copy the course there, or what of it is missing or new; the names of the lessons added.

    Raises WrongUsageError for a folder of the course itself, and for one with other things in it.
    """
    folder = folder.resolve()
    _check_place(folder, lessons)
    progress = Progress(folder / NAME)
    progress.read()
    folder.mkdir(parents=True, exist_ok=True)
    added = [lesson.name for lesson in lessons if not (folder / lesson.name).is_dir()]
    with progress.changing():
        for lesson in lessons:
            _give(lesson, folder, progress)
        progress.current = progress.current or lessons[0].name
    readme = folder / "README.md"
    if not readme.exists():
        readme.write_text(_readme(), "utf-8")
    return added


def activation() -> str:
    """What is typed first in a terminal that knows no `tandem` yet; "" where nothing is."""
    script = Path(sys.executable).with_name("activate")
    return f". {shlex.quote(str(script))}; " if script.exists() else ""


def _readme() -> str:
    typed = activation().removesuffix("; ")
    first = f"In each new terminal first type `{typed}`. Then " if typed else ""
    return README.format(first=first, progress=NAME)


def is_untouched(folder: Path, lesson: Lesson, progress: Progress) -> bool:
    """Whether the exercise is still the stub."""
    path = folder / lesson.name / EXERCISE
    if not path.is_file():
        return False
    stubs = (progress.given.get(f"{lesson.name}/{EXERCISE}"), hash_of(lesson.folder / EXERCISE))
    return hash_of(path) in stubs


def reset(folder: Path, lesson: Lesson, progress: Progress) -> list[Path]:
    """The lesson's files as they were; the learner's own, which are kept beside them."""
    kept: list[Path] = []
    for source, name in _files(lesson):
        target = folder / name
        if target.exists() and hash_of(target) != hash_of(source):
            backup = _free_name(target)
            target.rename(backup)
            kept.append(backup)
    with progress.changing():
        _give(lesson, folder, progress)
    return kept


def fingerprint(folder: Path, lesson: Lesson) -> str:
    """A hash of what a check depends on: the learner's code, and the check."""
    paths = [*sorted((folder / lesson.name).rglob("*.py")), lesson.folder / "check.py"]
    together = "".join(map(hash_of, paths))
    return hashlib.sha256(together.encode()).hexdigest()


def hash_of(path: Path) -> str:
    """The SHA-256 of a file; "" for one that is not there, as while an editor saves it."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def _check_place(folder: Path, lessons: list[Lesson]) -> None:
    course = lessons[0].folder.parent
    if folder.is_relative_to(course.resolve()):
        raise WrongUsageError(
            f"{folder} is in the course itself, which stays as it is: name a folder of your own, "
            f"as in `tandem learn init ~/{USUAL}`"
        )
    if folder.exists() and not folder.is_dir():
        raise WrongUsageError(f"{folder} is a file: name a folder, which may be a new one")
    names = {path.name for path in folder.iterdir()} if folder.exists() else set[str]()
    if names and not names & {NAME, *(lesson.name for lesson in lessons)}:
        raise WrongUsageError(
            f"{folder} holds other things, as {min(names)}: name a new folder, "
            f"as in `tandem learn init {folder / USUAL}`"
        )


def _give(lesson: Lesson, folder: Path, progress: Progress) -> None:
    """Copy what is missing, and what has changed in the course and not here."""
    for source, name in _files(lesson):
        target, sha = folder / name, hash_of(source)
        is_theirs = target.exists() and hash_of(target) != progress.given.get(name)
        if not is_theirs or hash_of(target) == sha:
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists() or hash_of(target) != sha:
                shutil.copyfile(source, target)
            progress.given[name] = sha


def _files(lesson: Lesson) -> list[tuple[Path, str]]:
    """Each file that a learner has of it, and its name in their folder."""
    found: list[tuple[Path, str]] = []
    for path in sorted(lesson.folder.rglob("*")):
        parts = path.relative_to(lesson.folder).parts
        if path.is_file() and not any(it in NOT_GIVEN or it.startswith(".") for it in parts):
            found.append((path, "/".join((lesson.name, *parts))))
    return found


def _free_name(path: Path) -> Path:
    """A name beside it, which no watcher and no import takes for code."""
    number = 1
    while (free := path.with_name(f"{path.name}.before-reset-{number}")).exists():
        number += 1
    return free
