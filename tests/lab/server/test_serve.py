"""`serve` and `python -m lab.server`, up to where a socket is served; the rest is end to end."""

import asyncio
import os
import re
import shlex
import socket
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest

from lab.errors import LabError, WrongUsageError
from lab.server import serve, serving
from lab.server.__main__ import main
from lab.server.faces import host_of, imported
from lab.server.listener import PortInUse, bound, inherited, url_of
from lab.server.settings import Limits, Timeouts
from lab.server.steps import Step


async def app(scope, receive, send):
    raise NotImplementedError


@pytest.fixture
def calls(monkeypatch):
    """Where it would have listened, and what it would have served there."""
    made = []

    class Socket:
        def __init__(self, host, port):
            self.address = (host, port)

    monkeypatch.setattr(serving, "bound", Socket)
    monkeypatch.setattr(
        serving, "run", lambda app, sock, **options: made.append((app, sock.address, options))
    )
    monkeypatch.setattr(serving, "supervise", lambda *arguments: made.append(arguments) or 0)
    monkeypatch.delenv("PORT", raising=False)
    return made


def test_an_application_is_served_on_loopback_and_port_8000(calls):
    serve(app)
    ((served, address, options),) = calls
    assert (served, address) == (app, ("127.0.0.1", 8000))
    assert options == {
        "face": None,
        "threads": 16,
        "limits": None,
        "timeouts": None,
        "on_step": None,
    }


def test_what_is_chosen_is_handed_on(calls):
    limits, timeouts, steps = Limits(body=1), Timeouts(head=1), []
    serve(
        "shop:app",
        "::1",
        9000,
        face="wsgi",
        threads=2,
        limits=limits,
        timeouts=timeouts,
        steps=steps.append,
        access_log=False,
    )
    ((served, address, options),) = calls
    assert (served, address) == ("shop:app", ("::1", 9000))
    options["on_step"]("a step")
    assert steps == ["a step"]
    assert (options["face"], options["threads"]) == ("wsgi", 2)
    assert (options["limits"], options["timeouts"]) == (limits, timeouts)


def test_steps_are_printed(calls, capsys):
    serve(app, steps=True)
    calls[0][2]["on_step"](Step(1, "end", None, 0.0, "Task-1"))
    assert capsys.readouterr().err.startswith("#1     0.00 Task-1    end")


def test_an_import_string_may_be_reloaded(calls):
    serve("shop:app", port=9000, reload=True)
    assert calls == [("shop:app", "127.0.0.1", 9000, None, True, [])]


def test_reload_with_an_application_object_says_what_to_write(calls):
    with pytest.raises(ValueError, match="needs an import string"):
        serve(app, reload=True)
    assert calls == []


def test_a_supervisor_that_fails_is_told(calls, monkeypatch):
    monkeypatch.setattr(serving, "supervise", lambda *_: 1)
    with pytest.raises(SystemExit, match="the server has ended"):
        serve("shop:app", reload=True)


def test_the_port_comes_from_the_environment_when_it_is_not_given(calls, monkeypatch):
    monkeypatch.setenv("PORT", "9001")
    serve(app)
    serve(app, port=9002)
    assert [address for _, address, _ in calls] == [("127.0.0.1", 9001), ("127.0.0.1", 9002)]


