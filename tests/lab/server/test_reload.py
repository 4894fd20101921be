"""Which changes are seen; what a supervisor does with them is end to end."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from lab.server import reload
from lab.server.reload import changes, command_for

WAIT = 10  # seconds, at most


@pytest.mark.parametrize("library", ["watchfiles", None])
def test_a_file_that_changes_is_seen(tmp_path, monkeypatch, library):
    if library is None:
        monkeypatch.setitem(sys.modules, "watchfiles", None)
    monkeypatch.setattr(reload, "LOOK_EVERY", 0.01)
    (tmp_path / ".git").mkdir()
    stopping, seen, found = threading.Event(), threading.Event(), []

    def watch():
        for path in changes(tmp_path, stopping):
            found.append(path)
            if path == tmp_path / "a.py":
                seen.set()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        for count in range(1_000):  # the first may come before it is watched
            (tmp_path / ".git" / "b.py").write_text(str(count))
            (tmp_path / "c.txt").write_text(str(count))
            (tmp_path / "a.py").write_text(str(count))
            if seen.wait(WAIT / 1_000):
                break
    finally:
        stopping.set()
        watching.join(WAIT)
    assert not watching.is_alive()
    assert set(found) == {tmp_path / "a.py"}


def test_a_file_that_vanishes_meanwhile_is_none(tmp_path):
    (tmp_path / "a.py").symlink_to(tmp_path / "nowhere")
    assert reload._times(tmp_path) == {}


def test_the_command_says_what_was_chosen():
    start = [sys.executable, "-m", "lab.server", "a:b"]
    assert command_for("a:b", None, True) == start
    assert command_for("a:b", "wsgi", False) == [*start, "--face", "wsgi", "--no-access-log"]


def test_a_process_that_is_told_nothing_is_not_ready(tmp_path):
    class Socket:
        def fileno(self):
            return os.open(os.devnull, os.O_RDONLY)

    supervisor = reload.Supervisor(Socket(), [sys.executable, "-c", "pass"])
    assert supervisor._started() is None


CHILD = """
import signal, sys
print("begun", flush=True)
ended = []
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
open(int(sys.argv[4]), "wb").write(b"ready")
signal.pause()
"""


def test_a_supervisor_replaces_its_process_and_ends_it(tmp_path, monkeypatch):
    handlers, children = {}, []
    monkeypatch.setattr(reload.signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(reload, "changes", lambda directory, stopping: iter([tmp_path / "a.py"]))
    original = reload.Supervisor._started

    def started(self):
        child = original(self)
        children.append(child)
        if len(children) == 2:  # after the change
            handlers[signal.SIGHUP](signal.SIGHUP, None)
        if len(children) == 3:
            handlers[signal.SIGTERM](signal.SIGTERM, None)
        return child

    monkeypatch.setattr(reload.Supervisor, "_started", started)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        supervisor = reload.Supervisor(listening, [sys.executable, "-c", CHILD])
        assert supervisor.run(tmp_path) == 0
    assert [child.returncode for child in children] == [0, 0, 0]


def test_a_supervisor_without_a_process_has_failed(tmp_path, monkeypatch):
    monkeypatch.setattr(reload.signal, "signal", lambda *_: None)
    monkeypatch.setattr(reload, "changes", lambda directory, stopping: iter(()))
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        assert reload.Supervisor(listening, [sys.executable, "-c", "pass"]).run(tmp_path) == 1


STARTING = """
import os, signal, socket, sys
from pathlib import Path
from lab.server.reload import Supervisor
child = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]
with socket.socket() as listening:
    sys.exit(Supervisor(listening, child).run(Path(sys.argv[1])))
"""


def test_a_signal_ends_a_process_that_is_still_starting(tmp_path):
    command = [sys.executable, "-c", STARTING, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as supervisor:
        try:
            assert supervisor.stdout.readline() == "up\n"
            supervisor.send_signal(signal.SIGINT)
            assert supervisor.wait(WAIT) == 0
        finally:
            supervisor.kill()


def test_only_a_second_signal_is_handed_on_to_a_process_that_ends_already():
    class Child:
        told = 0

        def send_signal(self, number):
            self.told += 1

    supervisor, child = reload.Supervisor(None, []), Child()
    supervisor._children.add(child)
    supervisor._untold.add(child)
    supervisor._end(child)
    supervisor._told(signal.SIGTERM, None)
    assert child.told == 1
    supervisor._told(signal.SIGTERM, None)
    assert child.told == 2


def test_a_process_that_is_killed_is_noticed_and_started_again_by_the_next_change(
    tmp_path, monkeypatch, caplog
):
    handlers, children = {}, []
    monkeypatch.setattr(reload.signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(reload, "changes", lambda directory, stopping: iter(()))
    monkeypatch.setattr(reload, "LOOK_EVERY", 0.01)
    started, look_after = reload.Supervisor._started, reload.Supervisor._look_after

    def noted(self):
        children.append(started(self))
        if children[1:]:
            handlers[signal.SIGTERM](signal.SIGTERM, None)
        else:
            children[0].kill()
        return children[-1]

    def looked_after(self):
        look_after(self)
        if self._child is None:
            handlers[signal.SIGHUP](signal.SIGHUP, None)

    monkeypatch.setattr(reload.Supervisor, "_started", noted)
    monkeypatch.setattr(reload.Supervisor, "_look_after", looked_after)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        supervisor = reload.Supervisor(listening, [sys.executable, "-c", CHILD])
        assert supervisor.run(tmp_path) == 0
    assert [child.returncode for child in children] == [-signal.SIGKILL, 0]
    assert "the server has ended by itself, with code -9" in caplog.text


IN_A_TERMINAL = """
import os, pty, sys
pid, terminal = pty.fork()
if not pid:
    os.execv(sys.executable, [sys.executable, "-c", sys.argv[1], sys.argv[2]])
while b"up" not in os.read(terminal, 1_000):
    pass
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


def test_a_supervisor_ends_with_its_terminal(tmp_path):
    code = STARTING.replace("signal.pause()", "sys.exit(signal.pause())")
    done = subprocess.run(
        [sys.executable, "-c", IN_A_TERMINAL, code, str(tmp_path)],
        capture_output=True, text=True, timeout=WAIT, check=True,
    )  # fmt: skip
    assert done.stdout == "0\n"
