"""Who holds the loop is named; who doesn't is not.

Each handler that holds it does so until the watchdog has looked often enough, by a clock that only
the watchdog moves: a tick is a tenth of the threshold.
"""

import asyncio
import inspect
import logging
import sys
import threading

import pytest

from asgi_adapter import ASGIAdapter
from core import App, Response, call
from lab.sentinel import Held, Sentinel
from lab.sentinel.slices import Tasks
from lab.sentinel.stack import Line
from lab.sentinel.watchdog import Watchdog
from lab.testing import Client

WAIT = 20  # seconds, at most, for an event that is to come
ENOUGH = 15  # looks
FEW = 8


def line_of(function, text):
    """The number of the line of the function with this text."""
    lines, first = inspect.getsourcelines(function)
    [number] = [first + index for index, line in enumerate(lines) if text in line]
    return number


def site_of(handler, **options):
    site = App()
    site.get("/", **options)(handler)
    return site


def test_it_names_the_handler_the_line_the_time_and_what_to_do(clock, watched):
    async def report():
        enough = clock.after_looks(ENOUGH)
        enough.wait(WAIT)
        return ""

    [held] = watched(site_of(report))
    place = line_of(report, "enough.wait")
    assert (held.place.number, held.handler.code) == (place, report.__code__)
    assert 0.05 <= held.seconds <= ENOUGH * 0.005
    text = str(held)
    assert text.startswith("async def report (tests/lab/sentinel/test_sentinel.py:")
    assert f"{place}, `enough.wait(WAIT)`, answering GET /; it waited there: use `await asy" in text
    assert " held the event loop for " in text


def hold(clock):
    enough = clock.after_looks(ENOUGH)
    enough.wait(WAIT)


def test_the_line_is_the_innermost_and_the_handler_the_outermost_of_the_users(clock, watched):
    async def report():
        hold(clock)
        return ""

    [held] = watched(site_of(report))
    assert held.place.number == line_of(hold, "enough.wait")
    assert held.handler.number == line_of(report, "hold(clock)")
    assert held.handler.code is report.__code__


def test_one_that_computes_is_told_to_leave_the_loop(clock, watched):
    clock.busy_share = 1.0

    async def report():
        hold(clock)
        return ""

    [held] = watched(site_of(report))
    assert "it computed there: make the handler `def`" in str(held)


def test_where_the_processors_are_not_known_the_clock_counts(clock, watched):
    clock.knows_times = False

    async def report():
        hold(clock)
        return ""

    [held] = watched(site_of(report))
    assert held.busy is None
    assert "use `await asyncio.to_thread(...)` around the call" in str(held)


def test_an_inline_def_is_told_to_be_none(clock, watched):
    def report():
        hold(clock)
        return ""

    [held] = watched(site_of(report, inline=True))
    assert str(held).startswith("def report (")
    assert "leave out `inline=True`" in str(held)


def test_a_middleware_is_told_of_call(clock, watched):
    site = site_of(lambda: "")

    @site.middleware
    def slow(request):
        response = yield
        hold(clock)
        return response

    [held] = watched(site)
    assert str(held).startswith("def slow (")
    assert "have it `yield call(...)`" in str(held)


def test_what_a_middleware_calls_in_a_thread_holds_nothing(clock, watched):
    site = site_of(lambda: "")

    @site.middleware
    def slow(request):
        assert (yield call(clock.after_idle_rests(ENOUGH).wait, WAIT))
        return (yield)

    assert watched(site) == []


def test_a_stream_is_watched_chunk_by_chunk(clock, watched):
    async def rows():
        yield b"a"
        hold(clock)
        yield b"b"

    [held] = watched(site_of(rows))
    assert str(held).startswith("async def rows (")


def test_a_task_that_a_handler_makes_is_watched_too(clock, watched):
    async def one():
        await asyncio.sleep(0)
        hold(clock)

    async def fan_out():
        async with asyncio.TaskGroup() as group:
            group.create_task(one(), name="one")
        return ""

    [held] = watched(site_of(fan_out))
    assert held.handler.code is one.__code__
    assert held.request == "GET /"


def test_a_task_that_no_request_has_made_is_left_alone():
    async def made():
        Tasks.watch(asyncio.get_running_loop(), Watchdog(0.05, print, None))
        task = asyncio.create_task(asyncio.sleep(0), name="mine")
        await task
        return task

    task = asyncio.run(made())
    assert (task.get_name(), inspect.iscoroutine(task.get_coro())) == ("mine", True)


