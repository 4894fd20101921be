import json
import os
import sys

import pytest

from core import App
from lab.errors import LabError, WrongUsageError
from lab.run import launch
from lab.run.door import VARIABLE
from lab.run.finding import Found
from lab.run.launch import Launch
from lab.run.wish import Wish

URL = "http://127.0.0.1:81"


def noisy(text, wanted, preferred):
    """Finds what the name says, and prints as a module may."""
    print(text)  # noqa: T201
    print(text, file=sys.stderr)  # noqa: T201
    name = text.rpartition(":")[2]
    return Found(text, wanted or preferred, App() if name == "site" else len)


@pytest.fixture(autouse=True)
def _found(monkeypatch):
    monkeypatch.setattr("lab.run.wish.found_in", noisy)


def launched(text="m:app", server="gunicorn", socket=None, **wish):
    ready = None if socket is None else 6
    return Launch(Wish(text, server, "127.0.0.1", 81, **wish), URL, 81, socket, ready)


def test_it_comes_through_a_command_line():
    made = launched(socket=5, is_dev=True)
    words = made.arguments()
    assert words[:2] == ["-m", "lab.run.launch"]
    assert Launch.parse(words[2]) == made


def test_an_application_is_served_by_the_command_that_a_person_types(capfd):
    told, words, variables = launched().command()
    assert words[-1] == "m:app"
    assert variables == {}
    assert told.splitlines()[0] == f"Serving m:app (WSGI) on {URL} by gunicorn. Ctrl-C stops it."
    assert told.splitlines()[1].startswith("The same by hand: python -m gunicorn --workers 1 ")
    assert capfd.readouterr() == ("", "")


def test_an_app_is_served_by_the_door():
    told, words, variables = launched("m:site", "uvicorn").command()
    assert words[-1] == "lab.run.door:app"
    assert json.loads(variables[VARIABLE]) == {
        "name": "m:site",
        "face": "asgi",
        "is_dev": False,
        "ready": None,
    }
    assert "by hand" not in told


@pytest.mark.parametrize(("server", "ready"), [("own", None), ("gunicorn", 6), ("uvicorn", 6)])
def test_on_a_socket_the_door_tells_that_it_is_there_unless_the_server_does(server, ready):
    told, words, variables = launched(server=server, socket=5, is_reloaded=True).command()
    assert "lab.run.door:app" in words
    assert json.loads(variables[VARIABLE])["ready"] == ready
    assert ", with reload. Ctrl-C stops it." in told


def test_development_is_told_of():
    told, _, variables = launched(socket=5, is_dev=True).command()
    assert "by gunicorn, for development." in told
    assert json.loads(variables[VARIABLE])["is_dev"] is True


@pytest.mark.parametrize(
    ("server", "face", "asked"),
    [
        ("own", None, (None, "asgi")),
        ("own", "wsgi", ("wsgi", "asgi")),
        ("gunicorn", None, (None, "wsgi")),
        ("uvicorn", None, ("asgi", "asgi")),
    ],
)
def test_the_server_says_which_interface_it_wants(monkeypatch, server, face, asked):
    seen = []
    monkeypatch.setattr("lab.run.wish.found_in", lambda text, *faces: seen.append(faces))
    Wish("m", server, "127.0.0.1", 81, face).found()
    assert seen == [asked]


class Left(BaseException):
    """In place of what does not come back."""


def raising(seen):
    def leave(*arguments):
        seen.extend(arguments)
        raise Left

    return leave


def test_the_program_becomes_the_server(monkeypatch, capfd):
    seen = []
    monkeypatch.setattr(sys, "argv", ["launch", launched("m:site").arguments()[2]])
    monkeypatch.setattr(launch.os, "execve", raising(seen))
    with pytest.raises(Left):
        launch.main()
    program, words, environment = seen
    assert (program, words[0]) == (sys.executable, sys.executable)
    assert words[1:3] == ["-m", "gunicorn"]
    assert environment.keys() == os.environ.keys() | {VARIABLE}
    assert capfd.readouterr().err.startswith("Serving m:site (WSGI) on")


@pytest.mark.parametrize("kind", [LabError, WrongUsageError])
def test_what_can_not_be_served_is_told_and_is_the_exit_code(monkeypatch, capfd, kind):
    def fail(*arguments):
        raise kind("there is nothing")

    seen = []
    monkeypatch.setattr("lab.run.wish.found_in", fail)
    monkeypatch.setattr(sys, "argv", ["launch", launched().arguments()[2]])
    monkeypatch.setattr(launch.os, "_exit", raising(seen))
    with pytest.raises(Left):
        launch.main()
    assert seen == [kind.exit_code]
    assert capfd.readouterr().err == "Error: there is nothing\n"
