import signal
import socket
from contextlib import closing

import pytest
from click.testing import CliRunner

from core import App
from lab.__main__ import main
from lab.run import serving
from lab.run.finding import Found


@pytest.fixture
def tandem(monkeypatch):
    """Run `tandem run`; the port is one that the system chooses."""
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setattr(
        "lab.run.wish.found_in", lambda text, *faces: Found("m:site", "asgi", App())
    )

    def run(*arguments):
        return CliRunner().invoke(main, ["run", *arguments])

    return run


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'MODULE[:name]'"),
        (["m", "--server", "apache"], "'apache' is not one of 'own', 'gunicorn', 'uvicorn'"),
        (["m", "--face", "cgi"], "'cgi' is not one of 'wsgi', 'asgi'"),
        (["m", "--face", "wsgi", "--server", "uvicorn"], "uvicorn serves ASGI only"),
        (["m", "--port", "abc"], "Invalid value for '--port': 'abc' is not a valid"),
        (["m", "--port", "65536"], "65536 is not in the range"),
        (["m", "--workers", "0"], "Invalid value for '--workers'"),
        (["m", "--workers", "2"], "the own server is one process; got --workers 2"),
        (["m", "--workers", "2", "--server", "gunicorn", "--reload"], "with reload there is one"),
        (["m", "--workers", "2", "--server", "uvicorn", "--dev"], "with reload there is one"),
        (["m", "--dev", "--host", "0.0.0.0"], "--dev shows errors with their source"),
        (["m", "--dev", "--host", "example.org"], "got --host example.org"),
    ],
)
def test_wrong_usage_is_answered_in_a_sentence(tandem, arguments, said):
    done = tandem(*arguments)
    assert said in done.output
    assert "Traceback" not in done.output
    assert done.exit_code == 2


@pytest.mark.parametrize("port", ["abc", "", "-1", "65536", "٣"])
def test_a_port_of_the_environment_that_is_none_is_named(tandem, monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    done = tandem("m")
    assert "the environment variable PORT is a number from 0 to 65535; got" in done.output
    assert done.exit_code == 2


@pytest.mark.parametrize("server", ["own", "gunicorn", "uvicorn"])
@pytest.mark.parametrize("options", [(), ("--reload",)])
def test_a_port_in_use_is_told_in_a_sentence(tandem, server, options):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = str(other.getsockname()[1])
        done = tandem("m", "--server", server, "--port", port, *options)
    assert f"port {port} of 127.0.0.1 is in use: another program listens there" in done.output
    assert done.exit_code == 1


def test_the_own_server_runs_in_this_process(tandem, monkeypatch):
    seen = []
    monkeypatch.setattr(serving, "run_own", lambda *given, face: seen.append((given[1], face)))
    done = tandem("m")
    [(listening, face)] = seen
    assert face == "asgi"
    assert listening.fileno() == -1, "it is still open"
    assert "Serving m:site (ASGI) on http://127.0.0.1:" in done.output
    assert "by the project's own server. Ctrl-C stops it." in done.output
    assert done.exit_code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_it_serves_just_ends(tandem, monkeypatch, number):
    monkeypatch.setattr("lab.run.wish.found_in", lambda *given: signal.raise_signal(number))
    done = tandem("m")
    assert (done.exit_code, done.output) == (0, "")


class Ending:
    """A child that ends at once, with a code."""

    def __init__(self, code):
        self.code = code

    def __call__(self, arguments, descriptors=()):
        self.arguments, self.descriptors = arguments, descriptors
        return self

    def wait(self, bell):
        return self.code


@pytest.mark.parametrize(
    ("code", "expected", "said"),
    [
        (0, 0, ""),
        (-15, 0, ""),
        (130, 0, ""),
        (1, 1, ""),
        (2, 2, ""),
        (3, 1, "gunicorn has ended with exit code 3; its last words are above"),
        (-9, 1, "gunicorn has ended with exit code -9"),
    ],
)
def test_how_a_server_has_ended_is_the_exit_code(tandem, monkeypatch, code, expected, said):
    monkeypatch.setattr(serving, "Child", Ending(code))
    done = tandem("m", "--server", "gunicorn")
    assert done.exit_code == expected
    assert said in done.output


@pytest.mark.parametrize("options", [("--reload",), ("--dev",), ("--dev", "--host", "localhost")])
def test_with_reload_a_server_is_given_the_socket(tandem, monkeypatch, options):
    seen = []

    class Once:
        def __init__(self, start, tell, bell):
            self.start = start

        def run(self, directory):
            seen.append(self.start(99))
            return 0

    monkeypatch.setattr(serving, "Reloader", Once)
    monkeypatch.setattr(serving, "Child", Ending(0))
    assert tandem("m", *options).exit_code == 0
    [child] = seen
    assert child.descriptors[1] == 99
    assert f'"socket": {child.descriptors[0]}, "ready": 99' in child.arguments[2]
