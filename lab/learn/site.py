"""`python -m lab.learn.site FOLDER`: the course as Markdown pages, of which Zensical makes a site.

    FOLDER/docs/index.md              lessons/course.md, with the list of lessons
    FOLDER/docs/misconceptions.md     what people believe, and the lesson that shows otherwise
    FOLDER/docs/teachers.md           lessons/teachers.md, with the table of times
    FOLDER/docs/NN_name/index.md      lesson.md, then the whole program; its files beside it
    FOLDER/zensical.toml              the settings, lessons/zensical.toml

A program is not copied into its page: the page includes the file, so it can't be another one than
the tests run.
"""

import re
import shutil
import sys
from pathlib import Path

from lab.learn.course import NOT_COPIED, Lesson, lessons, misconceptions, place_of_lessons

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?://|#)([^)\s]+)\)")
_HIDDEN = shutil.ignore_patterns(*NOT_COPIED, "lesson.md", "__pycache__")
_INCLUDED = """
## The whole program

```python title="{file}"
--8<-- "{folder}/{file}"
```
"""


def write_pages(to: Path, place: Path | None = None) -> None:
    """All pages of the course, and the settings of the site, in this folder; it is made anew."""
    place = place or place_of_lessons()
    found = lessons(place)
    docs = to / "docs"
    shutil.rmtree(to, ignore_errors=True)
    docs.mkdir(parents=True)
    for lesson in found:
        shutil.copytree(lesson.folder, docs / lesson.name, ignore=_HIDDEN)
        (docs / lesson.name / "index.md").write_text(_page(lesson), "utf-8")
    (docs / "index.md").write_text(_filled(place / "course.md", _listed(found)), "utf-8")
    (docs / "teachers.md").write_text(_filled(place / "teachers.md", _times(found)), "utf-8")
    (docs / "misconceptions.md").write_text(_believed(found), "utf-8")
    shutil.copy(place / "zensical.toml", to)


def _page(lesson: Lesson) -> str:
    """The lesson's text; links lead to pages, and what is no part of the site is only named."""
    text = (lesson.folder / "lesson.md").read_text("utf-8")
    text = _LINK.sub(lambda link: _linked(lesson, link[1], link[2]), text)
    return text + _INCLUDED.format(folder=lesson.name, file="app.py")


def _linked(lesson: Lesson, name: str, target: str) -> str:
    path = (lesson.folder / target).resolve()
    if not path.is_relative_to(lesson.folder.parent.resolve()):
        return name
    return f"[{name}]({re.sub(r'lesson[.]md$', 'index.md', target)})"


def _filled(page: Path, made: str) -> str:
    return page.read_text("utf-8").replace("{made}", made)


def _listed(found: list[Lesson]) -> str:
    return "\n".join(
        f"{lesson.number}. [{lesson.title}]({lesson.name}/index.md): {lesson.idea}"
        for lesson in found
    )


def _times(found: list[Lesson]) -> str:
    rows = [
        f"| [{lesson.number}]({lesson.name}/index.md) | {lesson.title} | {lesson.minutes} |"
        for lesson in found
    ]
    total = f"| | all | {sum(lesson.minutes for lesson in found)} |"
    return "\n".join(["| | Lesson | Minutes |", "|---|---|---|", *rows, total])


def _believed(found: list[Lesson]) -> str:
    rows = [
        f"| {belief} | [{lesson.number}. {lesson.title}]({lesson.name}/index.md) "
        f"| {' '.join(_shown(lesson))} |"
        for belief in misconceptions()
        for lesson in found
        if belief in lesson.dispels
    ]
    head = ["# What people believe", "", "Each of these is dispelled by a measurement.", ""]
    table = ["| Belief | Lesson | What the experiment showed |", "|---|---|---|"]
    return "\n".join([*head, *table, *rows]) + "\n"


def _shown(lesson: Lesson) -> list[str]:
    experiment = lesson.experiment
    return [said["says"] for said in (*experiment.get("claims", ()), *experiment.get("shows", ()))]


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
