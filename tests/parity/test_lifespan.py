"""What starts once and ends once, the same behind both doors (`core.lifespan`)."""

import asyncio
import functools
from contextlib import asynccontextmanager, contextmanager

import pytest

from core import App
from tests.asgi_adapter.server import live


@pytest.fixture
def trace():
    return []


@pytest.fixture
def marks(trace):
    """Make a function, `def` or `async def`, that leaves its mark."""

    def make(name, *, fails=False, is_async=False):
        def function():
            trace.append(name)
            if fails:
                raise LookupError(f"{name} failed")

        async def function_async():
            await asyncio.sleep(0)
            function()

        return function_async if is_async else function

    return make


@pytest.fixture
def lived(world):
    """Start and end an application; the error of its startup, if it has failed."""

    def start_and_end(application):
        if world == "asgi":
            first = live(application)[0]
            return first.get("message")
        try:
            application.startup()
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        application.shutdown()
        return None

    return start_and_end


@pytest.fixture(params=["async", "sync"])
def context(request, trace):
    """Make a context manager, async or not, that leaves its marks."""

    def make(value=None, *, fails_on=None):
        def lifespan(site):
            trace.append("enter")
            if fails_on == "enter":
                raise LookupError("enter failed")
            yield value
            trace.append("exit")
            if fails_on == "exit":
                raise LookupError("exit failed")

        async def lifespan_async(site):
            await asyncio.sleep(0)
            for each in lifespan(site):
                yield each

        if request.param == "sync":
            return contextmanager(lifespan)
        return asynccontextmanager(lifespan_async)

    return make


def test_startup_is_in_order_and_shutdown_in_reverse(adapter, lived, context, marks, trace):
    application = adapter(App(), lifespan=context())
    application.on_startup(marks("start 1"))
    application.on_shutdown(marks("stop 1", is_async=True))
    application.on_startup(marks("start 2", is_async=True))
    application.on_shutdown(marks("stop 2"))
    for _ in range(2):  # it may live more than once
        assert lived(application) is None
        assert trace == ["enter", "start 1", "start 2", "stop 2", "stop 1", "exit"]
        trace.clear()


def test_a_shutdown_function_runs_if_all_that_stands_above_it_has_started(
    adapter, lived, marks, trace, caplog
):
    application = adapter(App())
    application.on_startup(marks("open a"))
    application.on_shutdown(marks("close a"))
    application.on_startup(marks("open b", fails=True))
    application.on_shutdown(marks("close b"))
    application.on_startup(marks("open c"))
    assert lived(application) == "LookupError: open b failed"
    assert trace == ["open a", "open b", "close a"]
    [record] = caplog.records
    assert record.getMessage() == "startup failed: LookupError('open b failed')"
    assert record.exc_info[0] is LookupError


def test_a_context_that_cannot_be_entered_starts_nothing(adapter, lived, context, marks, trace):
    application = adapter(App(), lifespan=context(fails_on="enter"))
    application.on_startup(marks("never"))
    application.on_shutdown(marks("never"))
    assert lived(application) == "LookupError: enter failed"
    assert trace == ["enter"]


def test_what_fails_at_the_end_is_logged_and_the_rest_is_ended(
    adapter, lived, context, marks, trace, caplog
):
    application = adapter(App(), lifespan=context(fails_on="exit"))
    application.on_shutdown(marks("stop 1"))
    application.on_shutdown(marks("stop 2", fails=True, is_async=True))
    assert lived(application) is None
    assert trace == ["enter", "stop 2", "stop 1", "exit"]
    assert [record.getMessage() for record in caplog.records] == [
        "shutdown failed: LookupError('stop 2 failed')",
        "shutdown failed: LookupError('exit failed')",
    ]


def test_a_function_that_returns_an_awaitable_has_it_awaited(adapter, lived, marks, trace):
    application, function = adapter(App()), marks("start", is_async=True)
    application.on_startup(lambda: function())
    application.on_startup(functools.partial(function))
    assert lived(application) is None
    assert trace == ["start", "start"]


def test_a_function_that_is_registered_stays_what_it_was(adapter):
    application = adapter(App())
    assert application.on_startup(print) is application.on_shutdown(print) is print


def test_a_context_may_hold_a_task_group(adapter, lived, trace):
    """What a task has entered that task must leave: a lifespan is one task, from start to end."""

    @asynccontextmanager
    async def lifespan(site):
        task = asyncio.current_task()
        async with asyncio.TaskGroup() as group:
            working = group.create_task(asyncio.Event().wait())
            async with asyncio.timeout(60):
                yield
            working.cancel()
        trace.append(task is asyncio.current_task())

    assert lived(adapter(App(), lifespan=lifespan)) is None
    assert trace == [True]


async def generates():
    yield


def takes_one(argument):
    pass


@pytest.mark.parametrize("register", ["on_startup", "on_shutdown"])
@pytest.mark.parametrize("function", [5, takes_one, generates, functools.partial(generates)])
def test_a_function_that_a_call_cannot_run_is_refused_at_once(adapter, register, function):
    kind = register.removeprefix("on_")
    with pytest.raises(TypeError, match=f"a {kind} function is called without arguments"):
        getattr(adapter(App()), register)(function)


@pytest.mark.parametrize("context_", [5, generates])
def test_a_lifespan_that_is_no_context_manager_is_refused_at_once(adapter, context_):
    with pytest.raises(TypeError, match="decorate it with @asynccontextmanager"):
        adapter(App(), lifespan=context_)


def test_a_lifespan_that_returns_no_context_manager_is_a_failed_startup(adapter, lived):
    application = adapter(App(), lifespan=lambda site: "x")
    assert lived(application) == "TypeError: a lifespan returns a context manager; got 'x'"


def test_a_lifespan_that_yields_what_is_no_mapping_is_a_failed_startup(
    adapter, lived, context, trace
):
    told = lived(adapter(App(), lifespan=context("x")))
    assert told.startswith(
        "TypeError: a lifespan yields a mapping or nothing; got 'x' from lifespan"
    )
    assert trace == ["enter", "exit"]


def test_a_builtin_without_a_signature_is_taken(adapter, lived):
    application = adapter(App())
    application.on_startup(dict)
    application.on_startup(vars)
    assert lived(application) is None
