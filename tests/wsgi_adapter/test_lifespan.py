"""The lifespan where no server asks for it: started by the first request, ended at exit."""

import asyncio
import atexit
import itertools
import os
import subprocess
import sys
import threading
import types
from contextlib import asynccontextmanager
from contextvars import ContextVar

import pytest

from core import App
from lab.testing import Client
from lab.testing.wsgi import environ_of
from wsgi_adapter import WSGIAdapter
from wsgi_adapter.loop import own_loop


@pytest.fixture
def trace():
    return []


@pytest.fixture
def site():
    site = App()
    site.get("/")(lambda: "x")

    @site.get("/state")
    def state(request):
        return dict(request.environ["tandem.state"])

    return site


@pytest.fixture
def application(site, trace):
    application = WSGIAdapter(site)
    application.on_startup(lambda: trace.append("start"))
    application.on_shutdown(lambda: trace.append("stop"))
    yield application
    application.shutdown()


def at_once(number, function):
    """The results of a function that several threads call at the same time."""
    results, ready = [], threading.Barrier(number)

    def call():
        ready.wait()
        results.append(function())

    threads = [threading.Thread(target=call) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_first_request_starts_it_and_no_other(application, trace):
    doors = Client(application)
    assert trace == []
    assert [doors.get("/").text for _ in range(2)] == ["x", "x"]
    assert trace == ["start"]


def test_it_may_be_started_ahead_and_ended_by_name(application, trace):
    """As in gunicorn's post_worker_init and worker_exit."""
    application.startup()
    application.startup()
    assert trace == ["start"]
    assert Client(application).get("/").text == "x"
    application.shutdown()
    application.shutdown()
    assert trace == ["start", "stop"]


def test_it_is_ended_at_exit_if_not_before(application, monkeypatch):
    at_exit = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    monkeypatch.setattr(atexit, "unregister", at_exit.remove)
    application.startup()
    assert at_exit == [application.lifespan.shutdown]
    application.shutdown()
    assert at_exit == []


def test_of_several_first_requests_one_starts_it(site, trace):
    application = WSGIAdapter(site)

    @application.on_startup
    async def slowly():
        await asyncio.sleep(0)
        trace.append("start")

    texts = at_once(8, lambda: Client(application).get("/").text)
    application.shutdown()
    assert (texts, trace) == (["x"] * 8, ["start"])


def test_a_failed_start_is_a_500_in_the_log_and_the_next_request_tries_again(site, trace, caplog):
    application = WSGIAdapter(site)

    @application.on_startup
    def open_database():
        trace.append("try")
        if len(trace) < 3:
            raise LookupError("no database yet")

    doors = Client(application)
    refused, head, served = doors.get("/"), doors.head("/"), doors.get("/")
    assert (refused.status, refused.text) == (500, "Internal Server Error\n")
    assert (head.status, head.body, head.headers) == (500, b"", refused.headers)
    assert (served.text, trace) == ("x", ["try"] * 3)
    assert [record.getMessage() for record in caplog.records] == [
        "startup failed: LookupError('no database yet')"
    ] * 2
    application.shutdown()


def test_those_who_wait_for_a_start_that_fails_fail_with_it(site, trace):
    """Else each would try in turn, and the last client wait for eight timeouts of a database."""
    application, waiting = WSGIAdapter(site), threading.Event()
    process = application.lifespan._process()

    @application.on_startup
    def fail():
        trace.append("try")
        assert waiting.wait(10)
        raise LookupError

    class Lock:
        """The process's lock, which tells when both others have come to it."""

        def __init__(self):
            self.lock, self.came = threading.Lock(), []

        def __enter__(self):
            self.came.append(1)
            if len(self.came) == 3:
                waiting.set()
            self.lock.acquire()

        def __exit__(self, *error):
            self.lock.release()

    process.lock = Lock()
    statuses = at_once(3, lambda: Client(application).get("/").status)
    assert (statuses, trace) == ([500] * 3, ["try"])


def test_a_forked_process_starts_its_own_and_ends_it_alone(site, trace, monkeypatch):
    """Seen here by another pid; tests/end_to_end has real ones."""
    application = WSGIAdapter(site)
    application.on_startup(lambda: trace.append(f"start {os.getpid()}"))
    application.on_shutdown(lambda: trace.append(f"stop {os.getpid()}"))
    doors = Client(application)
    monkeypatch.setattr(os, "getpid", lambda: 1)
    doors.get("/")
    monkeypatch.setattr(os, "getpid", lambda: 2)
    application.shutdown()  # as an exit function that a fork inherits
    doors.get("/")
    application.shutdown()
    monkeypatch.setattr(os, "getpid", lambda: 1)
    application.shutdown()
    assert trace == ["start 1", "start 2", "stop 2", "stop 1"]


def test_the_contexts_mapping_is_the_requests_state(site):
    @asynccontextmanager
    async def lifespan(site):
        yield {"shared": 1}

    application = WSGIAdapter(site, lifespan=lifespan)
    assert Client(application).get("/state").json() == {"shared": 1}
    application.shutdown()


@pytest.mark.parametrize("loop", ["own", "shared"])
def test_it_lives_on_the_loop_of_the_handlers_in_the_same_thread(site, loop):
    loops = []

    @asynccontextmanager
    async def lifespan(site):
        loops.append(asyncio.get_running_loop())
        yield
        loops.append(asyncio.get_running_loop())

    @site.get("/loop")
    async def handler():
        loops.append(asyncio.get_running_loop())
        return "x"

    application = WSGIAdapter(site, lifespan=lifespan, loop=loop)
    assert Client(application).get("/loop").text == "x"
    application.shutdown()
    assert loops == [loops[0]] * 3


def test_its_loop_stays_open_when_the_thread_that_started_it_ends(site, trace):
    @asynccontextmanager
    async def lifespan(site):
        yield
        await asyncio.sleep(0)
        trace.append("closed")

    application = WSGIAdapter(site, lifespan=lifespan)
    at_once(1, lambda: Client(application).get("/").text)
    application.shutdown()
    assert trace == ["closed"]


def test_its_tasks_are_no_requests_leftovers(site, trace, caplog):
    @asynccontextmanager
    async def lifespan(site):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work(), name="refresher")
            yield
            trace.append(task.done())
            task.cancel()

    async def work():
        while True:
            await asyncio.create_task(asyncio.sleep(0))

    @site.get("/async")
    async def handler():
        await asyncio.sleep(0)
        return "x"

    application = WSGIAdapter(site, lifespan=lifespan)
    doors = Client(application)
    assert [doors.get("/async").text for _ in range(3)] == ["x"] * 3
    application.shutdown()
    assert (trace, caplog.records) == ([False], [])


