import os
import signal
import sys
import threading
import urllib.request
from contextlib import suppress

import pytest

from lab.processes import ServerStartError, free_port, running, signals_deferred

FILES = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "{port}"]
STUBBORN = """
import signal, socket, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    while True:
        listener.accept()[0].close()
"""


def is_alive(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@pytest.mark.server
def test_a_server_answers_on_its_port_and_its_log_is_kept(tmp_path):
    (tmp_path / "page.txt").write_text("here")
    with running(FILES, cwd=tmp_path, ready="/page.txt") as server:
        with urllib.request.urlopen(f"{server.url}/page.txt") as answer:
            assert answer.read() == b"here"
        assert server.returncode is None
        assert str(server.port) in server.command
        assert "/page.txt" in server.log()
    assert "/page.txt" in server.log()
    assert not is_alive(server.pid)


@pytest.mark.server
def test_stop_tells_the_exit_code_and_can_be_called_twice():
    with running(FILES) as server:
        assert server.stop() == -signal.SIGTERM
        assert server.stop() == -signal.SIGTERM


@pytest.mark.server
def test_a_server_is_ended_when_the_body_raises():
    with pytest.raises(ZeroDivisionError), running(FILES) as server:
        raise ZeroDivisionError
    assert not is_alive(server.pid)


@pytest.mark.server
def test_a_server_that_ignores_sigterm_is_killed_after_its_grace():
    with running([sys.executable, "-c", STUBBORN, "{port}"], grace=0.1) as server:
        pass
    assert server.returncode == -signal.SIGKILL


def test_a_server_that_ends_at_once_fails_with_its_log():
    broken = [sys.executable, "-c", "raise SystemExit('no such application')"]
    with pytest.raises(ServerStartError, match=r"(?s)exit code 1 .*no such application"):
        running(broken).__enter__()


def test_a_server_that_never_listens_fails_at_the_deadline_and_is_ended(tmp_path):
    log_file = tmp_path / "logs" / "silent.log"
    silent = [sys.executable, "-uc", "import os, time; print(os.getpid()); time.sleep(60)"]
    with pytest.raises(ServerStartError, match="did not answer in time"):
        running(silent, deadline=0.5, log_file=log_file).__enter__()
    pid = log_file.read_text().strip()
    assert not pid or not is_alive(int(pid))


@pytest.mark.server
def test_a_server_is_not_ready_before_it_answers_http():
    deaf = "import socket, sys, time\ns = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
    command = [sys.executable, "-c", deaf + "time.sleep(60)", "{port}"]
    with pytest.raises(ServerStartError, match="did not answer in time"):
        running(command, ready="/", deadline=0.5).__enter__()


def test_a_command_that_does_not_exist_is_named():
    with pytest.raises(ServerStartError, match="could not start no-such-server"):
        running(["no-such-server"]).__enter__()


def test_a_free_port_is_free():
    assert 1024 <= free_port() <= 65535


def test_signals_wait_for_the_end_of_the_block():
    seen = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
    try:
        with signals_deferred():
            signal.raise_signal(signal.SIGTERM)
            assert seen == []
        assert seen == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_signals_are_left_alone_outside_the_main_thread():
    seen = []

    def work():
        with signals_deferred():
            seen.append("ran")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == ["ran"]
