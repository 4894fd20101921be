"""What happens when the server starts and stops (ASGI, "Lifespan Protocol")."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette

from asgi_adapter import ASGIAdapter
from core import App, Router
from lab.testing import Client
from tests.asgi_adapter.server import STARTUP, live

COMPLETE = [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}]


@pytest.fixture
def trace():
    return []


def marks(trace, name, *, fails=False):
    """A `def` that leaves its mark."""

    def function():
        trace.append(name)
        if fails:
            raise LookupError(f"{name} failed")

    return function


def marks_async(trace, name, *, fails=False):
    """An `async def` that leaves its mark."""

    async def function():
        await asyncio.sleep(0)
        marks(trace, name, fails=fails)()

    return function


def context(trace, *, state=None, fails_on=None):
    """An async context manager that leaves its marks."""

    @asynccontextmanager
    async def lifespan(site):
        trace.append("enter")
        if fails_on == "enter":
            raise LookupError("enter failed")
        yield state
        trace.append("exit")
        if fails_on == "exit":
            raise LookupError("exit failed")

    return lifespan


def made(trace, **options):
    app = ASGIAdapter(App(), lifespan=context(trace, **options))
    app.on_startup(marks(trace, "start 1"))
    app.on_shutdown(marks_async(trace, "stop 1"))
    app.on_startup(marks_async(trace, "start 2"))
    app.on_shutdown(marks(trace, "stop 2"))
    return app


def test_startup_is_in_order_and_shutdown_in_reverse(trace):
    assert live(made(trace)) == COMPLETE
    assert trace == ["enter", "start 1", "start 2", "stop 2", "stop 1", "exit"]


def test_without_anything_to_do_both_are_answered():
    assert live(ASGIAdapter(App())) == COMPLETE


def test_an_application_may_live_more_than_once(trace):
    app = made(trace)
    assert live(app) == live(app) == COMPLETE
    assert trace == ["enter", "start 1", "start 2", "stop 2", "stop 1", "exit"] * 2


def test_callable_objects_and_partials_are_awaited_where_they_are_async(trace):
    class Pool:
        async def __call__(self):
            trace.append("opened")

        async def close(self):
            trace.append("closed")

    app, pool = ASGIAdapter(App()), Pool()
    app.on_startup(pool)
    app.on_shutdown(pool.close)
    assert live(app) == COMPLETE
    assert trace == ["opened", "closed"]


def test_the_context_is_entered_with_the_app():
    seen, site = [], App()

    @asynccontextmanager
    async def lifespan(site):
        seen.append(site)
        yield

    assert live(ASGIAdapter(site, lifespan=lifespan)) == COMPLETE
    assert seen == [site]


def test_a_startup_that_fails_is_told_and_what_had_started_is_ended(trace, caplog):
    app = made(trace)
    app.on_startup(marks(trace, "start 3", fails=True))
    app.on_startup(marks(trace, "never"))
    assert live(app, [STARTUP]) == [
        {"type": "lifespan.startup.failed", "message": "LookupError: start 3 failed"}
    ]
    assert trace == ["enter", "start 1", "start 2", "start 3", "stop 2", "stop 1", "exit"]
    [record] = caplog.records
    assert "startup failed" in record.getMessage()
    assert record.exc_info[0] is LookupError


def test_a_context_that_cannot_be_entered_starts_nothing(trace):
    [message] = live(made(trace, fails_on="enter"), [STARTUP])
    assert message["type"] == "lifespan.startup.failed"
    assert trace == ["enter"]


def test_a_failure_while_cleaning_up_after_a_failure_is_logged(trace, caplog):
    app = made(trace, fails_on="exit")
    app.on_startup(marks(trace, "start 3", fails=True))
    [message] = live(app, [STARTUP])
    assert message["message"] == "LookupError: start 3 failed"  # the first cause
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "startup failed",
        "shutdown failed",
    ]


@pytest.mark.parametrize("make", [marks, marks_async])
def test_a_shutdown_that_fails_is_told_and_the_rest_is_ended(trace, make, caplog):
    app = made(trace)
    app.on_shutdown(make(trace, "stop 3", fails=True))
    started, failed = live(app)
    assert started == COMPLETE[0]
    assert failed == {"type": "lifespan.shutdown.failed", "message": "LookupError: stop 3 failed"}
    assert trace[-4:] == ["stop 3", "stop 2", "stop 1", "exit"]
    assert "stop 3 failed" in caplog.text


def test_a_shutdown_that_fails_twice_is_logged_twice(trace, caplog):
    app = made(trace, fails_on="exit")
    app.on_shutdown(marks(trace, "stop 3", fails=True))
    assert live(app)[1]["message"] == "LookupError: stop 3 failed; LookupError: exit failed"
    assert len(caplog.records) == 2


def test_the_contexts_mapping_is_each_requests_first_state(trace):
    shared = []
    site = Router()

    @site.get("/")
    def handler(request):
        request.state.mine = len(shared)
        shared.append(request.state.shared)
        return {"had": hasattr(request.state, "mine")}

    app = made(trace, state={"shared": shared})
    app.site.include(site)
    state = {}
    assert live(app, state=state) == COMPLETE
    assert state == {"shared": shared}

    async def with_state(scope, receive, send):
        await app({**scope, "state": dict(state)}, receive, send)

    for _ in range(2):
        assert Client(with_state).get("/").status == 200
    assert shared == [shared, shared]


def test_a_mapping_for_a_server_that_keeps_no_state_is_a_failed_startup(trace):
    app = made(trace, state={"a": 1})

    async def without(scope, receive, send):
        await app({"type": "lifespan"}, receive, send)

    [message] = live(without, [STARTUP])
    assert "this server keeps no lifespan state" in message["message"]
    assert trace == ["enter", "exit"]


@pytest.mark.parametrize("raised", [asyncio.CancelledError, KeyboardInterrupt])
def test_a_server_that_gives_up_leaves_nothing_open(trace, raised):
    """Some servers cancel the lifespan's task instead of saying lifespan.shutdown."""
    app = made(trace)
    said = [STARTUP]

    async def receive():
        if not said:
            raise raised
        return said.pop()

    async def send(message):
        trace.append(message["type"])

    async def serve():
        await app({"type": "lifespan", "state": {}}, receive, send)

    with pytest.raises(raised):
        asyncio.run(serve())
    assert trace[-3:] == ["stop 2", "stop 1", "exit"]


