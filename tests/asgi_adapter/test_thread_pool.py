"""The pool by itself, on both kinds of event loop: who runs where, who waits, who is left alone."""

import asyncio
import gc
import os
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from contextvars import ContextVar

import pytest
import uvloop

from asgi_adapter.threads import ThreadPool
from core.errors import ServiceUnavailable

PATIENCE = 20.0  # seconds before a test that hangs fails
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}

user = ContextVar("user", default="nobody")


@pytest.fixture(params=LOOPS)
def new_loop(request):
    return LOOPS[request.param]


@pytest.fixture
def served(new_loop):
    """What a coroutine returns, on a loop of its own, which has nothing to complain of."""

    def serve(coroutine):
        complaints = []
        with asyncio.Runner(loop_factory=new_loop) as runner:
            loop = runner.get_loop()
            loop.set_exception_handler(lambda _, complaint: complaints.append(complaint))
            result = runner.run(asyncio.wait_for(coroutine, PATIENCE))
        assert complaints == []
        return result

    return serve


@pytest.fixture
def make_pool():
    pools = []

    def make(size=4, **options):
        pools.append(ThreadPool(size, **options))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


class Gate:
    """A function that has begun and ends when it may."""

    def __init__(self):
        self.begun, self.opened = threading.Event(), threading.Event()
        self.has_ended = False

    def __call__(self, argument):
        self.begun.set()
        assert self.opened.wait(PATIENCE)
        self.has_ended = True
        return argument

    async def held(self, pool):
        """The task that waits for it, once it has begun."""
        task = asyncio.create_task(pool.run(self, "held"))
        await until(self.begun.is_set)
        return task


async def until(is_so):
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110  # what threads do wakes no asyncio.Event
            await asyncio.sleep(0)


async def a_few_turns():
    """Long enough for whatever is ready on this loop."""
    for _ in range(5):
        await asyncio.sleep(0)


def name_of_thread(_):
    return threading.current_thread().name


def tandem_threads(but=()):
    return {
        thread
        for thread in set(threading.enumerate()) - set(but)
        if thread.name.startswith("tandem-")
    }


def join(threads):
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def raises(error):
    """A function that raises this."""

    def function(_):
        raise error

    return function


# Who runs where.


def test_the_result_is_the_functions(served, make_pool):
    assert served(make_pool().run(str.upper, "x")) == "X"


def test_there_is_no_thread_before_the_first_call(make_pool):
    before = tandem_threads()
    make_pool()
    assert tandem_threads() == before


def test_an_idle_thread_is_used_again_before_there_is_another(served, make_pool):
    pool = make_pool()

    async def main():
        return {await pool.run(name_of_thread, None) for _ in range(500)}

    assert served(main()) == {"tandem-1"}


def test_there_are_as_many_threads_as_are_busy(served, make_pool):
    pool, met = make_pool(8), threading.Barrier(3)

    def meet(_):
        met.wait(PATIENCE)
        return name_of_thread(None)

    async def main():
        return await asyncio.gather(*[pool.run(meet, None) for _ in range(3)])

    assert sorted(served(main())) == ["tandem-1", "tandem-2", "tandem-3"]


def test_no_more_run_at_a_time_than_there_are_threads(served, make_pool):
    pool, gates = make_pool(2), [Gate() for _ in range(3)]

    async def main():
        held = [await gate.held(pool) for gate in gates[:2]]
        waiting = asyncio.create_task(pool.run(gates[2], "waited"))
        await a_few_turns()
        gates[0].opened.set()
        await until(gates[2].begun.is_set)
        was_first_over = gates[0].has_ended
        for gate in gates:
            gate.opened.set()
        return was_first_over, await asyncio.gather(*held, waiting)

    assert served(main()) == (True, ["held", "held", "waited"])


def test_several_loops_in_several_threads_share_a_pool(new_loop, make_pool):
    pool, wrong, names = make_pool(3), [], set()

    def work(number):
        async def one(step):
            user.set(f"{number}.{step}")
            for _ in range(20):
                if await pool.run(lambda _: user.get(), None) != f"{number}.{step}":
                    wrong.append((number, step))
                names.add(await pool.run(name_of_thread, None))

        async def main():
            async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
                for step in range(10):
                    tasks.create_task(one(step))

        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(main())

    workers = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for worker in workers:
        worker.start()
    join(workers)
    assert wrong == []
    assert names <= {"tandem-1", "tandem-2", "tandem-3"}


