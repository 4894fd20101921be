"""Whatever an application does not end, x-ray ends, or tells where it is."""

import asyncio
import signal
import threading
import time
from contextlib import suppress

import pytest

from core import App
from lab.errors import LabError
from lab.xray import Script, watch
from lab.xray.drive import record
from lab.xray.watch import GivenUp, Watch
from tests.lab.xray.asked import GET, detail, for_http, kinds, recorded
from wsgi_adapter import WSGIAdapter

pytestmark = pytest.mark.timeout(40)

BODY = {"type": "http.response.body", "body": b"a", "more_body": True}
WEBSOCKET = Script("websocket", target="/", headers=GET.headers)


def test_an_application_that_swallows_its_cancellation_is_left_behind():
    @for_http
    async def app(scope, receive, send):
        while True:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    assert kinds(recorded(app, timeout=0.05))[-1] == "given up"


def test_a_task_that_swallows_its_cancellation_is_left_behind():
    async def stubborn():
        while True:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    tasks = []

    @for_http
    async def app(scope, receive, send):
        tasks.append(asyncio.create_task(stubborn()))
        await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})

    assert kinds(recorded(app, timeout=0.05))[-1] == "return"


def test_a_blocked_thread_of_the_loops_is_left_behind_and_told(capsys):
    leave = threading.Event()

    def block():
        leave.wait(60)

    @for_http
    async def app(scope, receive, send):
        await asyncio.to_thread(block)

    try:
        assert "given up" in kinds(recorded(app, timeout=0.05))
        assert "a thread is still in `tests.lab.xray.test_hangs." in capsys.readouterr().err
    finally:
        leave.set()


@pytest.mark.parametrize("message", [{"type": "http.response.early_hint"}, {"type": "x"}, "text"])
def test_one_that_sends_something_for_ever_is_left(message):
    @for_http
    async def app(scope, receive, send):
        while True:
            await send(message)

    recording = recorded(app, timeout=0.5)
    assert "hung up" in kinds(recording)
    assert "BrokenPipeError" in detail(recording, "raise", "error")
    assert len(recording.events) < 1000


def test_one_that_sends_for_ever_whatever_it_is_told_is_held():
    @for_http
    async def app(scope, receive, send):
        while True:
            with suppress(OSError):
                await send({"type": "x"})

    recording = recorded(app, timeout=0.5)
    assert "given up" in kinds(recording)
    assert len(recording.events) < 1000


def test_one_that_receives_for_ever_is_not_answered_for_ever():
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            raise ValueError
        while True:
            await receive()

    for script in (Script(headers=GET.headers, leaves_after=1), WEBSOCKET):
        recording = record(app, "asgi", script, 0.2)
        assert "given up" in kinds(recording)
        assert len(recording.events) < 1000


def test_a_lifespan_that_says_things_for_ever_is_left():
    async def app(scope, receive, send):
        while True:
            await send({"type": "lifespan.startup.complete"})

    recording = record(app, "asgi", Script(kind="lifespan"), 0.5)
    assert "BrokenPipeError" in detail(recording, "raise", "error")


def test_one_that_writes_for_ever_gets_a_broken_pipe():
    def application(environ, start_response):
        write = start_response("200 OK", [])
        while True:
            write(b"a")

    recording = recorded(application)
    assert "hung up" in kinds(recording)
    assert "BrokenPipeError" in detail(recording, "raise", "error")
    assert len(recording.of("write")) == 101


def test_what_was_written_counts_as_chunks():
    def application(environ, start_response):
        write = start_response("200 OK", [])
        write(b"a")
        return [b"b", b"c", b"d"]

    recording = recorded(application, Script(headers=GET.headers, leaves_after=2))
    assert len(recording.of("chunk")) == 1


# What blocks


def blocking(environ, start_response):
    time.sleep(60)


@for_http
async def blocking_app(scope, receive, send):
    time.sleep(60)  # noqa: ASYNC251  # the mistake that is looked for


@pytest.mark.parametrize("application", [blocking, blocking_app])
def test_what_blocks_is_named_by_its_line_and_ended(application, monkeypatch, capsys):
    monkeypatch.setattr(watch, "TELL_AFTER", 0.1)
    recording = recorded(application, timeout=0.5)
    assert detail(recording, "raise", "error").startswith("GivenUp: ended by x-ray")
    told = capsys.readouterr().err
    assert "still in `tests.lab.xray.test_hangs.blocking" in told
    assert told.count("still in") == 1


def test_one_that_writes_a_log_for_ever_is_ended():
    def application(environ, start_response):
        while True:
            environ["wsgi.errors"].flush()
            time.sleep(0.001)

    assert "GivenUp" in detail(recorded(application, timeout=0.5), "raise", "error")


def test_a_startup_that_blocks_is_ended():
    async def app(scope, receive, send):
        time.sleep(60)  # noqa: ASYNC251  # the mistake that is looked for

    with pytest.raises(LabError, match=r"did not start up: .*ended by x-ray"):
        record(app, "asgi", GET, 0.5)


def test_a_startup_of_wsgi_that_blocks_is_ended():
    site = App()
    adapter = WSGIAdapter(site)

    @adapter.on_startup
    def start():
        time.sleep(60)

    with pytest.raises(LabError, match=r"did not start up.*ended by x-ray"):
        record(adapter, "wsgi", GET, 0.5)


def test_ctrl_c_is_no_exception_of_the_applications():
    def application(environ, start_response):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recorded(application)


def test_a_loop_that_is_idle_is_not_interrupted():
    looked_at = Watch(0)  # not entered: nobody else sends the signal
    looked_at._since -= 60
    looked_at.is_idle = lambda: True
    looked_at._end(signal.SIGVTALRM, None)
    looked_at.is_idle = bool
    with pytest.raises(GivenUp):
        looked_at._end(signal.SIGVTALRM, None)


def test_one_that_waits_is_not_ended_by_the_watch():
    @for_http
    async def app(scope, receive, send):
        await asyncio.Event().wait()

    assert kinds(recorded(app, timeout=1.5))[-1] == "given up"


def test_outside_the_main_thread_it_is_told_and_not_ended(monkeypatch, capsys):
    monkeypatch.setattr(watch, "TELL_AFTER", 0.05)
    leave, found = threading.Event(), []

    def application(environ, start_response):
        leave.wait(30)
        start_response("200 OK", [])
        return []

    def look():
        found.append(kinds(recorded(application, timeout=0.1)))

    thread = threading.Thread(target=look)
    thread.start()
    told, deadline = "", time.monotonic() + 20
    while "still in" not in told and time.monotonic() < deadline:
        told += capsys.readouterr().err
        time.sleep(0.01)
    leave.set()
    thread.join(20)
    assert "still in `tests.lab.xray.test_hangs." in told
    assert found[0][-1] == "close"


def test_the_signals_handler_is_put_back():
    before = signal.getsignal(signal.SIGVTALRM)
    with Watch(5):
        assert signal.getsignal(signal.SIGVTALRM) != before
        signal.raise_signal(signal.SIGVTALRM)  # too early: it changes nothing
    assert signal.getsignal(signal.SIGVTALRM) == before


def test_code_that_is_not_the_users_has_no_line(monkeypatch, capsys):
    monkeypatch.setattr(watch, "_line_of", lambda _thread: "")
    monkeypatch.setattr(watch, "TELL_AFTER", 0.05)
    recorded(blocking, timeout=0.2)
    assert "still in code that is not yours" in capsys.readouterr().err