def test_it_sees_nothing_of_the_first_requests_context_and_leaves_nothing_there(site, trace):
    user = ContextVar("user", default="nobody")

    @asynccontextmanager
    async def lifespan(site):
        trace.append(user.get())
        user.set("the lifespan")
        yield

    application = WSGIAdapter(site, lifespan=lifespan)
    token = user.set("bob")
    Client(application).get("/")
    trace.append(user.get())
    user.reset(token)
    application.shutdown()
    assert trace == ["nobody", "bob"]


def test_a_shutdown_while_a_request_is_on_its_loop_is_left_for_the_exit(site, trace, caplog):
    application = WSGIAdapter(site)
    application.on_shutdown(lambda: trace.append("stop"))

    @site.get("/shutdown")
    async def handler():
        await asyncio.to_thread(application.shutdown)
        return "x"

    assert Client(application).get("/shutdown").text == "x"
    assert (trace, caplog.messages) == (
        [],
        ["the shutdown is put off until exit: a request is on its loop"],
    )
    application.shutdown()
    assert trace == ["stop"]


def test_a_shutdown_by_a_signals_handler_during_a_request_is_left_for_the_exit(site, trace):
    """It is called in the thread that runs the loop, so nothing could be waited for."""
    application = WSGIAdapter(site)
    application.on_shutdown(lambda: trace.append("stop"))

    @site.get("/shutdown")
    async def handler():
        application.shutdown()
        return "x"

    assert Client(application).get("/shutdown").text == "x"
    assert trace == []
    application.shutdown()
    assert trace == ["stop"]


def test_a_thread_waits_for_its_loop_while_another_ends_the_lifespan_on_it(site, trace):
    """It was half way through an answer, which goes on afterwards."""
    application = WSGIAdapter(site)
    at_end, came = threading.Event(), threading.Event()

    @application.on_shutdown
    async def stop():
        at_end.set()
        assert came.wait(10)
        await asyncio.sleep(0)
        trace.append("stop")

    @site.get("/stream")
    async def handler():
        yield b"begun"
        trace.append("went on")
        yield b"ended"

    class Lock:
        """The loop's lock, which tells when its own thread has come to it."""

        def __init__(self, lock):
            self.acquire, self.release, self._lock = lock.acquire, lock.release, lock

        def __enter__(self):
            if threading.current_thread() is thread:
                came.set()
            self._lock.acquire()

        def __exit__(self, *error):
            self._lock.release()

    def serve():
        loop = own_loop()
        environ = environ_of(Client(application).asked("GET", "/stream"))
        body = application(environ, lambda *start: None)
        chunks.append(next(body))
        loop._lock = Lock(loop._lock)
        begun.set()
        assert at_end.wait(10)
        chunks.extend(body)
        body.close()

    chunks, begun, thread = [], threading.Event(), threading.Thread(target=lambda: serve())
    thread.start()
    assert begun.wait(10)
    application.shutdown()
    thread.join(10)
    assert (chunks, trace) == ([b"begun", b"ended"], ["stop", "went on"])


