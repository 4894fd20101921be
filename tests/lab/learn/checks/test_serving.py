"""An application on a real server, and requests that are sent at once."""

import pytest

from lab.learn.checks import Unmet
from lab.learn.checks.load import at_once, seconds_in_all
from lab.learn.checks.serving import on_gunicorn
from lab.processes import free_port

pytestmark = pytest.mark.server

PROGRAM = """
import os

def application(environ, start_response):
    body = os.environ["GREETING"].encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


def test_a_module_of_a_folder_is_served(tmp_path):
    (tmp_path / "exercise.py").write_text(PROGRAM)

    with on_gunicorn(
        "exercise:application", folder=tmp_path, variables={"GREETING": "good morning"}
    ) as server:
        answers = at_once(server.port, clients=3)

    assert [(answer.status, answer.body) for answer in answers] == [(200, b"good morning")] * 3
    assert seconds_in_all(answers) >= max(answer.done - answer.sent for answer in answers)


def test_a_server_that_does_not_start_is_told_with_its_last_words(tmp_path):
    (tmp_path / "exercise.py").write_text("raise ValueError('not today')\n")

    with pytest.raises(Unmet) as raised, on_gunicorn("exercise:application", folder=tmp_path):
        pass

    assert raised.value.what == "gunicorn exercise:application"
    assert "not today" in raised.value.came


def test_a_client_without_an_answer_is_told_as_such():
    answers = at_once(free_port(), clients=2, timeout=5.0)

    assert [(answer.status, bool(answer.error)) for answer in answers] == [(0, True)] * 2
