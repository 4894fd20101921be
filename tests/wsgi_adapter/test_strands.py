"""One task for all steps of an async generator, on a loop that runs for each step alone."""

import asyncio
import threading
from contextvars import Context, ContextVar

import pytest

from core import App
from core.steps import Call, Strand
from lab.testing import Client
from tests.wsgi_adapter.test_loop import in_thread
from wsgi_adapter import WSGIAdapter
from wsgi_adapter.loop import run_on_own_loop
from wsgi_adapter.shared_loop import run_on_shared_loop, shared_loop
from wsgi_adapter.strands import NOT_YET, interrupted

RUN = {"own": run_on_own_loop, "shared": run_on_shared_loop}
PATIENCE = 10  # seconds


@pytest.fixture(params=RUN)
def loop(request):
    yield request.param
    if request.param == "shared":
        shared_loop().close()


class Steps:
    """An async generator whose steps are carried out as those of a stream."""

    def __init__(self, loop, generator):
        self.run = RUN[loop]
        self.context = Context()
        self.strand = Strand("generator")
        self._generator = generator
        self._next = Call(anext, (), {}, strand=self.strand, has_more=True)
        self._last = Call(anext, (), {}, strand=self.strand)

    def next(self, patience=None):
        return self.run(following(self._generator), self.context, self._next, patience)

    def go_on(self, patience):
        return self.run(None, self.context, self._next, patience)

    def close(self):
        self.run(self._generator.aclose(), self.context, self._last)


async def following(generator):
    return await anext(generator)


@pytest.fixture
def steps(loop):
    """The steps of an async generator; they are ended with the test."""
    made = []

    def make(function):
        made.append(Steps(loop, function()))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_all_steps_are_of_one_task_and_in_one_context(steps):
    variable, tasks = ContextVar("variable"), []

    async def generator():
        token = variable.set("set")
        try:
            while True:
                tasks.append(asyncio.current_task())
                yield variable.get()
        finally:
            tasks.append(asyncio.current_task())
            variable.reset(token)

    made = steps(generator)
    assert [made.next() for _ in range(3)] == ["set"] * 3
    assert made.context[variable] == "set"
    made.close()
    assert variable not in made.context
    assert len(tasks) == 4
    assert len(set(tasks)) == 1


def test_two_strands_of_a_thread_do_not_mix(steps):
    async def generator():
        while True:
            yield asyncio.current_task()

    first, second = steps(generator), steps(generator)
    tasks = [each.next() for each in (first, second, first, second)]
    assert tasks[:2] == tasks[2:]
    assert tasks[0] is not tasks[1]


def test_a_timeout_that_ends_between_two_steps_is_one_in_the_next(steps, loop):
    """On a thread's own loop nothing ends in between; there the timer is late."""
    timeouts = []

    async def generator():
        try:
            async with asyncio.timeout(None) as timeout:
                timeouts.append(timeout)
                yield "open"
                await asyncio.Event().wait()
        except TimeoutError:
            yield "timed out"

    made = steps(generator)
    assert made.next() == "open"

    async def end():
        timeouts[0].reschedule(0)
        for _ in range(5):
            await asyncio.sleep(0)

    made.run(end())
    assert made.next() == "timed out"


def test_a_child_of_a_task_group_that_fails_between_two_steps_ends_the_group(steps):
    async def fails():
        raise LookupError("a child")

    async def generator():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fails())
                yield "open"
                await asyncio.Event().wait()
        except* LookupError as errors:
            caught.extend(errors.exceptions)
        yield "ended"

    caught = []
    made = steps(generator)
    assert made.next() == "open"
    made.run(asyncio.sleep(0))
    assert made.next() == "ended"
    assert [str(error) for error in caught] == ["a child"]


def test_a_step_that_fails_leaves_the_strand_to_the_next(steps):
    async def generator():
        try:
            yield "first"
            raise LookupError("failed")
        finally:
            await asyncio.sleep(0)

    made = steps(generator)
    assert made.next() == "first"
    with pytest.raises(LookupError, match="failed"):
        made.next()


