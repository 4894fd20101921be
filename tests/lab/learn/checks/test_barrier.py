"""A barrier opens for N at the same time, and for nobody else."""

import asyncio
import threading

import pytest

from lab.learn.checks.barrier import Barrier
from lab.learn.checks.load import at_once
from lab.learn.checks.meeting import meet, meet_async
from lab.learn.checks.serving import on_gunicorn, on_uvicorn

MEETING = "lab.learn.checks.meeting"


@pytest.fixture
def barrier(monkeypatch):
    with Barrier(3, patience=30.0) as barrier:
        for name, value in barrier.variables.items():
            monkeypatch.setenv(name, value)
        yield barrier


@pytest.fixture
def impatient(monkeypatch):
    with Barrier(3, patience=0.05) as barrier:
        for name, value in barrier.variables.items():
            monkeypatch.setenv(name, value)
        yield barrier


async def until(reached):
    while not reached():  # noqa: ASYNC110  (what is awaited is in another thread)
        await asyncio.sleep(0)


def test_it_opens_when_all_are_there(barrier):
    threads = [threading.Thread(target=meet) for _ in range(2)]
    for thread in threads:
        thread.start()

    assert meet()
    for thread in threads:
        thread.join()
    assert (barrier.opened, barrier.most) == (True, 3)


def test_coroutines_of_one_thread_meet_there(barrier):
    async def three():
        return await asyncio.gather(*[meet_async() for _ in range(3)])

    assert asyncio.run(three()) == [True, True, True]
    assert barrier.opened


def test_one_after_another_are_told_that_it_has_not_opened(impatient):
    assert [meet(), meet(), meet(), meet()] == [False] * 4
    assert (impatient.opened, impatient.most) == (False, 1)


def test_who_has_left_is_not_counted(barrier):
    async def two_of_whom_one_leaves():
        leaving = asyncio.ensure_future(meet_async())
        await until(lambda: barrier.most == 1)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        await until(lambda: barrier._there == 0)
        return await asyncio.gather(*[meet_async() for _ in range(3)])

    assert asyncio.run(two_of_whom_one_leaves()) == [True] * 3
    assert barrier.most == 3


def test_it_can_be_used_again(barrier):
    async def three():
        return await asyncio.gather(*[meet_async() for _ in range(3)])

    assert asyncio.run(three()) == [True] * 3
    barrier.reset()

    assert (barrier.opened, barrier.most) == (False, 0)
    assert asyncio.run(three()) == [True] * 3
    assert (barrier.opened, barrier.most) == (True, 3)


def test_a_reset_takes_back_that_it_has_not_opened(impatient):
    assert not meet()
    impatient.patience = 30.0
    impatient.reset()

    async def three():
        return await asyncio.gather(*[meet_async() for _ in range(3)])

    assert asyncio.run(three()) == [True] * 3


def test_nobody_is_left_waiting_when_the_block_ends():
    with Barrier(2) as barrier:
        pass

    assert (barrier.opened, barrier._thread.is_alive()) == (False, False)


@pytest.mark.server
@pytest.mark.parametrize(
    ("serve", "door", "options", "met"),
    [
        (on_gunicorn, "application", ("--threads", "4"), True),
        (on_gunicorn, "application", ("--threads", "2"), False),
        (on_uvicorn, "app", ("--lifespan", "off"), True),
    ],
)
def test_requests_of_a_real_server_meet_there(serve, door, options, met):
    with (
        Barrier(4, patience=30.0 if met else 0.2) as barrier,
        serve(f"{MEETING}:{door}", *options, variables=barrier.variables) as server,
    ):
        answers = at_once(server.port, "/meet", clients=4, timeout=30.0)

    assert [answer.body for answer in answers] == [b"met" if met else b"alone"] * 4
    assert barrier.opened == met