def test_a_task_of_a_request_looks_as_it_is(watched):
    seen = {}

    async def child():
        await asyncio.sleep(0)

    async def handler():
        task = asyncio.create_task(child())
        seen["frames"] = task.get_stack()
        seen["name"] = task.get_coro().__name__
        await task
        task = asyncio.create_task(asyncio.sleep(60))
        await asyncio.sleep(0)
        task.cancel()
        seen["cancelled"] = await asyncio.gather(task, return_exceptions=True)
        return ""

    assert watched(site_of(handler)) == []
    assert [frame.f_code for frame in seen["frames"]] == [child.__code__]
    assert seen["name"] == "child"
    assert isinstance(seen["cancelled"][0], asyncio.CancelledError)


def test_a_task_factory_that_is_there_is_kept(clock):
    made = []

    def factory(loop, coroutine, **options):
        made.append(coroutine)
        return asyncio.Task(coroutine, loop=loop, **options)

    async def handler():
        asyncio.get_running_loop().set_task_factory(factory)
        return ""

    async def other():
        await asyncio.create_task(asyncio.sleep(0))
        return ""

    site = site_of(handler)
    site.get("/other")(other)
    client = Client(Sentinel(ASGIAdapter(site), clock=clock))
    client.get("/")
    assert client.get("/other").status == 200
    client.close()
    assert made


def test_one_that_holds_the_loop_where_it_is_cancelled_is_named(clock, watched):
    async def report():
        try:
            async with asyncio.timeout(0):
                try:
                    await asyncio.sleep(WAIT)
                finally:
                    hold(clock)
        except TimeoutError:
            return ""

    [held] = watched(site_of(report))
    assert held.handler.code is report.__code__


def test_a_websocket_is_watched(clock):
    app = ASGIAdapter(App(), websocket_origins=["*"])

    @app.websocket("/ws")
    async def talk(websocket):
        async with websocket:
            hold(clock)
            await websocket.send_text("done")

    sentinel = Sentinel(app, clock=clock, tell=lambda held: None)
    client = Client(sentinel, timeout=30)
    with client.websocket("/ws") as websocket:
        assert websocket.receive_text() == "done"
    client.close()
    [held] = sentinel.held
    assert str(held).startswith("async def talk (")
    assert held.request == "WEBSOCKET /ws"


