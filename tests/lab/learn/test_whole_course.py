"""The course from first to last, in one terminal, by what a learner types and saves."""

import sys

import pytest

from lab.learn import folder as folders
from lab.learn.course import lessons
from tests.lab.learn.terminal import Terminal

pytestmark = [pytest.mark.timeout(300), pytest.mark.server]
LESSONS = lessons()
LIMIT = "120"  # seconds for a check, on a busy machine


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("learner") / "course"
    folders.make(folder, LESSONS)
    return folder


@pytest.fixture(scope="module")
def terminal(folder):
    command = [sys.executable, "-m", "lab", "learn", "--limit", LIMIT]
    with Terminal(command, folder, columns=100, rows=40) as opened:
        opened.wait_for("q quit")
        yield opened


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_is_solved_and_left_for_the_next(lesson, terminal, folder):
    head = f"{lesson.number}. {lesson.title[:60]}"
    if not terminal.screen().startswith(head) and lesson is not LESSONS[0]:
        terminal.type(f"\x1bl{lesson.number}\r")  # the one before was not solved
    assert "Guess first." in terminal.wait_for(head)

    terminal.type(str(lesson.prediction.answer))
    terminal.wait_for("Now measure it")
    terminal.type("h")
    terminal.wait_for("Hint 1 of 2")
    terminal.type("q")
    terminal.type("t")
    terminal.wait_for("key goes back")
    terminal.type("q")
    terminal.type("a")
    terminal.wait_for("That is right.")
    terminal.type("q")
    terminal.wait_for("Your guess was right")
    terminal.type("n")
    terminal.wait_for("n goes on once this lesson is solved")

    solution = (lesson.solution / folders.EXERCISE).read_text("utf-8")
    (folder / lesson.name / folders.EXERCISE).write_text(solution, "utf-8")
    terminal.wait_for("\nSolved.", patience=float(LIMIT))

    terminal.type("w")
    terminal.wait_for("key goes back")
    terminal.type("q")
    terminal.wait_for("\nSolved.")
    terminal.type("n")
    if lesson is LESSONS[-1]:
        terminal.wait_for("you have been through the course")
    else:
        after = LESSONS[LESSONS.index(lesson) + 1]
        terminal.wait_for(f"{after.number}. {after.title[:60]}")
