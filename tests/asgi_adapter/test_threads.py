"""`def` handlers on ASGI: in threads of a bounded pool, unless they never block."""

import asyncio
import subprocess
import sys
import threading
from contextvars import ContextVar

import pytest

from asgi_adapter import ASGIAdapter
from core import App, EventStream, StreamingResponse, call
from lab.testing import Client
from lab.testing.asgi import scope_of
from tests.asgi_adapter.server import live

user = ContextVar("user", default="nobody")


def together(application, *paths):
    """The answers to requests that are served at the same time, on one event loop."""
    doors = Client(application)

    async def ask(path):
        return await asyncio.create_task(doors.request_async("GET", path))

    async def serve():
        return await asyncio.gather(*map(ask, paths))

    return asyncio.run(serve())


@pytest.fixture
def site():
    site = App()

    def thread():
        return str(threading.get_ident())

    site.get("/def")(thread)
    site.get("/inline", inline=True)(thread)

    @site.get("/async")
    async def coroutine():
        return thread()

    return site


def test_a_def_runs_in_a_thread_and_the_others_on_the_loops(site):
    texts = [answer.text for answer in together(ASGIAdapter(site), "/def", "/inline", "/async")]
    here = str(threading.get_ident())
    assert texts[1:] == [here, here]
    assert texts[0] != here


def test_def_handlers_overlap():
    """Each waits for the other, so that one after the other would never end."""
    site, met = App(), threading.Barrier(2)
    site.get("/")(lambda: str(met.wait() in (0, 1)))
    assert [answer.text for answer in together(ASGIAdapter(site), "/", "/")] == ["True", "True"]


def test_a_def_does_not_hold_up_the_loop():
    site, released = App(), threading.Event()
    site.get("/waits")(lambda: str(released.wait()))

    @site.get("/releases")
    async def releases():
        released.set()
        return "released"

    answers = together(ASGIAdapter(site), "/waits", "/releases")
    assert [answer.text for answer in answers] == ["True", "released"]


def test_no_more_threads_run_than_the_pool_has():
    site, lock, running, most = App(), threading.Lock(), [], []
    pair = threading.Barrier(2)  # two at a time go on together, a third would break the count

    @site.get("/")
    def handler():
        with lock:
            running.append(1)
            most.append(len(running))
        pair.wait()
        with lock:
            running.pop()
        return "x"

    answers = together(ASGIAdapter(site, threads=2), *["/"] * 8)
    assert {answer.status for answer in answers} == {200}
    assert max(most) == 2


def test_calls_and_error_handlers_that_are_def_run_in_threads_too(site):
    threads = []

    def note(*arguments):
        threads.append(threading.get_ident())
        return "x"

    @site.middleware
    def middleware(request):
        yield call(note)
        return (yield)

    site.error(404)(note)
    together(ASGIAdapter(site), "/nope")
    assert len(threads) == 2
    assert threading.get_ident() not in threads


def test_a_thread_has_the_requests_context():
    site = App()
    site.get("/{name}")(lambda name: f"{name} is {user.get()}")

    @site.middleware
    def authenticate(request):
        user.set(request.path.strip("/"))
        return (yield)

    answers = together(ASGIAdapter(site), "/a", "/b")
    assert [answer.text for answer in answers] == ["a is a", "b is b"]


def test_an_exception_of_a_thread_is_the_requests():
    site = App()
    site.get("/")(lambda: 1 / 0)

    @site.middleware
    def translate(request):
        try:
            return (yield)
        except ZeroDivisionError:
            return "divided"

    assert together(ASGIAdapter(site), "/")[0].text == "divided"


def test_the_threads_end_with_the_application(site):
    others = set(threading.enumerate())
    app = ASGIAdapter(site)
    together(app, "/def")
    threads = set(threading.enumerate()) - others
    assert threads
    live(app)
    for thread in threads:
        thread.join()
    assert together(app, "/def")[0].status == 200  # and there are new ones if it goes on
    live(app)