def test_threads_serve_on_while_others_end_the_lifespan(site, caplog):
    """As where a hook of the server does, and its threads are not yet told to stop."""
    started, ended = [], []
    application = WSGIAdapter(site)
    application.on_startup(lambda: started.append(1))
    application.on_shutdown(lambda: ended.append(1))
    turns = itertools.count()

    @site.get("/async")
    async def handler():
        await asyncio.sleep(0)
        return "x"

    def use():
        if next(turns) % 4 == 0:
            for _ in range(50):
                application.shutdown()
            return ["x"] * 50
        return [Client(application).get("/async").text for _ in range(50)]

    assert at_once(8, use) == [["x"] * 50] * 8
    application.shutdown()
    assert len(started) == len(ended) > 0
    assert {record.levelname for record in caplog.records} <= {"WARNING"}  # that it is put off


def test_native_middleware_is_inside_it(application, trace):
    def middleware(application):
        def call(environ, start_response):
            trace.append("middleware")
            return application(environ, start_response)

        return call

    application.add_middleware(middleware)
    Client(application).get("/")
    assert trace == ["start", "middleware"]


def test_without_a_lifespan_a_request_goes_no_other_way(site):
    assert WSGIAdapter(site).outermost is None


@pytest.fixture
def gevent(monkeypatch):
    monkey = types.SimpleNamespace(is_module_patched=lambda name: name == "threading")
    monkeypatch.setitem(sys.modules, "gevent.monkey", monkey)


@pytest.mark.usefixtures("gevent")
def test_under_gevent_def_functions_are_called(application, trace):
    assert Client(application).get("/").text == "x"
    application.shutdown()
    assert trace == ["start", "stop"]


@pytest.mark.usefixtures("gevent")
def test_under_gevent_a_function_that_waits_is_a_named_error(application, trace, caplog):
    application.on_startup(lambda: asyncio.sleep(0))
    assert Client(application).get("/").status == 500
    assert "a lifespan that waits needs an event loop; under gevent" in caplog.text
    assert trace == ["start", "stop"]


@pytest.mark.usefixtures("gevent")
def test_under_gevent_a_cleanup_that_waits_is_an_error_too(application):
    application.on_shutdown(lambda: asyncio.sleep(0))
    application.on_startup(lambda: asyncio.sleep(0))
    with pytest.raises(RuntimeError, match="a lifespan waits again"):
        application.startup()


@pytest.mark.parametrize("loop", ["own", "shared"])
def test_a_process_that_ends_ends_it(loop):
    """Also that of a thread which has ended before, and with it has not closed its loop."""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", PROGRAM, loop],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["opened", "served", "closed"]


PROGRAM = """
import asyncio, sys, threading
from contextlib import asynccontextmanager
from core import App
from lab.testing import Client
from wsgi_adapter import WSGIAdapter

@asynccontextmanager
async def lifespan(site):
    print("opened")
    yield
    await asyncio.sleep(0)
    print("closed")

site = App()

@site.get("/")
async def handler():
    return await asyncio.to_thread(lambda: "served")

application = WSGIAdapter(site, lifespan=lifespan, loop=sys.argv[1])
thread = threading.Thread(target=lambda: print(Client(application).get("/").text))
thread.start()
thread.join()
"""


def test_a_worker_that_is_told_to_exit_while_it_starts_cleans_up(site, trace):
    """gunicorn raises SystemExit in the main thread of a worker that is out of time."""

    @asynccontextmanager
    async def lifespan(site):
        try:
            asyncio.get_running_loop().call_soon(sys.exit, 1)
            await asyncio.Event().wait()
            yield
        finally:
            trace.append("cleaned up")

    application = WSGIAdapter(site, lifespan=lifespan)
    with pytest.raises(SystemExit):
        application.startup()
    assert trace == ["cleaned up"]
