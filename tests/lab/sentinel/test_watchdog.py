"""The watchdog's thread, and what the machine's own clock tells."""

import os
import threading

import pytest

from asgi_adapter import ASGIAdapter
from core import App
from lab.sentinel import Sentinel
from lab.sentinel.clocks import RealClock
from lab.sentinel.watchdog import Watchdog
from lab.testing import Client
from tests.lab.sentinel.clock import Clock


@pytest.fixture
def sentinel(clock):
    site = App()
    site.get("/")(lambda: "")
    return Sentinel(ASGIAdapter(site), clock=clock)


def test_there_is_no_thread_before_the_first_request_nor_long_after_the_last(sentinel, monkeypatch):
    monkeypatch.setattr("lab.sentinel.watchdog._IDLE", 0.001)
    before = set(threading.enumerate())
    client = Client(sentinel)
    for _ in range(2):
        client.get("/")
        for thread in set(threading.enumerate()) - before:
            if thread.name == "sentinel":
                thread.join(20)
                assert not thread.is_alive()
    client.close()


def test_a_thread_serves_request_after_request(sentinel):
    client = Client(sentinel)
    client.get("/")
    first = sentinel.watchdog._thread
    client.get("/")
    assert sentinel.watchdog._thread is first
    client.close()


def test_after_a_fork_the_child_has_a_thread_of_its_own(sentinel):
    client = Client(sentinel)
    client.get("/")
    first = sentinel.watchdog._thread
    sentinel.watchdog._pid = os.getpid() + 1  # as a child sees it: its number is another
    client.get("/")
    assert sentinel.watchdog._thread is not first
    client.close()


def test_a_slice_inside_a_slice_is_the_one_that_runs():
    """As where a task is run at once when it is made (`asyncio.eager_task_factory`)."""
    told = []
    watchdog = Watchdog(0.05, told.append, Clock())
    assert watchdog.begin("GET /outer") is None
    outer = watchdog.begin("GET /inner")
    assert outer.request == "GET /outer"
    watchdog.end(outer)
    assert list(watchdog.running.values()) == [outer]
    watchdog.end(None)
    assert (watchdog.running, told) == ({}, [])


def test_what_ended_while_it_was_looked_at_is_not_counted():
    watchdog = Watchdog(0.05, print, Clock())
    watchdog.begin("GET /")
    [running] = watchdog.running.values()
    watchdog.look()
    watchdog.running[threading.get_ident()] = object()  # another has begun
    watchdog._credit(running, running.last, running.last, threading.get_ident())
    assert not running.seen
    assert running.seconds == 0


def test_a_thread_that_is_gone_has_no_times():
    assert RealClock().times(2**22 + 1) is None  # more than Linux has


@pytest.mark.skipif(not os.path.exists("/proc/self/schedstat"), reason="the kernel keeps none")
def test_linux_tells_what_a_thread_has_got():
    clock = RealClock()
    before = clock.times(threading.get_native_id())
    while clock.times(threading.get_native_id()).busy <= before.busy:
        sum(range(10_000))
    assert clock.times(threading.get_native_id()).starved >= before.starved


def test_the_real_clock_goes():
    clock = RealClock()
    before = clock.now()
    clock.rest(0.001)
    assert clock.now() > before
