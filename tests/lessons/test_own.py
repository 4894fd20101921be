"""What a learner is shown of a server of their own, once the exercise is solved."""

import shlex
import subprocess

import pytest

from lab.processes import free_port
from tests.lessons.course import copied, each_lesson, environment


@each_lesson
@pytest.mark.server
@pytest.mark.timeout(180)
def test_ones_own_is_shown(lesson, tmp_path):
    folder = copied(lesson, tmp_path)
    (folder / "exercise.py").write_text((lesson.solution / "exercise.py").read_text("utf-8"))

    done = subprocess.run(
        shlex.split(lesson.own),
        cwd=folder,
        env=environment(free_port()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert (done.returncode, bool(done.stdout)) == (0, True), done.stdout + done.stderr
    if "compare" in lesson.own:
        assert (folder / "tandem-report" / "report.html").exists()
