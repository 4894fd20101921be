import os
import signal
import threading
import time
from contextlib import closing, suppress

import pytest

from lab.processes import STOP_SIGNALS
from lab.run import child as child_module
from lab.run.bell import Bell, rung_by_signals
from lab.run.child import Child

WAIT = 20.0  # seconds, at most
READY = "import os; os.write({}, b'1')\n"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + READY + "signal.pause()"
)
LEAVES_ANOTHER = (
    "import os, signal, subprocess, sys\n"
    "other = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
    "os.write({}, b'%d' % other.pid)\n"
)


@pytest.fixture
def bell():
    with closing(Bell()) as made:
        yield made


@pytest.fixture
def start():
    """Start a program, which is there when it has written something: the child, what it wrote."""
    children = []

    def run(source):
        readable, writable = os.pipe()
        with open(readable, "rb", buffering=0) as told:
            child = Child(["-c", source.format(writable)], [writable])
            children.append(child)
            os.close(writable)
            return child, told.read(100)

    yield run
    for child in children:
        child.kill()


def test_its_exit_code_is_told(start, bell):
    child, _ = start(READY + "raise SystemExit(7)")
    assert child.wait(bell) == 7
    assert child.returncode == 7
    assert child.has_ended()
    child.tell_to_end()  # changes nothing
    child.kill()


def test_it_is_told_to_end(start, bell):
    child, _ = start(READY + "import signal; signal.pause()")
    assert not child.has_ended()
    child.tell_to_end()
    child.tell_to_end()
    assert child.wait(bell) == -signal.SIGTERM


def test_one_signal_asks_it_to_end_and_a_second_kills_it(start, bell):
    child, _ = start(STUBBORN)
    bell.stops = 1
    waiting = threading.Thread(target=child.wait, args=(bell,))
    waiting.start()
    bell.stops = 2
    bell.ring()
    waiting.join(WAIT)
    assert child.returncode == -signal.SIGKILL


def test_one_that_takes_too_long_is_killed(start, bell, monkeypatch):
    monkeypatch.setattr(child_module, "GRACE", 0.05)
    monkeypatch.setattr(child_module, "TICK", 0.05)
    child, _ = start(STUBBORN)
    bell.stops = 1
    assert child.wait(bell) == -signal.SIGKILL


def test_what_it_has_started_ends_with_it(start, bell):
    child, other = start(LEAVES_ANOTHER)
    assert child.wait(bell) == 0
    until = time.monotonic() + WAIT
    while is_alive(int(other)):
        assert time.monotonic() < until
        time.sleep(0.01)


def is_alive(pid):
    """Whether it runs; one that has ended, and that nobody has asked about, does not."""
    with suppress(OSError), open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    return False


# The bell.


def test_a_bell_wakes_up_who_waits_once_however_often_it_was_rung(bell):
    for _ in range(100_000):  # more than a pipe holds
        bell.ring()
    began = time.monotonic()
    bell.wait(WAIT)
    rung = time.monotonic()
    bell.wait(0.05)
    assert rung - began < WAIT
    assert time.monotonic() - rung >= 0.05


def test_a_bell_is_not_waited_for_where_something_else_has_come(bell):
    readable, writable = os.pipe()
    os.close(writable)
    began = time.monotonic()
    bell.wait(WAIT, readable)
    os.close(readable)
    assert time.monotonic() - began < WAIT


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_signals_ring_and_are_counted_within_the_block_only(number):
    before = signal.getsignal(number)
    with rung_by_signals() as bell:
        signal.raise_signal(number)
        signal.raise_signal(number)
        signal.raise_signal(signal.SIGCHLD)
        bell.wait(WAIT)
        assert bell.stops == 2
    assert signal.getsignal(number) == before


def test_nohup_is_respected():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with rung_by_signals() as bell:
            signal.raise_signal(signal.SIGHUP)
            assert bell.stops == 0
    finally:
        signal.signal(signal.SIGHUP, before)