def test_an_application_that_had_no_threads_ends_too(site):
    assert len(live(ASGIAdapter(site))) == 2


def test_a_forked_process_makes_threads_of_its_own():
    script = """
import os
from asgi_adapter import ASGIAdapter
from core import App
from tests.asgi_adapter.server import live
from lab.testing import Client

site = App()
site.get("/")(lambda: "x")
app = ASGIAdapter(site)
assert Client(app).get("/").text == "x"
child = os.fork()
if child == 0:
    mine = Client(app).get("/").text
    live(app)
    os._exit(0 if mine == "x" else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("threads", [0, -1])
def test_a_pool_without_threads_is_refused(site, threads):
    with pytest.raises(ValueError, match=f"at least one thread; got threads={threads}"):
        ASGIAdapter(site, threads=threads)


def test_a_full_pool_is_a_503_whose_log_alone_names_the_settings(caplog):
    site, begun, released = App(), threading.Event(), threading.Event()
    app = ASGIAdapter(site, threads=1, thread_wait=0)
    doors = Client(app)

    @site.get("/held")
    def held():
        begun.set()
        return str(released.wait(20))

    site.get("/refused")(lambda: "never")

    async def serve():
        waiting = asyncio.create_task(doors.request_async("GET", "/held"))
        while not begun.is_set():  # noqa: ASYNC110  # what threads do wakes no asyncio.Event
            await asyncio.sleep(0)
        refused = await doors.request_async("GET", "/refused")
        released.set()
        return await waiting, refused

    answered, refused = asyncio.run(serve())
    reason = "no thread was free within 0 s (the settings are threads=1 and thread_wait=0)"
    assert answered.text == "True"
    assert (refused.status, refused.header("retry-after")) == (503, "1")
    assert refused.text == "Service Unavailable\n"
    assert caplog.messages == [f"503: {reason}"]
    live(app)


@pytest.mark.parametrize("body", [StreamingResponse, EventStream])
def test_a_stream_that_has_begun_waits_for_a_thread_as_long_as_it_takes(caplog, body):
    site, begun, released = App(), threading.Event(), threading.Event()
    app = ASGIAdapter(site, threads=1, thread_wait=0)
    doors, sent, received = Client(app), asyncio.Event(), []

    def chunks():
        yield b"data: 1\n\n" if body is StreamingResponse else "1"
        yield b"data: 2\n\n" if body is StreamingResponse else "2"

    site.get("/stream", inline=True)(lambda: body(chunks()))
    site.get("/refused")(lambda: "never")

    @site.get("/held")
    def held():
        begun.set()
        return str(released.wait(20))

    async def send(message):
        received.append(message.get("body", b""))
        if received[-1].endswith(b"1\n\n"):  # between two chunks the one thread is taken
            sent.set()
            while not begun.is_set():  # noqa: ASYNC110  # what threads do wakes no asyncio.Event
                await asyncio.sleep(0)

    async def serve():
        scope = scope_of(doors.asked("GET", "/stream"), {}, ())
        streaming = asyncio.create_task(app(scope, asyncio.Event().wait, send))
        await sent.wait()
        holding = asyncio.create_task(doors.request_async("GET", "/held"))
        while not begun.is_set():  # noqa: ASYNC110  # as above
            await asyncio.sleep(0)
        refused = await doors.request_async("GET", "/refused")
        released.set()
        await asyncio.gather(streaming, holding)
        return refused.status

    assert asyncio.run(asyncio.wait_for(serve(), 20)) == 503
    assert received[-2:] == [b"data: 2\n\n", b""]
    live(app)


def test_a_wait_for_a_thread_that_is_no_time_is_refused(site):
    with pytest.raises(ValueError, match="0 seconds or more; got thread_wait=-1"):
        ASGIAdapter(site, thread_wait=-1)
