"""Servers that are told to stop, to reload or are killed, while they answer requests."""

import os
import re
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import h11
import pytest

from tests.end_to_end.exchange import ask
from tests.end_to_end.logs import alarms
from tests.end_to_end.reader import Reader, reading, until
from tests.end_to_end.servers import serving

STREAMING = "tests.end_to_end.apps.streaming"
pytestmark = pytest.mark.server

SECONDS = 0.5  # that a request is in flight for
RELOADS = 2
EVERY_KIND = ("/def/slow", "/async/slow", "/def/slow-stream", "/async/slow-stream")

# What each is asked at the same time. (gunicorn's sync worker answers one request at a time.)
FINISHING = {
    "gunicorn sync": ("/async/slow",),
    "gunicorn sync, a stream": ("/def/slow-stream",),
    "gunicorn gthread": EVERY_KIND,
    "gunicorn gevent": ("/def/slow", "/def/slow-stream"),  # it runs no `async def`
    "gunicorn asgi": EVERY_KIND,
    "uvicorn httptools uvloop": EVERY_KIND,
    "uvicorn h11 asyncio": EVERY_KIND,
    "hypercorn": EVERY_KIND,
    "granian wsgi": ("/def/slow", "/async/slow-stream"),  # it has two threads
    "granian asgi": EVERY_KIND,
    "own wsgi": EVERY_KIND,
    "own asgi": EVERY_KIND,
}
# These have a time of their own for it, which is short.
OPTIONS = {"hypercorn": ("--graceful-timeout", "15")}
# uvicorn raises the signal again, once it has served to the end.
RAISES_AGAIN = ("uvicorn httptools uvloop", "uvicorn h11 asyncio")
# Exit functions don't run in a worker of granian's, which a WSGI lifespan would need.
NEVER_ENDED = ("granian wsgi",)


@pytest.mark.parametrize("case", FINISHING)
def test_a_server_that_is_told_to_stop_finishes_what_it_has_begun(case):
    name = case.partition(",")[0]
    with serving(name, STREAMING, *OPTIONS.get(name, ())) as server:
        with in_flight(server, FINISHING[case], SECONDS) as readers:
            os.kill(server.pid, signal.SIGTERM)
            for reader in readers:
                reader.read_all()
                reader.leave()  # gunicorn would wait for this, for 2 s
            until(lambda: server.returncode is not None)
        assert [(reader.status, reader.body, reader.is_whole) for reader in readers] == [
            (200, b"whole", True) for _ in readers
        ]
        assert server.returncode == (-signal.SIGTERM if name in RAISES_AGAIN else 0)
    log = server.log()
    assert log.count("a stream is closed") == sum("stream" in path for path in FINISHING[case])
    assert noted(log) == (["begins"] if name in NEVER_ENDED else ["begins", "ends"])
    assert alarms(name, log) == []


def noted(log):
    """What the lifespan has told, each by the same process."""
    told = re.findall("the lifespan (begins|ends) in ([0-9]+)\n", log)
    assert len({process for _, process in told}) <= 1
    return [what for what, _ in told]


# gunicorn and granian kill a worker then, and nothing of it is closed.
GIVING_UP = {
    "uvicorn httptools uvloop": "--timeout-graceful-shutdown=1",
    "uvicorn h11 asyncio": "--timeout-graceful-shutdown=1",
    "hypercorn": "--graceful-timeout=1",
    "own asgi": "--timeout-shutdown=1",
}


@pytest.mark.parametrize("path", ["/def/ticking-stream", "/async/slow-stream"])
@pytest.mark.parametrize("name", GIVING_UP)
def test_a_stream_that_takes_longer_than_a_server_waits_is_cut_and_closed(name, path):
    with serving(name, STREAMING, GIVING_UP[name]) as server:
        with in_flight(server, [path], seconds=60) as [reader]:
            os.kill(server.pid, signal.SIGTERM)
            reader.read_all()
            until(lambda: server.returncode is not None)
        assert not reader.is_whole
    log = server.log()
    assert log.count("a stream is closed") == 1
    assert noted(log) == ["begins", "ends"]
    assert log.index("a stream is closed") < log.index("the lifespan ends")


# These don't wait for a request. The reactor of the one ends, whose tasks are cancelled with it; it
# would wait for a thread, but its client hears nothing. The other is ended by the signal itself.
LOSING = {
    "daphne": (("/async/slow", "/async/slow-stream"), 0, ["a stream is closed"]),
    "waitress": (EVERY_KIND, -signal.SIGTERM, []),
}


@pytest.mark.parametrize("name", LOSING)
def test_a_server_that_waits_for_nothing_cuts_what_it_has_begun(name):
    paths, exit_code, closings = LOSING[name]
    with serving(name, STREAMING) as server:
        with in_flight(server, paths, seconds=60) as readers:
            os.kill(server.pid, signal.SIGTERM)
            for reader in readers:
                reader.read_all()
                reader.leave()
            until(lambda: server.returncode is not None)
        assert not any(reader.is_whole for reader in readers)
        assert server.returncode == exit_code
    assert re.findall("a stream is closed", server.log()) == closings
    assert "Traceback" not in server.log()


@contextmanager
def in_flight(server, paths, seconds):
    """A reader for each of these, once the server is at work on all of them."""
    with reading(server, [f"{path}/{seconds}" for path in paths]) as readers:
        for path, reader in zip(paths, readers, strict=True):
            if "stream" in path:
                reader.read_until(b"wh")
        handlers = sum("stream" not in path for path in paths)
        until(lambda: server.log().count("a request has begun") == handlers, server.log)
        yield readers


# gunicorn's master, and what becomes of its workers.


@pytest.fixture(scope="module", params=["sync", "gthread", "gevent", "asgi"])
def gunicorn(request):
    with serving(f"gunicorn {request.param}", STREAMING) as server:
        yield server


def worker_of(server):
    return ask(server, "GET", "/counts", b"", "Connection: close").json()["pid"]


def test_a_worker_that_is_killed_loses_what_it_held_and_the_next_request_is_answered(gunicorn):
    worker = worker_of(gunicorn)
    begun = gunicorn.log().count("the lifespan begins")
    with Reader(gunicorn, "/def/endless") as reader:
        reader.read_until(b"x")
        os.kill(worker, signal.SIGKILL)
        reader.read_all()
    assert not reader.is_whole
    assert worker_of(gunicorn) != worker
    assert gunicorn.log().count("the lifespan begins") == begun + 1


def test_no_request_is_lost_while_workers_are_reloaded(gunicorn):
    stop = threading.Event()
    with ThreadPoolExecutor(2) as clients:
        asking = [clients.submit(outcomes, gunicorn, stop) for _ in range(2)]
        try:
            for _ in range(RELOADS):
                reload(gunicorn)
        finally:
            stop.set()
    counted = sum((client.result() for client in asking), Counter())
    assert set(counted) == {200}
    assert counted.total() > RELOADS


def reload(server):
    """Have the worker replaced, while it sends a stream that is to come whole."""
    worker = worker_of(server)
    with in_flight(server, ["/def/slow-stream"], SECONDS) as [reader]:
        os.kill(server.pid, signal.SIGHUP)
        reader.read_all()
    assert (reader.body, reader.is_whole) == (b"whole", True)
    until(lambda: not Path(f"/proc/{worker}").exists(), server.log)


def outcomes(server, stop):
    """How often each status came, or an error instead."""
    counted = Counter()
    while not stop.is_set():
        try:
            counted[ask(server, "GET", "/").status] += 1
        except (OSError, h11.ProtocolError) as error:
            counted[repr(error)] += 1
    return counted