@pytest.mark.parametrize("size", [0, -1, 2.5, "40", None])
def test_a_pool_has_at_least_one_thread(size):
    with pytest.raises(ValueError, match=f"at least one thread; got threads={size!r}"):
        ThreadPool(size)


@pytest.mark.parametrize("wait", [-1, float("nan"), "30", None])
def test_a_wait_is_a_number_of_seconds(wait):
    with pytest.raises(ValueError, match=f"0 seconds or more; got thread_wait={wait!r}"):
        ThreadPool(1, wait)


# The context.


def test_of_10_000_interleaved_jobs_none_sees_anothers_context(served, make_pool):
    pool, wrong = make_pool(8), []

    def swap(new):
        old = user.get()
        user.set(new)
        return old

    async def one(number):
        user.set(f"{number}")
        for step in range(100):
            expected, new = user.get(), f"{number} after {step}"
            if (await pool.run(swap, new), user.get()) != (expected, new):
                wrong.append((number, step))

    async def main():
        async with asyncio.TaskGroup() as tasks:
            for number in range(100):
                tasks.create_task(one(number))
        return user.get(), await pool.run(lambda _: user.get(), None)

    assert served(main()) == ("nobody", "nobody")
    assert wrong == []


def test_what_a_function_sets_before_it_fails_is_kept(served, make_pool):
    def function(_):
        user.set("Ann")
        raise LookupError

    async def main():
        with suppress(LookupError):
            await make_pool().run(function, None)
        return user.get()

    assert served(main()) == "Ann"


# A full pool.


def test_who_waits_too_long_for_a_thread_is_refused_and_the_next_is_served(served, make_pool):
    pool, gate = make_pool(1, wait=0), Gate()

    async def main():
        held = await gate.held(pool)
        with pytest.raises(ServiceUnavailable) as refusal:
            await pool.run(str.upper, "x")
        gate.opened.set()
        return await held, await pool.run(str.upper, "y"), refusal.value

    held, after, refusal = served(main())
    assert (held, after) == ("held", "Y")
    assert refusal.detail == "Service Unavailable"
    assert refusal.headers == {"retry-after": "1"}


@pytest.mark.parametrize("wait", [30, float("inf")])
def test_who_gets_a_thread_in_time_is_served(served, make_pool, wait):
    pool, gate = make_pool(1, wait=wait), Gate()

    async def main():
        held = await gate.held(pool)
        waiting = asyncio.create_task(pool.run(str.upper, "x"))
        await a_few_turns()
        gate.opened.set()
        return await held, await waiting

    assert served(main()) == ("held", "X")


def test_a_function_that_has_begun_is_not_refused(served, make_pool):
    pool, first, second = make_pool(1, wait=0), Gate(), Gate()

    async def main():
        held = await first.held(pool)
        waiting = asyncio.create_task(pool.run(second, "waited"))
        await asyncio.sleep(0)  # it is in the queue
        first.opened.set()
        assert second.begun.wait(PATIENCE)  # this loop stands still, and the wait is over
        await a_few_turns()
        second.opened.set()
        return await held, await waiting

    assert served(main()) == ("held", "waited")


def test_who_comes_first_is_served_first(served, make_pool):
    pool, gate, order = make_pool(1), Gate(), []

    async def main():
        held = await gate.held(pool)
        waiting = [asyncio.create_task(pool.run(order.append, number)) for number in range(50)]
        await a_few_turns()
        gate.opened.set()
        await asyncio.gather(held, *waiting)

    served(main())
    assert order == list(range(50))


def test_what_is_shielded_is_not_refused(served, make_pool):
    pool, gate = make_pool(1, wait=0), Gate()

    async def main():
        held = await gate.held(pool)
        closing = asyncio.create_task(pool.run(str.upper, "closed", is_shielded=True))
        with suppress(ServiceUnavailable):
            await pool.run(str.upper, "x")  # came later, and has been refused
        gate.opened.set()
        return await held, await closing

    assert served(main()) == ("held", "CLOSED")


