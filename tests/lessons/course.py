"""What the tests of the course share: its lessons, the fences of a text, and a copy to work in."""

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.learn.course import NOT_COPIED, lessons
from tests.end_to_end.servers import ROOT

LESSONS = lessons()
PLACE = ROOT / "lessons"
WITHOUT_FRAMEWORK = (1, 2, 3, 4, 5, 6, 17)
_FENCE = re.compile(r"^```(?P<language>\w*) ?(?P<options>.*)\n(?P<body>(?:.*\n)*?)```$", re.M)

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


@dataclass(frozen=True, slots=True)
class Fence:
    """A block of code in a text."""

    language: str
    title: str  # the file that it is an excerpt of, or ""
    body: str


def texts_of(lesson):
    """The texts of a lesson: the one to read before, and why the solution works."""
    return [lesson.folder / "lesson.md", lesson.solution / "why.md"]


def fences(path):
    """Each block of code in a text."""
    for found in _FENCE.finditer(path.read_text("utf-8")):
        title = re.fullmatch(r'title="([\w./]+)"', found["options"])
        assert title or not found["options"], f"{path}: ```{found['language']} {found['options']}"
        yield Fence(found["language"], title[1] if title else "", found["body"])


def commands(path):
    """Each console block of a text, as a list of what is typed in it."""
    for fence in fences(path):
        if fence.language == "console":
            yield [line[2:] for line in fence.body.splitlines() if line.startswith("$ ")]


def copied(lesson, to):
    """A folder with what a learner has of a lesson."""
    folder = to / lesson.name
    shutil.copytree(
        lesson.folder, folder, ignore=shutil.ignore_patterns(*NOT_COPIED, "__pycache__")
    )
    return folder


def environment(port):
    """A shell's environment in which `python`, `tandem` and the servers are this project's.

    What listens on port 8000 by itself listens on `port`.
    """
    given = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
    return given | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), given["PATH"]]),
        "PORT": str(port),
        "UVICORN_PORT": str(port),
        "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
