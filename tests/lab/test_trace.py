"""The recorder inside a server, without a server."""

import asyncio
import json
import runpy
import sys
import threading
import time

import pytest

from lab.compare import bridged
from lab.compare.trace import recorder, served
from lab.compare.trace.life import LONG, Life, Look
from lab.compare.trace.recorder import FOLDER, TracedASGI, TracedWSGI
from lab.compare.trace.watchdog import Watchdog, awaited_line, thread_clock
from tests.lab import three_routes

ENVIRON = {"PATH_INFO": "/hello", "HTTP_TANDEM_REQUEST": "3"}
LOOKS = 5
SCOPE = {"type": "http", "path": "/hello", "headers": [(b"tandem-request", b"4")]}


@pytest.fixture
def told(tmp_path, monkeypatch):
    """What this process has written down."""
    monkeypatch.setenv(FOLDER, str(tmp_path))
    return lambda: [
        json.loads(line) for file in tmp_path.iterdir() for line in file.read_text().splitlines()
    ]


def start_response(status, headers, exc_info=None): ...


async def receive(): ...


async def send(message): ...


def busy(seconds):
    """Compute for so long, by this thread's own clock."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_a_wsgi_request_has_its_thread_from_the_call_to_the_end_of_its_body(told):
    body = TracedWSGI(three_routes.application)(ENVIRON, start_response)
    assert b"".join(body) == b"hello"
    assert told() == []
    body.close()
    (life,) = told()
    assert (life["number"], life["path"], life["loop"]) == (3, "/hello", False)
    assert life["segments"][0][0] == life["began"]
    assert life["segments"][-1][1] == life["ended"]
    assert life["segments"][0][3] == life["lane"] == str(threading.get_ident())


def test_a_bodys_own_close_is_called(told):
    class Body(list):
        def close(self):
            raise ZeroDivisionError

    body = TracedWSGI(lambda environ, start_response: Body())(ENVIRON, start_response)
    with pytest.raises(ZeroDivisionError):
        body.close()
    assert len(told()) == 1


def test_a_request_that_raises_has_ended(told):
    with pytest.raises(ZeroDivisionError):
        TracedWSGI(lambda environ, start_response: 1 / 0)(ENVIRON, start_response)
    assert len(told()) == 1


def test_a_request_without_a_number_is_one_beside(told):
    TracedWSGI(three_routes.application)({"PATH_INFO": "/"}, start_response).close()
    assert told()[0]["number"] == 0


def test_an_asgi_request_is_timed_slice_by_slice(told):
    async def app(scope, receive, send):
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(TracedASGI(app)(SCOPE, receive, send))
    (life,) = told()
    assert (life["number"], life["loop"]) == (4, True)
    slices = life["segments"]
    assert len(slices) == 3
    assert all(life["began"] <= start <= end <= life["ended"] for start, end, *_ in slices)


def test_a_long_slice_holds_the_loop_and_has_its_source_line(told):
    async def app(scope, receive, send):
        busy(30 * LONG)

    asyncio.run(TracedASGI(app)(SCOPE, receive, send))
    (slice_,) = told()[0]["segments"]
    assert slice_[2] == "hold"
    assert slice_[4].startswith("test_trace.py:")
    assert slice_[4].endswith(" busy")


def test_what_the_application_awaits_comes_back_to_it(told):
    async def app(scope, receive, send):
        assert await asyncio.sleep(0, "value") == "value"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(TracedASGI(app)(SCOPE, receive, send))
    assert len(told()) == 1


def test_a_cancelled_request_has_ended_and_so_has_its_coroutine(told):
    ended = []

    async def app(scope, receive, send):
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(scope["path"])

    async def cancel():
        task = asyncio.create_task(TracedASGI(app)(SCOPE, receive, send))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()

    asyncio.run(cancel())
    assert ended == ["/hello"]
    assert len(told()) == 1


def test_lifespan_passes_through(told):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    asyncio.run(TracedASGI(app)({"type": "lifespan"}, receive, send))
    assert seen == ["lifespan"]
    assert told() == []


def seen_by_a_watchdog(life, work):
    """What a watchdog notes of `life` while a function runs in another thread."""
    watchdog = Watchdog(recorder.CURRENT)
    watchdog.lives.add(life)
    started, go_on = threading.Event(), threading.Event()

    def run():
        work(started, go_on)

    thread = threading.Thread(target=run)
    thread.start()
    started.wait()
    for _ in range(LOOKS):
        watchdog.look()
    go_on.set()
    thread.join()
    return life.seen


def holding(started, go_on):
    started.set()
    go_on.wait()


def test_a_thread_that_only_waits_computes_nothing_and_has_a_line():
    life = Life(1, "/", 1)

    def work(started, go_on):
        life.enter_thread()
        holding(started, go_on)
        life.leave_thread()

    looks = seen_by_a_watchdog(life, work)
    assert len(looks) == LOOKS
    assert looks[-1].computed < looks[-1].at - looks[0].at
    assert [look.number for look in looks] == [1, 2, 3, 4, 5]
    assert all(look.line.endswith(" holding") for look in looks)


async def in_a_task(handler):
    await asyncio.create_task(handler)  # as a server does: a request has a context of its own


def test_a_thread_of_a_pool_works_for_the_request_in_whose_context_it_runs():
    life = Life(1, "/", 1)

    def work(started, go_on):
        async def handler():
            recorder.CURRENT.set(life)
            await asyncio.to_thread(holding, started, go_on)

        asyncio.run(in_a_task(handler()))

    lines = [look.line for look in seen_by_a_watchdog(life, work)]  # the loop's among them, perhaps
    assert sum(line.endswith(" holding") for line in lines) == LOOKS


def test_a_thread_has_a_clock_of_its_own_until_it_ends():
    ours = time.pthread_getcpuclockid(threading.get_ident())
    assert thread_clock(threading.get_native_id()) == ours
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    assert Watchdog(recorder.CURRENT)._computed(thread.native_id) == 0.0


def test_a_thread_that_computes_is_seen_to():
    watchdog = Watchdog(recorder.CURRENT)
    assert watchdog._computed(threading.get_native_id()) == 0.0  # nothing is known before
    busy(0.02)
    assert watchdog._computed(threading.get_native_id()) >= 0.02


def test_neighbours_of_one_kind_are_joined_and_gaps_are_the_threads_too():
    life = Life(1, "/", 1)
    life.began, life.ended = 1.0, 1.1
    life.seen = [
        Look(1.001, 1, 5, 0.001, "a"),
        Look(1.002, 2, 5, 0.0, "b"),
        Look(1.003, 3, 5, 0.0, "b"),
        Look(1.090, 90, 5, 0.001, ""),
    ]
    assert segments(life) == [(1.0, 1.001, "run"), (1.001, 1.089, "wait"), (1.089, 1.1, "run")]


def segments(life):
    return [(round(s, 3), round(e, 3), kind) for s, e, kind, *_ in life.told()["segments"]]


def test_a_thread_of_a_pool_is_drawn_for_as_long_as_it_was_seen_and_computed():
    life = Life(1, "/", 1)
    life.began, life.ended, life.on_loop = 1.0, 2.0, True
    life.seen = [
        Look(1.100, 1, 5, 0.004, "a"),  # the first time: as long as it has computed
        Look(1.150, 2, 5, 0.010, "a"),  # the next look: it was there, and computed for a part
        Look(1.160, 3, 5, 0.010, "a"),
        Look(1.300, 9, 5, 0.002, "a"),  # others were seen in between: it was not there
        Look(1.310, 10, 6, 0.0, "a"),
    ]
    assert segments(life) == [
        (1.096, 1.100, "run"),
        (1.100, 1.140, "wait"),
        (1.140, 1.160, "run"),
        (1.298, 1.300, "run"),
        (1.309, 1.310, "wait"),
    ]


def test_the_line_of_a_coroutine_that_a_threads_loop_waits_for_is_found():
    found, go_on = [], threading.Event()

    async def inner():
        await asyncio.to_thread(go_on.wait)

    async def handler():
        await inner()

    thread = threading.Thread(target=lambda: asyncio.run(handler()))
    thread.start()
    until = time.monotonic() + 15
    while not found and time.monotonic() < until:
        frame = sys._current_frames()[thread.ident]
        line = awaited_line(frame)
        found += [line] if line.endswith(" inner") else []
    go_on.set()
    thread.join()
    assert found
    assert awaited_line(sys._getframe()) == ""


def test_only_the_two_names_that_a_server_asks_for_are_there():
    with pytest.raises(AttributeError, match="has `application` and `app`; got 'other'"):
        bridged.other  # noqa: B018


def test_what_is_served_is_the_application_inside_the_recorder(monkeypatch, told):
    monkeypatch.setenv(served.TARGET, "tests.lab.three_routes:application")
    made = runpy.run_path(served.__file__)
    assert isinstance(made["app"], TracedASGI)
    made["application"](ENVIRON, start_response).close()
    assert told()[0]["path"] == "/hello"


@pytest.mark.parametrize(("name", "door"), [("application", "app"), ("app", "application")])
def test_what_is_bridged_is_of_the_other_interface(monkeypatch, name, door):
    monkeypatch.setenv(bridged.VARIABLE, f"tests.lab.three_routes:{door}")
    assert "a2wsgi" in type(bridged.__getattr__(name)).__module__
    monkeypatch.delitem(vars(bridged), name)