def test_who_has_answered_already_is_not_refused_but_cancelled(served, make_pool):
    pool, gate = make_pool(1, wait=0), Gate()

    async def main():
        held = await gate.held(pool)
        waiting, left = (
            asyncio.create_task(pool.run(str.upper, name, has_answered=True)) for name in "xy"
        )
        with suppress(ServiceUnavailable):
            await pool.run(str.upper, "z")  # came later, and has been refused
        left.cancel()
        await asyncio.wait([left])
        gate.opened.set()
        return await held, await waiting, left.cancelled()

    assert served(main()) == ("held", "X", True)


def test_where_the_system_allows_no_thread_more_those_that_are_there_do(
    served, make_pool, monkeypatch
):
    pool, gate = make_pool(4), Gate()

    async def main():
        held = await gate.held(pool)
        monkeypatch.setattr(threading.Thread, "start", no_start)
        waiting = asyncio.create_task(pool.run(name_of_thread, None))
        await a_few_turns()
        gate.opened.set()
        return await held, await waiting

    assert served(main()) == ("held", "tandem-1")


def no_start(_):
    raise RuntimeError("can't start new thread")


def test_where_the_system_allows_no_thread_at_all_the_call_fails(served, make_pool, monkeypatch):
    pool = make_pool()

    async def main():
        with monkeypatch.context() as system:
            system.setattr(threading.Thread, "start", no_start)
            with pytest.raises(RuntimeError, match="can't start new thread"):
                await pool.run(name_of_thread, None)
        return await pool.run(name_of_thread, None)

    assert served(main()) == "tandem-1"


# Cancellation.


def test_who_is_cancelled_before_a_thread_was_free_never_begins(served, make_pool):
    pool, gate, begun = make_pool(1), Gate(), []

    async def main():
        held = await gate.held(pool)
        waiting = asyncio.create_task(pool.run(begun.append, "never"))
        await a_few_turns()
        waiting.cancel()
        await asyncio.wait([waiting])
        gate.opened.set()
        return await held, waiting.cancelled(), await pool.run(str.upper, "after")

    assert served(main()) == ("held", True, "AFTER")
    assert begun == []


def test_what_a_withdrawn_call_held_is_free_at_once(served, make_pool):
    pool, gate = make_pool(1), Gate()

    async def main():
        held = await gate.held(pool)
        argument = Gate()
        watched = weakref.ref(argument)
        waiting = asyncio.create_task(pool.run(id, argument))
        await a_few_turns()
        waiting.cancel()
        await asyncio.wait([waiting])
        del argument, waiting
        is_free = watched() is None
        gate.opened.set()
        await held
        return is_free

    assert served(main())


def test_who_is_cancelled_waits_for_the_end_of_the_function_however_often(served, make_pool):
    pool, gate = make_pool(), Gate()

    async def main():
        held = await gate.held(pool)
        for _ in range(3):
            held.cancel()
            await a_few_turns()
            assert not held.done()
        gate.opened.set()
        await asyncio.wait([held])
        return held.cancelled(), gate.has_ended

    assert served(main()) == (True, True)


@pytest.mark.parametrize("when", ["before the loop knows", "before the task goes on"])
def test_who_is_cancelled_when_the_function_has_just_ended_is_cancelled(served, make_pool, when):
    """The second call of the one thread begins after the first has been handed back."""
    pool, gate = make_pool(1), Gate()

    async def main():
        first = asyncio.create_task(pool.run(str.upper, "x"))
        second = asyncio.create_task(pool.run(gate, "held"))
        await asyncio.sleep(0)  # both are in the queue
        assert gate.begun.wait(PATIENCE)  # this loop stands still, the first's end is ready
        if when == "before the loop knows":
            first.cancel()
        else:
            asyncio.get_running_loop().call_soon(first.cancel)
        await asyncio.wait([first])
        gate.opened.set()
        return first.cancelled(), await second

    assert served(main()) == (True, "held")


def test_a_timeout_is_one_when_the_function_has_ended(served, make_pool):
    pool, gate, timeouts = make_pool(), Gate(), []

    async def request():
        async with asyncio.timeout(None) as timeout:
            timeouts.append(timeout)
            await pool.run(gate, None)

    async def main():
        task = asyncio.create_task(request())
        await until(gate.begun.is_set)
        timeouts[0].reschedule(0)  # it is over
        await until(timeouts[0].expired)
        await a_few_turns()
        gate.opened.set()
        with pytest.raises(TimeoutError):
            await task
        return gate.has_ended

    assert served(main())


