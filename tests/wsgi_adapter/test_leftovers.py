"""What an `async def` handler leaves on its thread's own loop."""
# ruff: noqa: RUF006  # to leave a task behind is what is tried here

import asyncio
import gc
import os
import threading
from contextvars import Context

import pytest

from core import App
from core.steps import Call, Strand
from lab.testing import Client
from tests.wsgi_adapter.test_loop import run_script
from wsgi_adapter import WSGIAdapter, leftovers, loop
from wsgi_adapter.loop import OwnLoop, own_loop, run_on_own_loop


@pytest.fixture
def site():
    return App()


@pytest.fixture
def doors(site):
    return Client(WSGIAdapter(site))


@pytest.fixture(autouse=True)
def _nothing_is_left(recwarn):
    """Neither a task nor a coroutine that was never awaited."""
    before = asyncio.all_tasks(own_loop().loop)  # another module's lifespan may live on it
    yield
    assert asyncio.all_tasks(own_loop().loop) <= before
    gc.collect()
    assert [str(warning.message) for warning in recwarn] == []


@pytest.fixture
def trace():
    return []


async def waits(trace, *, suppresses=0):
    for _ in range(suppresses + 1):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            trace.append("cancelled")
    await asyncio.sleep(0)
    trace.append("ended")


def test_a_task_is_cancelled_awaited_and_named_in_one_line(site, doors, trace, caplog):
    @site.get("/")
    async def careless():
        asyncio.create_task(waits(trace), name="first")
        asyncio.create_task(waits(trace), name="second")
        await asyncio.sleep(0)
        return "x"

    assert doors.get("/").text == "x"
    assert trace == ["cancelled", "cancelled", "ended", "ended"]
    [record] = caplog.records
    told = record.getMessage()
    assert record.levelname == "WARNING"
    assert "careless left tasks behind, and they are cancelled: " in told
    assert "first (waits)" in told
    assert "second (waits)" in told


def test_a_task_of_a_task_is_one_too(site, doors, trace, caplog):
    @site.get("/")
    async def handler():
        async def starts_another():
            asyncio.create_task(waits(trace), name="inner")

        await asyncio.create_task(starts_another())
        return "x"

    doors.get("/")
    assert "cancelled: inner (waits)" in caplog.text


def test_tasks_that_are_done_are_not_spoken_of(site, doors, caplog):
    @site.get("/")
    async def handler():
        asyncio.create_task(asyncio.sleep(0))
        await asyncio.gather(*[asyncio.sleep(0) for _ in range(3)])
        return "x"

    assert doors.get("/").text == "x"
    assert caplog.records == []


def test_a_handler_that_fails_leaves_nothing_either(site, doors, trace, caplog):
    @site.get("/")
    async def handler():
        asyncio.create_task(waits(trace), name="first")
        await asyncio.sleep(0)
        raise LookupError

    assert doors.get("/").status == 500
    assert trace == ["cancelled", "ended"]
    assert "first (waits)" in caplog.text


def test_a_task_that_will_not_end_is_waited_for_a_while_and_said_to_go_on(
    site, doors, trace, caplog, monkeypatch
):
    monkeypatch.setattr(leftovers, "GRACE", 0.01)
    stubborn = []

    @site.get("/")
    async def handler():
        stubborn.append(asyncio.create_task(waits(trace, suppresses=1), name="mule"))
        await asyncio.sleep(0)
        return "x"

    @site.get("/later")
    async def later():
        stubborn[0].cancel()
        await stubborn[0]
        return "x"

    assert doors.get("/").text == "x"
    assert trace == ["cancelled"]
    assert "mule (waits, which goes on all the same)" in caplog.text
    doors.get("/later")


def test_an_async_generator_that_is_left_is_closed_without_a_word(site, doors, trace, caplog):
    async def numbers():
        try:
            for number in range(3):
                yield number
        finally:
            await asyncio.sleep(0)
            trace.append("closed")

    @site.get("/")
    async def handler():
        async for _ in numbers():
            break
        return "x"

    assert doors.get("/").text == "x"
    assert (trace, caplog.records) == (["closed"], [])


def test_with_more_to_come_tasks_live_on_until_the_end(trace, caplog):
    """As between the chunks of a body."""

    async def chunks():
        task = asyncio.create_task(waits(trace), name="producer")
        yield 1
        yield task.done()

    body, context, strand = chunks(), Context(), Strand("chunks")
    step = Call(anext, (), {}, strand=strand, has_more=True)
    assert run_on_own_loop(anext(body), context, step) == 1
    assert run_on_own_loop(anext(body), context, step) is False
    assert (trace, caplog.records) == ([], [])
    run_on_own_loop(body.aclose(), context, Call(body.aclose, (), {}, strand=strand))
    assert trace == ["cancelled", "ended"]
    assert "chunks left tasks behind" in caplog.text
    assert "producer (waits)" in caplog.text


@pytest.mark.parametrize("raised", [SystemExit, KeyboardInterrupt])
def test_a_worker_that_is_told_to_exit_ends_the_handler_first(trace, raised, caplog):
    """A signal's handler raises in the midst of the loop."""

    def exits():
        raise raised

    async def handler():
        try:
            asyncio.get_running_loop().call_soon(exits)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            trace.append("cleaned up")

    with pytest.raises(raised):
        run_on_own_loop(handler())
    assert (trace, caplog.records) == (["cleaned up"], [])


def test_a_thread_that_ends_closes_generators_and_threads_of_its_loop(trace):
    kept = []

    async def endless():
        try:
            yield
        finally:
            await asyncio.sleep(0)
            trace.append("closed")

    async def handler():
        kept.append(endless())
        await anext(kept[0])
        kept.append(await asyncio.to_thread(threading.current_thread))

    def serve():
        run_on_own_loop(handler())
        kept.append(own_loop().loop)

    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()
    _, of_executor, its_loop = kept
    assert trace == ["closed"]
    assert its_loop.is_closed()
    of_executor.join(10)
    assert not of_executor.is_alive()


def test_a_process_that_ends_cuts_a_daemon_threads_loop_off_where_it_is():
    """Closing a loop that runs would be an error, and a traceback at each exit."""
    run_script("""
import asyncio, threading
from wsgi_adapter.loop import run_on_own_loop

begun = threading.Event()

async def handler():
    begun.set()
    await asyncio.Event().wait()

threading.Thread(target=lambda: run_on_own_loop(handler()), daemon=True).start()
assert begun.wait(10)
""")


def test_a_loop_that_is_let_go_of_while_another_runs_is_closed_all_the_same():
    """A traceback may have held it beyond its thread, until a garbage collection."""
    held = [OwnLoop()]
    its_loop = held[0].loop

    async def lets_go():
        held.clear()

    run_on_own_loop(lets_go())
    assert its_loop.is_closed()


def test_a_loop_that_runs_in_another_thread_is_not_closed_under_it():
    runner, running = asyncio.Runner(), threading.Event()

    async def until_told():
        told.append(asyncio.Event())
        running.set()
        await told[0].wait()

    told = []
    thread = threading.Thread(target=lambda: runner.run(until_told()))
    thread.start()
    assert running.wait(10)
    loop._close(runner, os.getpid())
    its_loop = runner.get_loop()
    its_loop.call_soon_threadsafe(told[0].set)
    thread.join(10)
    assert (its_loop.is_running(), its_loop.is_closed()) == (False, False)
    runner.close()


def test_a_handler_that_cancels_itself_is_a_named_error():
    async def handler():
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="cancelled by code of its own"):
        run_on_own_loop(handler())
