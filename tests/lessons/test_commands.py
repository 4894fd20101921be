"""Every command that a text shows is run, in a copy of the lesson's folder."""

import shlex
import shutil
import subprocess
from contextlib import ExitStack

import pytest

from lab.processes import free_port, running
from tests.lessons.course import LESSONS, commands, copied, environment, texts_of

SERVES = (
    ("gunicorn",),
    ("uvicorn",),
    ("python", "app.py"),
    ("python", "server.py"),
    ("python", "exercise.py"),
    ("tandem", "run"),
)
BLOCKS = [
    pytest.param(lesson, block, id=f"{lesson.name}-{text.stem}-{number}")
    for lesson in LESSONS
    for text in texts_of(lesson)
    if text.exists()
    for number, block in enumerate(commands(text), 1)
    if any(command != lesson.experiment["command"] for command in block)
]
PATIENCE = 60.0  # seconds for a command


@pytest.mark.server
@pytest.mark.timeout(180)
@pytest.mark.parametrize(("lesson", "block"), BLOCKS)
def test_what_a_text_has_typed_works(lesson, block, tmp_path):
    folder, port = copied(lesson, tmp_path), free_port()

    with ExitStack() as servers:
        for typed in block:
            command = typed.replace("8000", str(port)).removesuffix("&").strip()
            words = shlex.split(command, comments=True)
            if any(tuple(words[: len(begin)]) == begin for begin in SERVES):
                servers.enter_context(running(words, cwd=folder, env=environment(port), port=port))
            elif typed != lesson.experiment["command"]:  # which has a test of its own
                _run(command, folder, port)


def _run(command, folder, port):
    if shutil.which(shlex.split(command)[0], path=environment(port)["PATH"]) is None:
        pytest.skip(f"{shlex.split(command)[0]} is not installed")
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=environment(port),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