def test_a_cancellation_tells_what_the_function_raised_and_keeps_what_it_set(served, make_pool):
    pool, gate, error = make_pool(), Gate(), LookupError("late")

    def function(_):
        gate(None)
        user.set("Ann")
        raise error

    async def request():
        try:
            await pool.run(function, None)
        except asyncio.CancelledError as cancelled:
            return cancelled.__cause__, user.get()

    async def main():
        task = asyncio.create_task(request())
        await until(gate.begun.is_set)
        task.cancel()
        await a_few_turns()
        gate.opened.set()
        return await task

    assert served(main()) == (error, "Ann")


def test_what_is_shielded_runs_though_it_was_cancelled_while_it_waited(served, make_pool):
    pool, gate, closed = make_pool(1), Gate(), []

    async def main():
        held = await gate.held(pool)
        closing = asyncio.create_task(pool.run(closed.append, "closed", is_shielded=True))
        await a_few_turns()
        closing.cancel()
        await a_few_turns()
        assert not closing.done()
        gate.opened.set()
        await asyncio.wait([held, closing])
        return closing.cancelled()

    assert served(main())
    assert closed == ["closed"]


def test_the_end_of_a_program_waits_for_the_function(new_loop, make_pool):
    """As asyncio.run does it: what is left is cancelled, and waited for."""
    pool, gate = make_pool(), Gate()

    async def main():
        await gate.held(pool)
        asyncio.get_running_loop().call_later(0.01, gate.opened.set)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(main())
        runner.get_loop().call_soon(gate.opened.set)
    assert gate.has_ended


# Exceptions.


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        SystemExit(3),
        KeyboardInterrupt(),
        GeneratorExit(),
        asyncio.CancelledError("by the function itself"),
        asyncio.InvalidStateError("x"),
    ],
    ids=repr,
)
def test_what_the_function_raises_is_raised_and_the_thread_goes_on(served, make_pool, error):
    pool = make_pool()

    async def main():
        with pytest.raises(type(error)) as raised:
            await pool.run(raises(error), None)
        return raised.value, await pool.run(name_of_thread, None)

    assert served(main()) == (error, "tandem-1")


def test_a_stop_iteration_is_a_runtime_error_as_in_every_handler(served, make_pool):
    async def main():
        with pytest.raises(RuntimeError, match="a handler raised StopIteration") as raised:
            await make_pool().run(next, iter(()))
        return raised.value.__cause__

    assert isinstance(served(main()), StopIteration)


async def failing(pool, gate):
    await pool.run(int, "x")


async def stopping(pool, gate):
    await pool.run(next, iter(()))


async def refused(pool, gate):
    gate.begun.clear()
    gate.opened.clear()
    held = await gate.held(pool)
    try:
        await pool.run(str.upper, "x")
    finally:
        gate.opened.set()
        await held


async def cancelled(pool, gate):
    gate.begun.clear()
    gate.opened.clear()
    held = await gate.held(pool)
    held.cancel()
    asyncio.get_running_loop().call_soon(gate.opened.set)
    await held


@pytest.mark.parametrize("way", [failing, stopping, refused, cancelled])
def test_failures_leave_no_reference_cycle(served, make_pool, way):
    pool, gate = make_pool(1, wait=0), Gate()

    async def fail():
        with suppress(ValueError, RuntimeError, ServiceUnavailable, asyncio.CancelledError):
            await way(pool, gate)

    async def main():
        await fail()  # what is made once, is made now
        gc.collect()
        gc.disable()
        try:
            for _ in range(1000):
                await fail()
            return gc.collect()
        finally:
            gc.enable()

    assert served(main()) == 0


def test_an_idle_thread_does_not_hold_the_last_request(served, make_pool):
    pool = make_pool()

    async def main():
        argument = Gate()
        watched = weakref.ref(argument)
        await pool.run(id, argument)
        del argument
        await until(lambda: watched() is None)

    served(main())


# Loops that are left.