@pytest.mark.parametrize("raised", [SystemExit, KeyboardInterrupt])
def test_what_ends_a_worker_is_raised_in_its_thread(steps, raised):
    """asyncio takes these two, in a task, for an end of the loop itself."""

    async def generator():
        yield "first"
        raise raised

    made = steps(generator)
    assert made.next() == "first"
    with pytest.raises(raised):
        made.next()


def test_a_generator_that_cancels_its_task_is_a_named_error(steps):
    async def generator():
        try:
            yield "first"
            asyncio.current_task().cancel()
            await asyncio.sleep(0)
        finally:
            ended.append(True)

    ended = []
    made = steps(generator)
    assert made.next() == "first"
    with pytest.raises(RuntimeError, match="cancelled by code of its own"):
        made.next()
    made.close()
    assert ended == [True]


def test_a_step_that_takes_too_long_is_gone_on_with(steps):
    events = []

    async def generator():
        events.append(asyncio.Event())
        await events[0].wait()
        yield "at last"

    made = steps(generator)
    assert made.next(patience=0.001) is NOT_YET
    assert made.go_on(patience=0.001) is NOT_YET

    async def let_go():
        events[0].set()

    made.run(let_go())
    assert made.go_on(patience=PATIENCE) == "at last"


def test_a_step_that_is_given_up_is_cancelled_and_its_error_nobody_s(steps):
    async def generator():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise LookupError from None
        yield

    made = steps(generator)
    assert made.next(patience=0.001) is NOT_YET
    made.run(interrupted(made.strand, PATIENCE))
    made.close()


def test_a_thread_that_is_interrupted_cancels_the_step_and_waits_for_its_end(loop):
    """As Ctrl-C does, or a worker that is out of time."""
    ended = []

    def interrupt():
        raise KeyboardInterrupt

    async def generator():
        try:
            asyncio.get_running_loop().call_soon(interrupt)
            await asyncio.Event().wait()
            yield
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    def serve():
        made = Steps("own", generator())
        with pytest.raises(KeyboardInterrupt):
            made.next()
        assert ended == [True]
        made.close()
        return "served"

    assert in_thread(serve) == "served"


def test_a_thread_that_ends_ends_the_strands_that_nobody_has_ended():
    """A server that forgets `close` must not keep the thread from ending."""
    ended = []

    async def generator():
        try:
            yield "first"
        finally:
            ended.append(True)

    def serve():
        made = Steps("own", generator())
        made.next()
        kept.append(made)

    kept = []
    thread = threading.Thread(target=serve)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert ended == [True]


def test_a_loop_that_is_closed_ends_a_step_that_is_half_done():
    async def generator():
        try:
            await asyncio.Event().wait()
            yield
        finally:
            ended.append(True)

    def serve():
        made = Steps("own", generator())
        assert made.next(patience=0.001) is NOT_YET

    ended = []
    thread = threading.Thread(target=serve)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert ended == [True]


@pytest.mark.parametrize("take", [3, 1])
def test_a_task_group_is_open_across_the_chunks_of_a_response(loop, take, caplog):
    site, marks = App(), []

    @site.get("/")
    async def handler():
        async with asyncio.TaskGroup() as group:
            queue = asyncio.Queue(1)

            async def produce():
                try:
                    while True:
                        await queue.put(b"x")
                finally:
                    marks.append("producer")

            producer = group.create_task(produce())
            for _ in range(3):
                yield await queue.get()
            producer.cancel()

    with Client(WSGIAdapter(site, loop=loop)).stream("GET", "/") as answer:
        chunks = answer.chunks()
        assert [next(chunks) for _ in range(take)] == [b"x"] * take
        if take == 3:
            assert list(chunks) == []
    assert marks == ["producer"]
    assert caplog.records == []