def test_a_startup_that_is_cancelled_ends_what_had_started(trace):
    app = made(trace)

    @app.on_startup
    async def cancelled():
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        live(app, [STARTUP])
    assert trace[-3:] == ["stop 2", "stop 1", "exit"]


def test_http_works_where_a_server_sends_no_lifespan(trace):
    app = made(trace)
    app.site.get("/")(lambda: "x")
    assert Client(app).get("/").text == "x"
    assert trace == []


@pytest.mark.parametrize("kind", ["smoke", "http.request", "tcp"])
def test_an_unknown_scope_raises_so_that_the_server_learns(kind):
    with pytest.raises(ValueError, match=f"got '{kind}'"):
        asyncio.run(ASGIAdapter(App())({"type": kind}, None, None))


# Applications inside ours.


def child(trace, name, *, fails_on=None):
    """A child of Starlette's, which leaves its marks and shares some state."""

    @asynccontextmanager
    async def lifespan(_):
        trace.append(f"{name} starts")
        if fails_on == "startup":
            raise LookupError(f"{name} is lost")
        yield {name: "shared"}
        trace.append(f"{name} stops")
        if fails_on == "shutdown":
            raise LookupError(f"{name} is lost")

    return Starlette(lifespan=lifespan)


def test_a_child_starts_after_its_parent_and_ends_before_it(trace):
    app, state = made(trace, state={"parent": "shared"}), {}
    app.lifespan.add(child(trace, "a"))
    app.lifespan.add(child(trace, "b"))
    assert live(app, state=state) == COMPLETE
    assert trace == [
        *["enter", "start 1", "start 2", "a starts", "b starts"],
        *["b stops", "a stops", "stop 2", "stop 1", "exit"],
    ]
    assert state == {"parent": "shared", "a": "shared", "b": "shared"}


def test_an_adapter_may_be_a_child(trace):
    parent = ASGIAdapter(App())
    parent.lifespan.add(made(trace))
    assert live(parent) == COMPLETE
    assert trace == ["enter", "start 1", "start 2", "stop 2", "stop 1", "exit"]


def test_a_child_that_fails_to_start_fails_its_parent_and_ends_who_had_started(trace, caplog):
    app = made(trace)
    app.lifespan.add(child(trace, "a"))
    app.lifespan.add(child(trace, "b", fails_on="startup"))
    app.lifespan.add(child(trace, "never"))
    [failed] = live(app, [STARTUP])
    assert failed["type"] == "lifespan.startup.failed"
    assert failed["message"].startswith("RuntimeError: the startup of <starlette.applications")
    assert "LookupError: b is lost" in failed["message"]
    assert trace[3:] == ["a starts", "b starts", "a stops", "stop 2", "stop 1", "exit"]
    assert "startup failed" in caplog.text


def test_a_child_that_fails_to_end_is_told_and_its_parent_is_ended(trace):
    app = made(trace)
    app.lifespan.add(child(trace, "a", fails_on="shutdown"))
    _, failed = live(app)
    assert failed["type"] == "lifespan.shutdown.failed"
    assert "LookupError: a is lost" in failed["message"]
    assert trace[3:] == ["a starts", "a stops", "stop 2", "stop 1", "exit"]


async def raises_at_once(scope, receive, send):
    raise LookupError("only http here")


async def returns_at_once(scope, receive, send):
    pass