async def ok(send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body"})


def test_an_application_of_another_framework_is_watched(clock, watched):
    async def foreign(scope, receive, send):
        hold(clock)
        await ok(send)

    [held] = watched(foreign)
    assert held.handler.code is foreign.__code__


def test_code_that_is_not_the_users_is_told_as_such(clock, watched):
    made = {"hold": clock.after_looks, "ok": ok, "WAIT": WAIT, "ENOUGH": ENOUGH}
    source = "async def app(scope, receive, send):\n hold(ENOUGH).wait(WAIT)\n await ok(send)"
    exec(compile(source, "<made>", "exec"), made)
    [held] = watched(made["app"])
    assert held.handler is None
    assert str(held).startswith("GET / (no code of yours) held the event loop for ")
    assert "look at what the handler returns" in str(held)


def test_a_request_that_is_dropped_is_closed_inside(clock):
    closed = []

    async def foreign(scope, receive, send):
        try:
            await asyncio.sleep(WAIT)
        finally:
            closed.append(True)

    async def drop():
        sentinel = Sentinel(foreign, clock=clock)
        serving = sentinel({"type": "http", "method": "GET", "path": "/"}, None, None)
        serving.send(None)
        serving.close()

    asyncio.run(drop())
    assert closed == [True]


# None of these is told.


def test_less_than_the_threshold_is_fine(clock, watched):
    async def quick():
        clock.after_looks(FEW).wait(WAIT)
        return ""

    assert watched(site_of(quick)) == []


def test_many_short_ones_in_a_row_are_fine(clock, watched):
    async def polite():
        for _ in range(4):
            clock.after_looks(FEW).wait(WAIT)
            await asyncio.sleep(0)
        return ""

    assert watched(site_of(polite)) == []


def test_a_def_in_a_thread_holds_nothing(clock, watched):
    def blocking():
        assert clock.after_idle_rests(ENOUGH).wait(WAIT)
        return ""

    assert watched(site_of(blocking)) == []


def test_a_loop_that_is_idle_is_not_held(clock, watched):
    async def patient():
        assert await asyncio.to_thread(clock.after_idle_rests(ENOUGH).wait, WAIT)
        return ""

    assert watched(site_of(patient)) == []


def test_a_machine_that_is_busy_is_not_the_handlers_fault(clock, watched):
    """The thread was ready all the time, and had no processor."""
    clock.starved_share = 0.9

    async def starved():
        clock.after_looks(3 * ENOUGH).wait(WAIT)
        return ""

    assert watched(site_of(starved)) == []


def test_a_watchdog_that_comes_late_counts_no_more_than_a_tick(clock, watched):
    clock.late = 50

    async def interrupted():
        clock.after_looks(FEW).wait(WAIT)
        return ""

    assert watched(site_of(interrupted)) == []


def test_an_import_happens_once_and_is_not_told(clock, watched, tmp_path, monkeypatch):
    (tmp_path / "slow_to_import.py").write_text("import sys; sys.modules['the_gate'].wait(20)")
    monkeypatch.syspath_prepend(tmp_path)

    async def importing():
        monkeypatch.setitem(sys.modules, "the_gate", clock.after_looks(ENOUGH))
        import slow_to_import  # noqa: F401

        return ""

    assert watched(site_of(importing)) == []


def test_a_startup_holds_nobody_up(clock):
    app = ASGIAdapter(App())
    app.on_startup(lambda: None)
    sentinel = Sentinel(app, clock=clock)
    with Client(sentinel):
        pass
    assert sentinel.watchdog.running == {}
    assert sentinel.held == []


# How it is told.


def test_a_place_is_told_once_for_each_handler(clock, watched):
    async def first():
        hold(clock)
        return ""

    async def second():
        hold(clock)
        return ""

    site = site_of(first)
    site.get("/second")(second)
    assert len(watched(site, times=2)) == 1
    sentinel = Sentinel(ASGIAdapter(site), clock=clock, tell=lambda held: None)
    client = Client(sentinel, timeout=30)
    client.get("/")
    client.get("/second")
    client.close()
    assert [held.handler.code.co_name for held in sentinel.held] == ["first", "second"]


def test_it_goes_to_the_log_where_nobody_else_is_told(clock, caplog):
    async def report():
        hold(clock)
        return ""

    client = Client(Sentinel(ASGIAdapter(site_of(report)), clock=clock), timeout=30)
    with caplog.at_level(logging.WARNING, "tandem"):
        client.get("/")
    client.close()
    [record] = caplog.records
    assert record.getMessage().startswith("async def report (")


def test_one_that_goes_on_and_on_is_told_before_it_is_over(clock):
    told = threading.Event()

    async def endless():
        clock.after_looks(1_000_000)
        told.wait(WAIT)
        return ""

    sentinel = Sentinel(ASGIAdapter(site_of(endless)), clock=clock, tell=lambda held: told.set())
    client = Client(sentinel, timeout=30)
    assert client.get("/").status == 200
    client.close()
    [held] = sentinel.held
    assert not held.is_over
    assert "holds the event loop, for 1" in str(held)
    assert "ms so far, at " in str(held)


def test_an_error_of_the_handlers_is_the_handlers(watched):
    site = App()

    @site.error(ValueError)
    def explained(request, error):
        return Response(status=418)

    @site.get("/")
    async def failing():
        await asyncio.sleep(0)
        raise ValueError

    assert watched(site) == []


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("time.sleep(1)", "`await asyncio.sleep(...)`"),
        ("subprocess.run(['ls'])", "create_subprocess_exec"),
        ("requests.get(url)", "an async client"),
        ("urlopen(url).read()", "an async client"),
        ("lock.acquire()", "an `asyncio.Lock`"),
        ("Path('x').read_text()", "`await asyncio.to_thread(...)` around the call"),
    ],
)
def test_the_line_says_what_to_use_instead(monkeypatch, line, instead):
    async def report(): ...

    monkeypatch.setattr("linecache.getline", lambda path, number: line)
    place = line_at(report)
    assert instead in str(Held("GET /", place, place, 0.1, 0.0))


def line_at(function):
    return Line(function.__code__, function.__code__.co_firstlineno)


@pytest.mark.parametrize("threshold", [0, -1, float("nan"), float("inf"), "50 ms"])
def test_a_threshold_is_a_number_of_seconds(threshold):
    with pytest.raises(ValueError, match="a threshold is a number of seconds over 0; got"):
        Sentinel(ASGIAdapter(App()), threshold)


def test_the_threshold_can_be_set(clock, watched):
    async def report():
        hold(clock)
        return ""

    [held] = watched(site_of(report), threshold=2.0)
    assert 2.0 < held.seconds < 4.0
