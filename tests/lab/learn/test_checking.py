"""The loop of the watch mode, and its checks in a thread, without another process around them."""

import io
import os
import pty
import queue
import sys
import threading

import pytest
from rich.console import Console

from lab.errors import LabError
from lab.learn import desk as desks
from lab.learn.checking import Checking
from lab.learn.experiments import run_command
from lab.learn.watching import watch

PATIENCE = 60.0  # seconds


@pytest.fixture
def checking(desk):
    """A check in a thread, whose news are taken in here, and the verdicts that it has told."""
    news, told = queue.Queue(), []
    made = Checking(desk, news.put, lambda lesson, verdict: told.append((lesson, verdict)), 60.0)
    yield made, news, told
    made.drop()


def test_a_verdict_is_told_as_it_grows_and_a_solved_lesson_is_kept(checking, solve, desk):
    made, news, told = checking
    lesson = solve(1)
    made.begin(lesson)
    assert [verdict.state for _, verdict in told] == ["running"]

    while told[-1][1].state == "running":
        news.get(timeout=PATIENCE)()

    assert told[-1][1].is_solved
    assert desk.still_passes(lesson)
    assert told[1][1].steps[0].state != told[-1][1].steps[-1].state  # each is a copy


def test_what_was_dropped_tells_nothing_more(checking, solve, desk):
    made, news, told = checking
    lesson = desk.lesson("1")
    desk.exercise(lesson).write_text("while True: pass")
    made.begin(lesson)
    made.begin(solve(1))

    while told[-1][1].state == "running":
        news.get(timeout=PATIENCE)()

    assert {verdict.state for _, verdict in told} == {"running", "solved"}


def test_a_check_that_cannot_be_run_is_told(checking, desk, monkeypatch):
    made, news, told = checking

    def fails(*arguments, **options):
        raise OSError("no more processes")

    monkeypatch.setattr(desks, "judged", fails)
    made.begin(desk.current)
    news.get(timeout=PATIENCE)()
    assert told[-1][1].plain == "the check could not be run: no more processes"


@pytest.fixture
def typed(monkeypatch):
    """Have these keys come from a terminal that is stdin."""
    types, program = pty.openpty()
    with os.fdopen(types, "wb", buffering=0) as keys, os.fdopen(program) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield keys.write


class Typist(io.StringIO):
    """A screen, and somebody before it who types when the keys are shown."""

    def __init__(self, typed):
        super().__init__()
        self.typed = typed

    def write(self, text):
        if "check this one again" in text:
            self.typed(b"q1eyqq")
        return super().write(text)


def test_keys_are_taken_in_until_q_and_a_check_that_runs_is_dropped(typed, desk):
    desk.exercise(desk.current).write_text("while True: pass")
    screen = Typist(typed)
    typed(b"?")
    before = threading.active_count()

    watch(desk, Console(file=screen, width=80, height=24))

    assert threading.active_count() == before
    assert "$ python app.py" in screen.getvalue()
    assert desk.done(desk.current).guess == 1


def test_a_command_that_there_is_not_and_a_folder_that_there_is_not_are_told(tmp_path):
    with pytest.raises(LabError, match="no_such_command x could not be run"):
        run_command("no_such_command x", tmp_path)
    with pytest.raises(LabError, match="a reset of the lesson brings it back"):
        run_command("tandem --version", tmp_path / "gone")
    assert run_command("tandem --version", tmp_path) == 0
