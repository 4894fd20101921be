"""`WSGIAdapter(site, loop="shared")`: the `async def` handlers of all threads on one loop."""

import asyncio
import inspect
import os
import signal
import threading
from contextvars import Context, ContextVar

import pytest

from core import App
from lab.testing import Client
from tests.wsgi_adapter.test_loop import in_thread, run_script
from wsgi_adapter import WSGIAdapter
from wsgi_adapter.shared_loop import (
    SharedLoop,
    _loops,
    _Running,
    run_on_shared_loop,
    shared_loop,
)
from wsgi_adapter.waiting_thread import in_worker_thread, waiting_thread_of


@pytest.fixture
def site():
    return App()


@pytest.fixture(autouse=True)
def _closed():
    """The loop is a process's; between two tests it is made anew."""
    yield
    for shared in list(_loops.values()):
        assert shared.loop.is_running()
        shared.close()


def test_threads_meet_on_one_loop(site):
    """A barrier of asyncio is bound to a loop, as a pool of database connections is."""
    barrier = asyncio.Barrier(4)

    @site.get("/")
    async def handler():
        async with barrier:
            return "met"

    application, texts = WSGIAdapter(site, loop="shared"), []
    threads = [
        threading.Thread(target=lambda: texts.append(Client(application).get("/").text))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["met"] * 4


def test_a_loop_of_another_name_is_refused(site):
    with pytest.raises(ValueError, match='loop is "own" or "shared"; got \'global\''):
        WSGIAdapter(site, loop="global")


def test_the_context_is_carried_there_and_back(site):
    user, role = ContextVar("user"), ContextVar("role", default="none")

    @site.middleware
    def middleware(request):
        user.set("bob")
        response = yield
        response.headers["x-role"] = role.get()
        return response

    @site.get("/")
    async def handler():
        await asyncio.sleep(0)
        role.set("admin")
        return user.get()

    answer = Client(WSGIAdapter(site, loop="shared")).get("/")
    assert (answer.text, answer.header("x-role")) == ("bob", "admin")
    assert role.get() == "none"


def test_what_a_handler_sets_before_it_fails_comes_back_too():
    role = ContextVar("role", default="none")

    async def handler():
        role.set("admin")
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        run_on_shared_loop(handler())
    assert role.get() == "admin"


def test_a_task_that_a_handler_leaves_goes_on(site, caplog):
    went_on = threading.Event()

    async def work():
        await asyncio.sleep(0)
        went_on.set()

    async def handler():
        asyncio.create_task(work())  # noqa: RUF006  # so it is left

    run_on_shared_loop(handler())
    assert went_on.wait(10)
    assert caplog.records == []


def test_a_handler_that_cancels_itself_is_a_named_error():
    async def handler():
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="cancelled by code of its own"):
        run_on_shared_loop(handler())


@pytest.mark.parametrize("raised", [SystemExit, KeyboardInterrupt])
def test_a_handler_that_wants_to_exit_ends_no_one_elses_loop(raised):
    async def exits():
        raise raised

    async def answers():
        return "x"

    with pytest.raises(raised):
        run_on_shared_loop(exits())
    assert run_on_shared_loop(answers()) == "x"


def test_an_exception_in_the_waiting_thread_cancels_the_handler():
    """As Ctrl-C does, and gunicorn with a worker that is out of time (SIGABRT).

    A signal that comes just before its thread begins to wait is not seen until another comes.
    """
    ended, before = threading.Event(), signal.getsignal(signal.SIGABRT)
    told = []

    def out_of_time(*_):
        told.append(True)
        if len(told) == 1:
            raise SystemExit(1)

    async def handler():
        try:
            while True:
                os.kill(os.getpid(), signal.SIGABRT)
                await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            ended.set()
            raise

    signal.signal(signal.SIGABRT, out_of_time)
    try:
        with pytest.raises(SystemExit):
            run_on_shared_loop(handler())
    finally:
        signal.signal(signal.SIGABRT, before)
    assert ended.wait(10)


