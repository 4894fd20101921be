"""The recorder under gevent: in a process that gevent has patched, as a worker of gunicorn is."""

import subprocess
import sys

import pytest

from lab.compare.contenders import choose
from lab.compare.target import Target
from lab.compare.trace import greenlets
from lab.compare.trace.recording import recording
from lab.compare.workloads import WORKLOADS
from lab.load.generator import load_generator
from tests.end_to_end.compare_run import HERE

pytestmark = pytest.mark.server

TURNS = """
import gevent.monkey
gevent.monkey.patch_all()
import json, os, sys, tempfile, time
from pathlib import Path
import gevent, greenlet

told = []
greenlet.settrace(lambda event, between: told.append(event))  # there was somebody before us
folder = os.environ["TANDEM_TRACES"] = tempfile.mkdtemp()
from lab.compare.trace.recorder import TracedWSGI

def application(environ, start_response):
    time.sleep(0.01)
    if environ["PATH_INFO"] == "/raises":
        raise ZeroDivisionError
    return [b""]

def ask(number, path):
    environ = {"HTTP_TANDEM_REQUEST": str(number), "PATH_INFO": path}
    try:
        TracedWSGI(application)(environ, None).close()
    except ZeroDivisionError:
        pass

gevent.joinall([gevent.spawn(ask, n, path) for n, path in [(1, "/"), (2, "/"), (3, "/raises")]])
lines = [line for file in Path(folder).iterdir() for line in file.read_text().splitlines()]
lives = [json.loads(line) for line in lines]
assert sorted(life["number"] for life in lives) == [1, 2, 3]
assert all(life["loop"] for life in lives)
assert len({life["lane"] for life in lives}) == 1
for life in lives:
    assert len(life["segments"]) == 2, life  # before the sleep, and after it
    assert life["segments"][0][1] < life["segments"][1][0]
assert max(life["began"] for life in lives) < min(life["ended"] for life in lives)
assert "switch" in told
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A gevent worker that serves and is recorded."""
    folder = tmp_path_factory.mktemp("recorded")
    (contender,) = choose([Target("three_routes")], ["gunicorn-gevent"], threads=4)
    with (
        load_generator() as generator,
        recording(contender, HERE, folder / "log", "/hello", generator) as found,
    ):
        yield found


def test_greenlets_take_turns_in_slices():
    command = [sys.executable, "-c", TURNS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr


def test_this_process_is_not_patched():
    assert not greenlets.is_patched()


def test_requests_that_wait_on_gevent_wait_side_by_side_and_hold_nothing(recorded):
    tape = recorded.tape(WORKLOADS[1])
    assert tape.lanes == ["loop"]
    assert len(tape.rows) == 8
    assert max(row.began for row in tape.rows) < min(row.ended for row in tape.rows)
    assert all(sum(s.kind == "run" for s in row.segments) >= 2 for row in tape.rows)


def test_who_computes_on_gevent_holds_all_others_and_is_named(recorded):
    tape = recorded.tape(WORKLOADS[2])
    assert all(row.is_on_loop for row in tape.rows)
    lines = [segment.line for row in tape.rows for segment in row.segments]
    assert any(line.startswith("three_routes.py:") for line in lines)
    last = max(range(8), key=lambda number: tape.rows[number].done)
    assert len(tape.blockers(last)) >= 3
