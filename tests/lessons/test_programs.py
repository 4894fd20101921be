"""Each lesson's program is served by gunicorn, by uvicorn, and by itself."""

import sys
import urllib.request

import pytest

from lab.processes import running
from tests.lessons.course import copied, each_lesson, environment

COMMANDS = {
    "gunicorn": ("-m", "gunicorn", "--bind", "127.0.0.1:{port}", "app:application"),
    "uvicorn": ("-m", "uvicorn", "--port", "{port}", "app:app"),
    "itself": ("app.py",),
}


@each_lesson
@pytest.mark.server
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_the_program_answers(lesson, command, tmp_path, unused_port):
    folder = copied(lesson, tmp_path)
    given = environment(unused_port)
    del given["GUNICORN_CMD_ARGS"]

    with (
        running(
            [sys.executable, *command], cwd=folder, env=given, port=unused_port, ready="/"
        ) as server,
        urllib.request.urlopen(f"{server.url}/", timeout=20) as answer,
    ):
        assert answer.status == 200
