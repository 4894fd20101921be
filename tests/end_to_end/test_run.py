"""`tandem run` as a person uses it: real servers, reload, signals; nothing is left behind."""

import re
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager, suppress
from os import kill
from pathlib import Path
from uuid import uuid4

import pytest

from lab.processes import ServerStartError, free_port, running
from tests.end_to_end.exchange import Closed, Conversation, ask, request_bytes
from tests.end_to_end.servers import ROOT, environment

pytestmark = pytest.mark.server
WAIT = 20.0  # seconds, at most
SAYS = """
from core import App
site = App()
@site.get("/")
def home():
    return "{}"
"""


def until(condition, what):
    """Wait until it is true."""
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, what() if callable(what) else what
        time.sleep(0.02)


def marked(mark):
    """The processes that run with this in their environment; those that have ended are none."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (directory / "environ").read_bytes():
                found.append(int(directory.name))
    return found


@pytest.fixture
def tandem(tmp_path):
    """Run `tandem run` in a directory; in the end nothing of it may be there."""
    mark = f"TANDEM_TEST={uuid4()}"

    def run(*arguments, cwd=tmp_path, port="--port {port}", listens=None, ready="/", **variables):
        name, _, value = mark.partition("=")
        given = environment(PYTHONPATH=str(ROOT), **variables, **{name: value})
        command = [sys.executable, "-m", "lab", "run", *arguments, *port.split()]
        return running(command, cwd=cwd, env=given, port=listens, ready=ready)

    yield run
    try:
        until(lambda: not marked(mark), lambda: f"left behind: {marked(mark)}")
    finally:
        for pid in marked(mark):
            with suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)


def told(server, *signals):
    """Send it the signals; its exit code, when it has ended."""
    for number in signals:
        kill(server.pid, number)
    return server._process.wait(WAIT)


SERVED = [
    # arguments, what is told, who answers
    ("examples.tasks", "examples.tasks:app (ASGI)", "tandem"),
    ("examples.tasks --face wsgi", "examples.tasks:application (WSGI)", "tandem"),
    ("examples.tasks --server gunicorn", "examples.tasks:application (WSGI)", "gunicorn"),
    ("examples.tasks:app --server gunicorn", "examples.tasks:app (ASGI)", "gunicorn/asgi"),
    ("examples.tasks:site --server gunicorn --face asgi", "tasks:site (ASGI)", "gunicorn/asgi"),
    ("examples.raw --server gunicorn --workers 2", "examples.raw:application", "gunicorn"),
    ("examples.raw --server uvicorn", "examples.raw:app (ASGI)", "uvicorn"),
    ("examples.tasks:site --server uvicorn --workers 2", "tasks:site (ASGI)", "uvicorn"),
]


@pytest.mark.parametrize(("arguments", "name", "answers"), SERVED)
def test_each_server_serves_says_what_and_where_and_leaves_nothing(
    tandem, arguments, name, answers
):
    number = signal.SIGTERM if "--workers" in arguments else signal.SIGINT
    with tandem(*arguments.split(), cwd=ROOT) as server:
        with urllib.request.urlopen(f"{server.url}/hello", timeout=WAIT) as answer:
            assert (answer.status, answer.headers["server"]) == (200, answers)
        assert name in server.log()
        assert f" on {server.url} by " in server.log()
        assert "Ctrl-C stops it." in server.log()
        assert ("The same by hand: python -m " in server.log()) is (
            "--server" in arguments and ":site" not in arguments
        )
        assert told(server, number) == 0
        assert "Traceback" not in server.log()


def test_the_port_may_come_from_the_environment(tandem):
    port = free_port()
    with tandem("examples.raw", cwd=ROOT, port="", listens=port, PORT=str(port)) as server:
        assert f"on http://127.0.0.1:{port} by" in server.log()


@pytest.mark.parametrize("options", [[], ["--server", "gunicorn"]])
def test_with_port_0_the_chosen_one_is_told(tandem, options):
    def url():
        found = re.search(r"on (http://127.0.0.1:[1-9]\d+) by", started.log())
        return found[1] if found else ""

    # `running` waits for a port, so it is given one that is there already
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        listens = other.getsockname()[1]
        with tandem(
            "examples.raw", *options, cwd=ROOT, port="--port 0", listens=listens, ready=None
        ) as started:
            until(lambda: url() and answers(url()), started.log)


def answers(url):
    with suppress(OSError), urllib.request.urlopen(url, timeout=WAIT) as answer:
        return answer.status == 200
    return False


# Reload.


def says(text):
    """A program that says this; texts differ in length, for Python's cache looks at the size."""
    return SAYS.format(text)


def body(server):
    return ask(server, "GET", "/").body


@pytest.mark.parametrize("options", ["--server own", "--server gunicorn", "--server uvicorn"])
def test_a_changed_file_is_served_a_broken_one_is_shown_and_our_own_loses_nothing(
    tandem, tmp_path, options
):
    module = tmp_path / "changing.py"
    module.write_text(says("one"))
    with tandem("changing", "--reload", *options.split()) as server:
        answered, lost, ended = set(), [], threading.Event()

        def ask_on():
            while not ended.is_set():
                try:
                    answered.add(body(server))
                except (OSError, Closed) as error:
                    lost.append(error)
                ended.wait(0.05)

        asking = threading.Thread(target=ask_on)
        asking.start()
        try:
            until(lambda: b"one" in answered, "the first is not served")
            module.write_text("def broken(:\n")
            until(lambda: "the one before goes on" in server.log(), server.log)
            assert "SyntaxError: invalid syntax" in server.log()
            assert 'changing.py", line 1' in server.log()
            assert body(server) == b"one"
            module.write_text(says("two, then"))
            until(lambda: b"two, then" in answered, server.log)
        finally:
            ended.set()
            asking.join()
        assert answered == {b"one", b"two, then"}
        if "own" in options:  # others may close a connection that was accepted and not read yet
            assert lost == []
        assert "changing.py has changed" in server.log()
        assert told(server, signal.SIGINT) == 0


