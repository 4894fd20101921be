import tomllib

import pytest

from lab.errors import LabError
from lab.learn import course as module
from lab.learn.course import lessons, place_of_lessons
from tests.end_to_end.servers import ROOT


def test_lessons_are_read_in_their_order(course):
    assert [(it.number, it.name, it.title) for it in course] == [
        (1, "01_first", "The first one"),
        (2, "02_second", "The second one"),
        (3, "03_third", "The third one"),
    ]


@pytest.mark.parametrize("text", ["title = ", 'title = "x"', "[prediction]"])
def test_a_lesson_that_cannot_be_read_is_named(course, text):
    (course[1].folder / "lesson.toml").write_text(text)
    with pytest.raises(LabError, match=r"02_second/lesson\.toml can't be read"):
        lessons(course[1].folder.parent)


def test_a_wheel_brings_its_lessons_to_where_they_are_looked_for(tmp_path, monkeypatch):
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    brought = settings["targets"]["wheel"]["force-include"]
    assert brought == {"lessons": str(module.IN_A_WHEEL.relative_to(ROOT))}

    assert place_of_lessons() == ROOT / "lessons"
    monkeypatch.setattr(module, "IN_A_WHEEL", tmp_path)
    assert place_of_lessons() == tmp_path
