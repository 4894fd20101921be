"""`tandem lab`: what it refuses before it serves."""

import asyncio
import re
import signal
import socket
import threading
from contextlib import closing

import pytest
from click.testing import CliRunner

from lab.errors import WrongUsageError
from lab.pages import command
from lab.pages.command import check_loopback, pages


def run(*arguments):
    return CliRunner().invoke(pages, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("::1", "::1")]
)
def test_it_serves_on_loopback(host, address):
    assert check_loopback(host) == address


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.2", "example.com", "127.0.0.2", ""])
def test_it_serves_nowhere_else(host):
    with pytest.raises(WrongUsageError, match="it serves this machine alone"):
        check_loopback(host)


def test_another_host_is_a_wrong_usage(tmp_path):
    done = run("--host", "0.0.0.0", tmp_path)
    assert done.exit_code == 2
    assert "--host is 127.0.0.1 or ::1; got '0.0.0.0'" in done.output
    assert not (tmp_path / ".tandem").exists()


def test_a_port_in_use_is_told(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        done = run("--port", port, tmp_path)
    assert done.exit_code == 1
    assert f"port {port} of 127.0.0.1 is in use" in done.output


def test_a_database_that_can_not_be_opened_is_told(tmp_path):
    (tmp_path / "file").write_text("text " * 1000)
    done = run("--port", 0, "--database", tmp_path / "file", tmp_path)
    assert done.exit_code == 1
    assert "past runs can't be kept in" in done.output


def test_a_folder_that_is_not_there_is_told(tmp_path):
    assert run(tmp_path / "nowhere").exit_code == 2


@pytest.fixture
def served(monkeypatch):
    """What would be served, and the browser's addresses."""
    opened = []
    monkeypatch.setattr(command.webbrowser, "open", opened.append)

    async def until_ctrl_c(on_ready):
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        before = set(threading.enumerate())
        on_ready()
        for thread in set(threading.enumerate()) - before:
            thread.join()
        signal.raise_signal(signal.SIGINT)
        await ended.wait()

    def serve(app, listening, *, timeouts, on_ready):
        with listening:
            asyncio.run(until_ctrl_c(on_ready))

    monkeypatch.setattr(command, "run", serve)
    return opened


def test_it_prints_its_address_and_opens_a_browser(served, tmp_path):
    done = run("--port", 0, tmp_path)
    assert done.exit_code == 0, done.output
    printed = re.search(r"(http://127\.0\.0\.1:\d+/enter\?token=)([\w-]{43,})\n", done.output)
    assert printed, done.output  # 256 bits
    (once,) = served
    assert once.startswith(printed[1])
    assert printed[2] not in once  # others can see what a browser is started with
    assert (tmp_path / ".tandem" / "lab.sqlite3").exists()


def test_the_token_is_new_each_time(served, tmp_path):
    run("--port", 0, tmp_path)
    run("--port", 0, tmp_path)
    assert served[0].partition("?")[2] != served[1].partition("?")[2]


def test_it_opens_no_browser_where_none_is_wanted(served, tmp_path):
    done = run("--port", 0, "--no-browser", "--database", tmp_path / "a" / "b.db", tmp_path)
    assert served == []
    assert "/enter?token=" in done.output
    assert (tmp_path / "a" / "b.db").exists()