@pytest.mark.parametrize("options", ["--server own", "--server gunicorn"])
def test_a_module_that_is_broken_from_the_beginning_is_waited_for(tandem, tmp_path, options):
    module = tmp_path / "changing.py"
    module.write_text("undefined\n")
    with tandem("changing", "--reload", *options.split(), ready=None) as server:
        until(lambda: "it is tried again after a change" in server.log(), server.log)
        assert "NameError: name 'undefined' is not defined" in server.log()
        with closing(Conversation(server)) as waiting:
            waiting.send(request_bytes("GET", "/"))
            module.write_text(says("mended"))
            until(lambda: waiting.hears_something(WAIT), server.log)
            assert waiting.answer().body == b"mended"
        assert told(server, signal.SIGTERM) == 0


def test_a_server_that_ends_by_itself_is_told_and_started_again_after_a_change(tandem, tmp_path):
    module = tmp_path / "ending.py"
    module.write_text(says("one") + "import os\nsite.get('/end')(lambda: os._exit(7))\n")
    with tandem("ending", "--reload") as server:
        with suppress(OSError, Closed):
            ask(server, "GET", "/end")
        until(lambda: "the server has ended by itself" in server.log(), server.log)
        module.write_text(says("two, then"))
        until(lambda: body(server) == b"two, then", server.log)


@pytest.mark.parametrize("options", [[], ["--reload"]])
def test_a_module_that_is_not_there_is_wrong_usage(tandem, tmp_path, options):
    (tmp_path / "tasks.py").touch()
    with pytest.raises(ServerStartError, match="ended with exit code 2") as raised:
        tandem("task", *options).__enter__()
    assert "there is no module 'task' in this directory: did you mean tasks?" in str(raised.value)


@pytest.mark.parametrize("options", [["--server", "gunicorn"], ["--server", "uvicorn"], []])
def test_an_application_that_does_not_start_is_told(tandem, options):
    name = "tests.end_to_end.apps.failing_startup:app"
    with pytest.raises(ServerStartError, match="ended with exit code 1") as raised:
        tandem(name, *options, cwd=ROOT).__enter__()
    assert "the database is not there" in str(raised.value)


# Development.


def test_in_development_errors_are_shown_and_holders_of_the_loop_are_named(tandem, tmp_path):
    (tmp_path / "slow.py").write_text(
        "import time\n"
        + says("one")
        + "@site.get('/held')\nasync def held():\n    time.sleep(0.2)\n    return 'held'\n"
        "@site.get('/bug')\ndef bug():\n    raise KeyError('planted')\n"
    )
    with tandem("slow", "--dev") as server:
        assert ask(server, "GET", "/held").body == b"held"
        until(lambda: "held the event loop for" in server.log(), server.log)
        assert "async def held (slow.py:9)" in server.log()
        with pytest.raises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(f"{server.url}/bug", timeout=WAIT)
        with raised.value as error:
            assert error.code == 500
            assert b"planted" in error.read()


# The end.

LATE = """
import asyncio, os, sys
from core import App
site = App()
@site.get("/")
async def home():
    return "here"
@site.get("/late")
async def late():
    sys.stderr.write("asked\\n")
    await asyncio.sleep(float(os.environ["PAUSE"]))
    return "late"
"""


@pytest.fixture
def late(tandem, tmp_path):
    """Run a program that answers late; the server, and a client that has asked it."""
    (tmp_path / "late.py").write_text(LATE)

    @contextmanager
    def run(pause, *arguments):
        with (
            tandem("late", *arguments, PAUSE=pause) as server,
            closing(Conversation(server)) as asking,
        ):
            asking.send(request_bytes("GET", "/late"))
            until(lambda: "asked\n" in server.log(), server.log)
            yield server, asking

    return run


@pytest.mark.parametrize(
    "options", ["own", "own --reload", "gunicorn", "uvicorn", "uvicorn --reload"]
)
def test_what_was_asked_is_answered_and_then_it_ends(late, options):
    with late("0.2", "--server", *options.split()) as (server, asking):
        kill(server.pid, signal.SIGINT)
        assert asking.answer().body == b"late"
        assert server._process.wait(WAIT) == 0


@pytest.mark.parametrize("options", ["", "--server gunicorn", "--server uvicorn --reload"])
def test_a_second_ctrl_c_does_not_wait(late, options):
    def has_ended():
        with suppress(ProcessLookupError):
            kill(server.pid, signal.SIGINT)  # two at once count as one, so it is told until it ends
        return server.returncode is not None

    with late("600", *options.split()) as (server, _):
        until(has_ended, server.log)


# `python app.py`


SERVED_BY_HAND = """
import sys
for name in ("click", "rich", "gunicorn", "uvicorn", "uvloop", "httptools", "watchfiles", "a2wsgi"):
    sys.modules[name] = None
import runpy
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.mark.parametrize("script", ["examples/raw.py", "examples/tasks.py"])
def test_a_program_serves_itself_with_h11_and_wsproto_alone(tandem, script):
    port = free_port()
    variables = environment(PYTHONPATH=str(ROOT), PORT=str(port))
    command = [sys.executable, "-c", SERVED_BY_HAND, script]
    with running(command, cwd=ROOT, env=variables, port=port, ready="/") as server:
        assert ask(server, "GET", "/hello").status == 200
        assert told(server, signal.SIGINT) == 0
