import os

import pytest

from lab.errors import WrongUsageError
from lab.learn import folder as folders
from lab.learn.desk import Desk
from lab.learn.progress import NAME
from tests.lab.learn.made_course import make_course


def test_a_learner_has_the_texts_and_programs_and_not_the_checks(desk):
    given = {path.name for path in (desk.folder / "01_first").iterdir()}
    assert given == {"lesson.md", "app.py", "exercise.py"}
    assert {path.name for path in desk.folder.iterdir()} == {
        "01_first", "02_second", "03_third", "README.md", NAME,
    }  # fmt: skip


def test_the_readme_says_in_a_few_lines_how_to_go_on(desk):
    text = (desk.folder / "README.md").read_text()
    assert "`tandem learn`" in text
    assert ("In each new terminal first type `. " in text) == bool(folders.activation())
    assert len(text.splitlines()) <= 15


@pytest.mark.parametrize("place", ["mine", "mine/01_first", "."])
def test_the_folder_is_found_from_inside_and_from_beside_its_usual_name(tmp_path, course, place):
    name = folders.USUAL if place == "." else "mine"
    folders.make(tmp_path / name, course)
    assert folders.found(tmp_path / place) == tmp_path / name


def test_there_may_be_none(tmp_path):
    assert folders.found(tmp_path) is None


def test_what_is_there_is_not_overwritten_and_what_is_missing_is_added(desk, course):
    mine = desk.exercise(course[0])
    mine.write_text("# mine")
    (desk.place(course[1]) / "app.py").unlink()

    assert folders.make(desk.folder, course) == []

    assert mine.read_text() == "# mine"
    assert (desk.place(course[1]) / "app.py").exists()


def test_an_upgrade_brings_new_lessons_and_replaces_only_what_was_not_touched(desk, course):
    desk.exercise(course[0]).write_text("# mine")
    for lesson in course:
        (lesson.folder / "exercise.py").write_text("# newer")
    newer = make_newer(course)

    assert folders.make(desk.folder, newer) == ["04_fourth"]

    texts = [desk.exercise(lesson).read_text() for lesson in course]
    assert texts == ["# mine", "# newer", "# newer"]
    again = Desk(desk.folder, newer)
    assert [again.is_begun(lesson) for lesson in newer] == [True, False, False, False]


def make_newer(course):
    folder = course[0].folder.parent
    os.rename(folder / "03_third", folder / "04_fourth")
    stub = (folder / "04_fourth" / "exercise.py").read_text()
    lessons = make_course(folder)
    for lesson in lessons:
        (lesson.folder / "exercise.py").write_text(stub)
    return lessons


def test_a_folder_in_the_course_is_refused(course):
    for place in (course[0].folder.parent, course[0].folder / "mine"):
        with pytest.raises(WrongUsageError, match="is in the course itself"):
            folders.make(place, course)


def test_a_folder_with_other_things_is_refused(tmp_path, course):
    (tmp_path / "letters.txt").touch()
    with pytest.raises(WrongUsageError, match=r"holds other things, as \w+"):
        folders.make(tmp_path, course)
    with pytest.raises(WrongUsageError, match="is a file"):
        folders.make(tmp_path / "letters.txt", course)


def test_progress_that_was_moved_away_is_begun_again_and_the_files_stay(desk, course):
    desk.exercise(course[0]).write_text("# mine")
    (desk.folder / NAME).unlink()

    folders.make(desk.folder, course)

    again = Desk(desk.folder, course)
    assert desk.exercise(course[0]).read_text() == "# mine"
    assert [again.is_begun(lesson) for lesson in course] == [True, False, False]


def test_a_reset_keeps_what_it_replaces(desk, course):
    stub = desk.exercise(course[0]).read_text()
    for number in (1, 2):
        desk.exercise(course[0]).write_text(f"# mine {number}")
        kept = desk.reset(course[0])
        assert [path.name for path in kept] == [f"exercise.py.before-reset-{number}"]
        assert kept[0].read_text() == f"# mine {number}"
    assert desk.exercise(course[0]).read_text() == stub
    assert desk.reset(course[0]) == []


def test_a_reset_brings_back_what_was_deleted(desk, course):
    for path in desk.place(course[0]).iterdir():
        path.unlink()
    desk.place(course[0]).rmdir()
    assert desk.reset(course[0]) == []
    assert desk.exercise(course[0]).is_file()
    assert not desk.is_begun(course[0])


def test_a_second_terminal_is_made_ready_where_that_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(folders.sys, "executable", str(tmp_path / "my bin" / "python"))
    assert folders.activation() == ""
    (tmp_path / "my bin").mkdir()
    (tmp_path / "my bin" / "activate").touch()
    assert folders.activation() == f". '{tmp_path}/my bin/activate'; "