async def returns_when_started(scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.complete"})


@pytest.mark.parametrize("without", [raises_at_once, returns_at_once, returns_when_started])
def test_a_child_without_a_lifespan_holds_nothing_up(trace, without):
    app = made(trace)
    app.lifespan.add(without)
    assert live(app) == COMPLETE


def test_a_child_that_breaks_down_between_start_and_end_is_told(trace):
    async def breaks_down(scope, receive, send):
        await receive()
        await send({"type": "lifespan.startup.complete"})
        raise LookupError("lost")

    app = made(trace)
    app.lifespan.add(breaks_down)
    _, failed = live(app)
    assert failed == {"type": "lifespan.shutdown.failed", "message": "LookupError: lost"}
    assert trace[-3:] == ["stop 2", "stop 1", "exit"]


def test_a_child_that_stays_after_its_end_is_cancelled(trace):
    async def stays(scope, receive, send):
        for answer in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{answer}.complete"})
        try:
            await receive()
        except asyncio.CancelledError:
            trace.append("cancelled")
            raise

    app = ASGIAdapter(App())
    app.lifespan.add(stays)
    assert live(app) == COMPLETE
    assert trace == ["cancelled"]


def test_what_cannot_be_called_is_no_child():
    with pytest.raises(TypeError, match="an ASGI application can be called; got 'x'"):
        ASGIAdapter(App()).lifespan.add("x")


def test_a_child_has_a_state_only_where_the_server_has(trace):
    async def looks(scope, receive, send):
        trace.append("state" in scope)

    async def without(scope, receive, send):
        await app({"type": "lifespan"}, receive, send)

    app = ASGIAdapter(App())
    app.lifespan.add(looks)
    assert live(without) == live(app) == COMPLETE
    assert trace == [False, True]


# Servers without a lifespan.


def test_where_nothing_was_started_the_log_says_so_once(trace, caplog):
    app = made(trace)
    app.lifespan.add(raises_at_once)
    app.site.get("/")(lambda: "x")
    doors = Client(app)
    assert [doors.get("/").text for _ in range(2)] == ["x", "x"]
    [message] = caplog.messages
    assert message.startswith(
        "this server has sent no lifespan before the first request, so nothing is started, and "
        "nothing will be ended: lifespan, function, "
    )
    assert "raises_at_once" in message


def test_where_there_is_nothing_to_start_the_log_is_silent(caplog):
    assert Client(ASGIAdapter(App())).get("/").status == 404
    assert caplog.messages == []


def test_after_a_lifespan_the_log_is_silent(trace, caplog):
    app = made(trace)
    live(app)
    assert Client(app).get("/").status == 404
    assert caplog.messages == []


def test_native_middleware_that_is_added_before_or_after_the_first_request_is_there(trace, caplog):
    def middleware(application, name):
        async def call(scope, receive, send):
            trace.append(name)
            await application(scope, receive, send)

        return call

    app = ASGIAdapter(App())
    app.add_middleware(middleware, name="A")
    doors = Client(app)
    doors.get("/")
    app.add_middleware(middleware, name="B")
    doors.get("/")
    assert trace == ["A", "A", "B"]


def test_what_a_server_has_cancelled_is_closed_before_the_lifespan_ends(trace):
    """uvicorn does not wait for it, when its grace time is over."""
    site = App()
    app = ASGIAdapter(site)
    app.on_shutdown(marks(trace, "shutdown"))

    @site.get("/")
    def stream():
        try:
            while True:
                yield b"chunk"
        finally:
            trace.append("closed")

    async def serve():
        asked, begun = asyncio.Queue(), asyncio.Event()

        async def receive_nothing():
            await asyncio.Event().wait()

        async def send_chunk(message):
            if message["type"] == "http.response.body":
                begun.set()

        async def ignore(message):
            pass

        lifespan = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        server = asyncio.create_task(app(lifespan, asked.get, ignore))
        asked.put_nowait(STARTUP)
        http = {"type": "http", "method": "GET", "path": "/", "headers": []}
        request = asyncio.create_task(app(http, receive_nothing, send_chunk))
        await begun.wait()
        request.cancel()
        asked.put_nowait({"type": "lifespan.shutdown"})
        await server
        await asyncio.wait([request])

    asyncio.run(serve())
    assert trace == ["closed", "shutdown"]


def test_a_server_that_gives_up_while_requests_end_leaves_nothing_open_either(trace):
    site = App()
    app = ASGIAdapter(site)
    app.on_shutdown(marks(trace, "shutdown"))
    begun, closing = asyncio.Event(), asyncio.Event()

    @site.get("/")
    async def close_slowly():
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            closing.set()
            await asyncio.Event().wait()

    async def serve():
        asked = asyncio.Queue()

        async def receive_nothing():
            await asyncio.Event().wait()

        async def ignore(message):
            pass

        lifespan = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        server = asyncio.create_task(app(lifespan, asked.get, ignore))
        asked.put_nowait(STARTUP)
        http = {"type": "http", "method": "GET", "path": "/", "headers": []}
        request = asyncio.create_task(app(http, receive_nothing, ignore))
        await begun.wait()
        request.cancel()
        await closing.wait()
        asked.put_nowait({"type": "lifespan.shutdown"})
        await asyncio.sleep(0)  # it is received, and waits for the request
        await asyncio.sleep(0)
        server.cancel()
        request.cancel()
        await asyncio.wait([server, request])

    asyncio.run(serve())
    assert trace == ["shutdown"]