@pytest.mark.parametrize("text", ["http", "-1", "65536", "", "\uff18\uff10"])
def test_a_port_that_is_no_port_is_named(calls, monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(SystemExit, match="the environment variable PORT is a number"):
        serve(app)


def test_an_empty_host_is_not_every_address():
    with pytest.raises(WrongUsageError, match="a host is an address, as "):
        bound("", 0)


def test_a_server_in_another_thread_is_told_where_it_belongs():
    found = []

    def serving():
        with pytest.raises(WrongUsageError, match=r"in the main thread: .*; got 'second'"):
            serve(app, port=0)
        found.append(1)

    thread = threading.Thread(target=serving, name="second")
    thread.start()
    thread.join()
    assert found == [1]


def test_a_face_that_is_none_is_named(calls):
    with pytest.raises(WrongUsageError, match="face is"):
        serve(app, face="http")
    assert calls == []


def test_a_mistake_is_raised_and_a_failure_ends_the_program(monkeypatch):
    def fail(error):
        def run(*_, **__):
            raise error

        monkeypatch.setattr(serving, "run", run)
        monkeypatch.setattr(serving, "bound", lambda host, port: None)
        serve(app, port=0)

    with pytest.raises(WrongUsageError):
        fail(WrongUsageError("no face"))
    with pytest.raises(SystemExit, match="no database"):
        fail(LabError("no database"))


@pytest.mark.parametrize("missing", ["h11", "wsproto"])
def test_a_missing_library_names_the_extra(missing):
    code = f"import sys; sys.modules[{missing!r}] = None; import lab.server"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert finished.returncode == 1
    assert "install Tandem with its extra `serve`" in finished.stderr


# Listening.


def test_a_port_in_use_is_told_with_what_to_do():
    with closing(bound("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortInUse, match=f"port {port} of 127.0.0.1 is in use.*PORT={port + 1}"):
            bound("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("192.0.2.1", 0, "can't listen on port 0 of '192.0.2.1'"),
        ("no.such.host.invalid", 0, "can't listen"),
        ("127.0.0.1", 70_000, "can't listen on port 70000"),
    ],
)
def test_an_address_that_is_not_ours_is_told(host, port, words):
    with pytest.raises(LabError, match=words):
        bound(host, port)


def test_a_port_that_is_not_allowed_is_told(monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "no")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(LabError, match="port 80 is not allowed"):
        bound("127.0.0.1", 80)


def test_a_socket_can_be_inherited():
    with (
        closing(bound("127.0.0.1", 0)) as listening,
        closing(inherited(os.dup(listening.fileno()))) as same,
    ):
        assert same.getsockname() == listening.getsockname()


def test_what_is_no_socket_is_told():
    with pytest.raises(LabError, match="got 999"):
        inherited(999)


@pytest.mark.parametrize(
    ("name", "url"),
    [(("127.0.0.1", 80), "http://127.0.0.1:80"), (("::1", 80, 0, 0), "http://[::1]:80")],
)
def test_the_url_is_one(name, url):
    class Socket:
        def getsockname(self):
            return name

    assert url_of(Socket()) == url


# The command.


@pytest.fixture
def ran(monkeypatch):
    made = []
    command = sys.modules[main.__module__]
    monkeypatch.setattr(
        command, "run", lambda *arguments, **options: made.append((arguments, options))
    )
    monkeypatch.setattr(command, "supervise", lambda *arguments: made.append(arguments) or 3)
    monkeypatch.setattr(command, "bound", lambda host, port: (host, port))
    return made


def test_the_command_serves(ran):
    main(["shop:app"])
    ((arguments, options),) = ran
    assert arguments == ("shop:app", ("127.0.0.1", 8000))
    assert (options["limits"], options["timeouts"]) == (Limits(), Timeouts())
    assert (options["face"], options["threads"], options["on_step"]) == (None, 16, None)
    options["on_ready"]()


def test_the_commands_of_the_page_are_right(ran):
    page = (Path(__file__).parents[3] / "docs" / "own_server.md").read_text("utf-8")
    commands = re.findall(r"^\$ python -m lab\.server ([^#\n]*)", page, re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        with suppress(SystemExit):
            main(shlex.split(command))
        assert ran.pop()
        asyncio.run(made(imported(command.split()[0])))


async def made(app):
    return host_of(app)


def test_each_number_is_an_option(ran):
    main(["a:b", "--limit-body", "7", "--timeout-keep-alive", "0.5", "--threads", "3", "--steps"])
    ((_, options),) = ran
    assert options["limits"] == Limits(body=7)
    assert options["timeouts"] == Timeouts(keep_alive=0.5)
    assert options["threads"] == 3
    assert options["on_step"] is not None


def test_the_command_reloads(ran):
    with pytest.raises(SystemExit) as ended:
        main(["a:b", "--reload", "--face", "wsgi", "--no-access-log", "--port", "9"])
    assert ended.value.code == 3
    assert ran == [("a:b", "127.0.0.1", 9, "wsgi", False, [])]


def test_a_socket_and_a_pipe_are_handed_over(ran):
    readable, writable = os.pipe()
    with closing(socket.socket()) as listening, open(readable, "rb") as ready:
        main(["a:b", "--fd", str(os.dup(listening.fileno())), "--ready-fd", str(writable)])
        ((arguments, options),) = ran
        arguments[1].close()
        options["on_ready"]()
        assert ready.read() == b"ready"


def test_a_failure_is_told_in_a_sentence(ran, monkeypatch, capsys):
    def fail(*_, **__):
        raise WrongUsageError("there is no module 'a'")

    monkeypatch.setattr(sys.modules[main.__module__], "run", fail)
    with pytest.raises(SystemExit) as ended:
        main(["a:b"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "error: there is no module 'a'\n"


# Numbers.


@pytest.mark.parametrize(("kind", "name"), [(Limits, "body"), (Timeouts, "head")])
@pytest.mark.parametrize("value", [0, -1])
def test_a_number_is_above_0(kind, name, value):
    with pytest.raises(
        ValueError, match=f"{kind.__name__}: {name} is a number above 0; got {value}"
    ):
        kind(**{name: value})


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--limit-body=0", "Limits: body is a number above 0; got 0"),
        ("--timeout-head=nan", "Timeouts: head is a number above 0; got nan"),
        ("--threads=0", "argument --threads: a number above 0 is wanted; got 0"),
    ],
)
def test_a_number_that_can_not_be_is_told_in_a_sentence(capsys, option, told):
    with pytest.raises(SystemExit) as raised:
        main(["a:b", option])
    assert raised.value.code == 2
    assert told in capsys.readouterr().err


def test_the_command_takes_the_port_of_the_environment_too(capsys, monkeypatch):
    monkeypatch.setenv("PORT", "none")
    with pytest.raises(SystemExit):
        main(["a:b"])
    assert "PORT is a number from 0 to 65535; got 'none'" in capsys.readouterr().err


def test_a_restarted_server_is_served_with_the_same_numbers(monkeypatch, calls):
    made = []
    monkeypatch.setattr(serving, "supervise", lambda *arguments: made.append(arguments[-1]) or 0)
    monkeypatch.setattr(sys.modules[main.__module__], "supervise", serving.supervise)
    chosen = ["--threads", "3", "--steps", "--limit-body", "7", "--timeout-head", "2.5"]
    with pytest.raises(SystemExit):
        main(["a:b", "--reload", *chosen])
    serve(
        "a:b",
        reload=True,
        threads=3,
        steps=True,
        limits=Limits(body=7),
        timeouts=Timeouts(head=2.5),
    )
    assert made == [chosen, chosen]


def test_an_observer_can_not_watch_another_process():
    with pytest.raises(ValueError, match="there steps is True"):
        serve("a:b", reload=True, steps=print)
