"""A learner's folder with the made-up course."""

import sys

import pytest

from lab.learn import folder as folders
from lab.learn.desk import Desk
from tests.lab.learn.made_course import make_course


@pytest.fixture(autouse=True)
def forgotten(tmp_path):
    """What a judge has imported in this process, `exercise` say, is forgotten with the test."""
    yield
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def course(tmp_path):
    return make_course(tmp_path / "course")


@pytest.fixture
def desk(tmp_path, course):
    folders.make(tmp_path / "mine", course)
    return Desk(tmp_path / "mine", course)


@pytest.fixture
def solve(desk):
    """Write the solution of a lesson into the learner's file."""

    def write(number):
        lesson = desk.lesson(str(number))
        text = (lesson.solution / "exercise.py").read_text("utf-8")
        desk.exercise(lesson).write_text(text, "utf-8")
        return lesson

    return write
