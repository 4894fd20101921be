"""Each exercise: the stub is told what is missing, the solution passes, and both stay alike."""

import ast
import difflib
import json
import subprocess
import sys

import pytest

from tests.lessons.course import WITHOUT_FRAMEWORK, copied, each_lesson

FRAMEWORK = {"core", "wsgi_adapter", "asgi_adapter"}


def judged(lesson, exercise, folder):
    """The events of the check of this exercise, in a learner's folder."""
    (folder / "exercise.py").write_text(exercise.read_text("utf-8"))
    done = subprocess.run(
        [sys.executable, "-m", "lab.learn.judge", lesson.folder / "check.py", "exercise.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=55,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"event"')]
    return [json.loads(line) for line in lines], done.returncode, done.stderr


@each_lesson
def test_the_stub_fails_with_its_message(lesson, tmp_path):
    events, code, errors = judged(lesson, lesson.folder / "exercise.py", copied(lesson, tmp_path))

    assert (events[-1]["event"], code) == ("failed", 1), f"{events[-1]}\n{errors}"
    assert lesson.stub_says in " ".join(str(value) for value in events[-1].values())


@each_lesson
@pytest.mark.timeout(120)
def test_the_solution_passes(lesson, tmp_path):
    events, code, errors = judged(lesson, lesson.solution / "exercise.py", copied(lesson, tmp_path))

    assert (events[-1]["event"], code) == ("solved", 0), f"{events[-1]}\n{errors}"
    assert sum(event["event"] == "passed" for event in events) >= 2


@each_lesson
def test_stub_and_solution_differ_only_where_there_is_work(lesson):
    stub, solved = (
        (folder / "exercise.py").read_text("utf-8").splitlines()
        for folder in (lesson.folder, lesson.solution)
    )

    assert stub != solved
    assert difflib.SequenceMatcher(None, stub, solved).ratio() > 0.4


@each_lesson
def test_the_solution_is_found_only_where_it_belongs(lesson, tmp_path):
    assert not {"check.py", "lesson.toml", "why.md"} & {
        path.name for path in copied(lesson, tmp_path).iterdir()
    }


@each_lesson
def test_a_lesson_imports_no_other_lesson_and_the_first_no_framework(lesson):
    siblings = {path.stem for path in lesson.folder.glob("*.py")}
    allowed = set(sys.stdlib_module_names) | siblings | {"lab", "exercise"}
    if lesson.number not in WITHOUT_FRAMEWORK:
        allowed |= FRAMEWORK | {"a2wsgi", "msgspec"}

    for path in [*lesson.folder.glob("*.py"), lesson.solution / "exercise.py"]:
        if path.name != "check.py":
            assert _imported(path) <= allowed, path


def _imported(path):
    """The top names of what a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}