def test_of_several_threads_one_makes_the_loop():
    ready, loops = threading.Barrier(8), []

    def first_use():
        ready.wait()
        loops.append(shared_loop().loop)

    threads = [threading.Thread(target=first_use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(loops)) == 1


def test_a_thread_that_comes_second_takes_the_loop_that_the_first_has_made():
    shared = SharedLoop()
    first_lock, made = shared._lock, []

    class Overtaken:
        """A lock that another thread gets first."""

        def __enter__(self):
            shared._lock = first_lock
            made.append(in_thread(lambda: shared.loop))

        def __exit__(self, *error):
            pass

    shared._lock = Overtaken()
    assert [shared.loop] == made
    shared.close()


def test_in_the_loop_itself_it_is_a_named_error():
    """Waiting there for the loop would wait for ever."""

    async def handler():
        run_on_shared_loop(asyncio.sleep(0))

    with pytest.raises(RuntimeError, match="in this thread one is running already"):
        run_on_shared_loop(handler())


def test_closing_it_cancels_what_is_running_and_ends_its_thread():
    begun, statuses, site = threading.Event(), [], App()

    @site.get("/")
    async def handler():
        begun.set()
        await asyncio.Event().wait()

    application = WSGIAdapter(site, loop="shared")
    thread = threading.Thread(target=lambda: statuses.append(Client(application).get("/").status))
    thread.start()
    assert begun.wait(10)
    shared = shared_loop()
    shared.close()
    thread.join(10)
    assert (statuses, shared.loop.is_closed()) == ([500], True)
    assert shared_loop() is not shared


def test_a_forked_process_makes_its_own_and_leaves_that_of_its_parent():
    run_script("""
import asyncio, os, sys
from core import App
from lab.testing import Client
from wsgi_adapter import WSGIAdapter

site = App()

@site.get("/")
async def handler():
    await asyncio.sleep(0)
    return str(id(asyncio.get_running_loop()))

doors = Client(WSGIAdapter(site, loop="shared"))
before = doors.get("/").text
child = os.fork()
if child == 0:
    mine = doors.get("/").text
    sys.exit(0 if mine != before and doors.get("/").text == mine else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert doors.get("/").text == before
""")


def test_an_exit_function_that_a_fork_inherits_closes_nothing(monkeypatch):
    loop, shared = shared_loop().loop, shared_loop()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    shared.close()
    monkeypatch.undo()
    assert (shared_loop(), loop.is_running()) == (shared, True)


def test_a_thread_that_is_interrupted_before_the_coroutine_begins_closes_it(monkeypatch):
    loop, cancelled = shared_loop().loop, []
    call_soon = loop.call_soon_threadsafe

    def interrupted(function, *arguments):
        if not cancelled:
            cancelled.append(True)
            raise KeyboardInterrupt
        return call_soon(function, *arguments)

    async def never():
        raise AssertionError

    coroutine = never()
    monkeypatch.setattr(loop, "call_soon_threadsafe", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_on_shared_loop(coroutine)
    monkeypatch.undo()
    assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CLOSED


def test_a_wait_that_was_interrupted_does_not_disturb_the_next_in_its_context():
    """As where a request that is told to end closes its streams."""

    def told_to_exit():
        raise SystemExit(1)

    async def answers():
        return "x"

    context = Context()
    with pytest.raises(SystemExit):
        run_on_shared_loop(in_worker_thread(told_to_exit), context)
    assert run_on_shared_loop(answers(), context) == "x"


def test_a_step_that_ends_as_its_time_does_has_ended():
    """Both are noticed in one turn of the loop; its result must not be lost."""

    async def ends():
        context = Context()
        running = _Running(asyncio.sleep(0), context, None, None, waiting_thread_of(context))
        running.begin()
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        running._give_back(done)
        was_given_back = running.ended.done()
        await asyncio.wrap_future(running.ended)
        return was_given_back

    assert asyncio.run(ends()) is False