def test_a_result_that_comes_after_the_loop_was_closed_disturbs_nobody(new_loop, make_pool, served):
    pool, gate = make_pool(1), Gate()
    loop = new_loop()
    task = loop.run_until_complete(gate.held(pool))
    loop.close()
    gate.opened.set()
    assert served(pool.run(name_of_thread, None)) == "tandem-1"  # an error there is a warning here
    assert gate.has_ended
    task._log_destroy_pending = False


def test_a_call_that_waits_when_its_loop_is_left_never_begins(new_loop, make_pool, served):
    pool, gate, begun = make_pool(1), Gate(), []
    loop = new_loop()

    async def request():
        user.set("Ann")
        await pool.run(begun.append, "never")

    async def main():
        held = await gate.held(pool)
        waiting = asyncio.create_task(request())
        await a_few_turns()
        return held, waiting

    held, waiting = loop.run_until_complete(main())
    loop.close()
    waiting.get_coro().close()
    assert user.get() == "nobody"
    gate.opened.set()
    assert served(pool.run(str.upper, "x")) == "X"
    assert begun == []
    held._log_destroy_pending = waiting._log_destroy_pending = False


# The end.


def test_close_lets_the_threads_finish_what_was_asked_and_end(served, make_pool):
    pool, gate, before = make_pool(1), Gate(), tandem_threads()

    async def main():
        held = await gate.held(pool)
        waiting = asyncio.create_task(pool.run(str.upper, "x"))
        await a_few_turns()
        threads = tandem_threads(before)
        pool.close()
        gate.opened.set()
        return await held, await waiting, threads

    held, waiting, threads = served(main())
    assert (held, waiting) == ("held", "X")
    assert len(threads) == 1
    join(threads)


def test_a_pool_that_is_closed_begins_anew_even_while_the_old_threads_are_busy(served, make_pool):
    pool, gate = make_pool(1), Gate()

    async def main():
        held = await gate.held(pool)
        pool.close()
        after = await pool.run(str.upper, "after")
        gate.opened.set()
        return await held, after

    assert served(main()) == ("held", "AFTER")


def test_no_thread_and_no_file_is_left_after_many_pools(served, make_pool):
    def open_files():
        return len(os.listdir("/proc/self/fd"))

    async def main(pool):
        await asyncio.gather(*[pool.run(str.upper, "x") for _ in range(20)])

    files, before = open_files(), tandem_threads()
    for _ in range(20):
        pool = make_pool()
        served(main(pool))
        pool.close()
    join(tandem_threads(before))
    assert open_files() == files


def test_the_threads_of_a_pool_that_nobody_has_any_more_end(served):
    before = tandem_threads()

    async def main():
        pool, met = ThreadPool(3), threading.Barrier(3)
        await asyncio.gather(*[pool.run(lambda _: met.wait(PATIENCE), None) for _ in range(3)])
        return tandem_threads(before)

    threads = served(main())
    assert len(threads) == 3
    gc.collect()
    join(threads)


def test_closing_a_pool_that_was_never_used_is_nothing(make_pool):
    make_pool().close()


def test_idle_threads_do_not_keep_a_process_from_ending():
    assert script("asyncio.run(pool.run(str.upper, 'x'))") == (0, "")


def test_a_process_that_was_forked_while_threads_were_busy_has_its_own():
    forked = """
async def serve(name):
    return await asyncio.gather(*[pool.run(str.upper, name) for _ in range(20)])

async def main():
    opened = threading.Event()
    held = asyncio.create_task(pool.run(opened.wait, 20))
    await asyncio.sleep(0)
    child = os.fork()
    if child:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        opened.set()
        assert await held
        assert await serve("parent") == ["PARENT"] * 20

    else:
        asyncio._set_running_loop(None)
        assert threading.active_count() == 1
        assert asyncio.run(serve("child")) == ["CHILD"] * 20
        pool.close()
        os._exit(0)

asyncio.run(main())
"""
    assert script(forked) == (0, "")


def script(text):
    """How a process ends that has a pool of one thread and runs this, and what it complains of."""
    start = "import asyncio, os, threading\nfrom asgi_adapter.threads import ThreadPool\n"
    command = [sys.executable, "-c", f"{start}pool = ThreadPool(1)\n{text}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    return done.returncode, done.stderr
