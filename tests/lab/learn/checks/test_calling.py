"""A learner's function, called: what a learner is told of every plausible mistake."""

import asyncio
import types

import pytest

from lab.learn.checks import Unmet
from lab.learn.checks.calling import awaited, called, described, run_to_its_end

SOURCE = """
import asyncio

def double(number):
    return number * 2

def broken(number):
    return inner(number)

def inner(number):
    raise ValueError("no such number")

def silent():
    raise KeyError

def leaves():
    raise SystemExit(3)

async def later(number):
    await asyncio.sleep(0)
    return number * 2

async def broken_later():
    raise ValueError("no such number")

async def never():
    await asyncio.Event().wait()

async def own_deadline():
    async with asyncio.timeout(0):
        await asyncio.Event().wait()

async def forgets_to_await():
    coming = later(1)
    try:
        return coming.bit_length()
    finally:
        coming.close()

number = 5
"""


@pytest.fixture(scope="module")
def exercise():
    module = types.ModuleType("exercise")
    module.__file__ = "/somewhere/exercise.py"
    exec(compile(SOURCE, module.__file__, "exec"), vars(module))
    return module


def test_a_result_is_passed_on(exercise):
    assert called(exercise, "double", 4) == 8


def test_the_result_of_a_coroutine_is_passed_on(exercise):
    assert awaited(exercise, "later", 4) == 8


@pytest.mark.parametrize(
    ("call", "what", "came"),
    [
        (lambda e: called(e, "triple"), "`triple` in exercise.py", "no such name"),
        (lambda e: called(e, "number"), "`number` in exercise.py", "number = 5"),
        (
            lambda e: called(e, "broken", 4),
            "broken(4)",
            "ValueError: no such number (exercise.py:11)",
        ),
        (lambda e: called(e, "silent"), "silent()", "KeyError() (exercise.py:14)"),
        (lambda e: called(e, "leaves"), "leaves()", "SystemExit: 3 (exercise.py:17)"),
        (
            lambda e: called(e, "double"),
            "double()",
            "TypeError: double() missing 1 required positional argument: 'number'",
        ),
        (
            lambda e: called(e, "later", 4),
            "later(4)",
            "a coroutine: `later` is a `def` here, no `async def`",
        ),
        (
            lambda e: awaited(e, "double", 4),
            "double(4)",
            "8: without `async def` there is nothing to await",
        ),
        (
            lambda e: awaited(e, "broken_later"),
            "broken_later()",
            "ValueError: no such number (exercise.py:24)",
        ),
        (
            lambda e: awaited(e, "own_deadline"),
            "own_deadline()",
            "TimeoutError() (exercise.py:30)",
        ),
        (
            lambda e: awaited(e, "forgets_to_await"),
            "forgets_to_await()",
            "AttributeError: 'coroutine' object has no attribute 'bit_length' (exercise.py:36)"
            "; is there an `await`?",
        ),
        (
            lambda e: awaited(e, "never", seconds=0.01),
            "never()",
            "nothing in 0.01 s: it waits for something that never comes (exercise.py:27)",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(exercise, call, what, came):
    with pytest.raises(Unmet) as raised:
        call(exercise)

    assert (raised.value.what, raised.value.came) == (what, came)


def test_where_to_look_is_told_too(exercise):
    with pytest.raises(Unmet) as raised:
        called(exercise, "broken", 4, look="in `broken`")

    assert raised.value.look == "in `broken`"


def test_what_is_unmet_inside_is_left_as_it_is(exercise):
    async def inside():
        await asyncio.sleep(0)
        raise Unmet("send()", "a message", "None")

    with pytest.raises(Unmet, match=r"send\(\): expected a message, got None"):
        run_to_its_end(exercise, "app()", inside)


def test_a_long_argument_is_cut(exercise):
    with pytest.raises(Unmet) as raised:
        called(exercise, "broken", "x" * 500)

    assert len(raised.value.what) < 80


def test_a_wrong_value_is_described(exercise):
    assert described("abc") == "str 'abc'"
    assert described(None) == "None: is there a `return`?"
    assert described(exercise.later(1)) == "a coroutine: is there an `await`?"
