"""A learner's function, called: what it returns, or what it did instead, in plain words.

    text = called(exercise, "response", "hello", look="in `response`")
    awaited(exercise, "app", scope, receive, send)

A name that is missing, an exception, a coroutine where a result was wanted, or a wait without an
end becomes Unmet: nobody is shown a traceback of the check's own insides.
"""

import asyncio
import inspect
import reprlib
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.learn.checks.expecting import Unmet

PATIENCE = 5.0  # seconds, that a coroutine may take

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60


def called(exercise: ModuleType, name: str, *arguments: Any, what: str = "", look: str = "") -> Any:
    """What the exercise's function returns; Unmet where it is not there, raises, or is async.

    `what` is the call as a learner is shown it; without it, the name with all arguments.
    """
    function = found(exercise, name)
    what = what or call_of(name, *arguments)
    try:
        result = function(*arguments)
    except Unmet:
        raise
    except (Exception, SystemExit) as error:
        raise Unmet(what, "a result, and no exception", told(error, exercise), look) from error
    if inspect.iscoroutine(result):
        result.close()
        raise Unmet(
            what, "a result", f"a coroutine: `{name}` is a `def` here, no `async def`", look
        )
    return result


def awaited(
    exercise: ModuleType,
    name: str,
    *arguments: Any,
    what: str = "",
    look: str = "",
    seconds: float = PATIENCE,
) -> Any:
    """What the exercise's coroutine function returns, run to its end on a loop of its own."""
    function = found(exercise, name)
    what = what or call_of(name, *arguments)
    return run_to_its_end(exercise, what, lambda: function(*arguments), look, seconds)


def run_to_its_end(
    exercise: ModuleType,
    what: str,
    function: Callable[[], Any],
    look: str = "",
    seconds: float = PATIENCE,
) -> Any:
    """The result of the coroutine that `function` returns; Unmet for anything else."""

    async def run() -> Any:
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await _coroutine(function(), what, look)
        except TimeoutError as error:
            if not limit.expired():
                raise  # one of the exercise's own
            came = f"nothing in {seconds:g} s: it waits for something that never comes"
            raise Unmet(what, "an end", came + _place(error.__cause__, exercise), look) from error

    try:
        return asyncio.run(run())
    except Unmet:
        raise
    except (Exception, SystemExit) as error:
        raise Unmet(what, "a result, and no exception", told(error, exercise), look) from error


def found(exercise: ModuleType, name: str) -> Callable[..., Any]:
    """The exercise's function of this name; Unmet where there is none."""
    function = getattr(exercise, name, None)
    if not callable(function):
        came = "no such name" if function is None else f"{name} = {_short.repr(function)}"
        file = _file(exercise)
        raise Unmet(f"`{name}` in {file}", "a function", came, f"{file} defines `{name}`")
    return function  # type: ignore[no-any-return]  # callable() is all that can be known


def call_of(name: str, *arguments: Any) -> str:
    """A call as it is written, "response('hello')"; long arguments are cut."""
    return f"{name}({', '.join(_short.repr(argument) for argument in arguments)})"


def described(value: Any) -> str:
    """A value that is not what was wanted, with its type: "str 'abc'"; a guess, where it helps."""
    if value is None:
        return "None: is there a `return`?"
    if inspect.iscoroutine(value):
        value.close()  # or Python warns that it was never awaited
        return "a coroutine: is there an `await`?"
    return f"{type(value).__name__} {_short.repr(value)}"


def told(error: BaseException, exercise: ModuleType) -> str:
    """An exception and where in the exercise it came from, "TypeError: ... (exercise.py:12)"."""
    said = f"{type(error).__name__}: {error}" if str(error) else repr(error)
    guess = "; is there an `await`?" if "'coroutine' object" in said else ""
    return said + _place(error, exercise) + guess


def _place(error: BaseException | None, exercise: ModuleType) -> str:
    """The exercise's line that an exception passed last, " (exercise.py:12)"; "" for none."""
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    lines = [frame.lineno for frame in frames if frame.filename == exercise.__file__]
    return f" ({_file(exercise)}:{lines[-1]})" if lines else ""


def _file(exercise: ModuleType) -> str:
    return Path(exercise.__file__ or "exercise.py").name


async def _coroutine(result: Any, what: str, look: str) -> Any:
    """Await a coroutine; say what came where there is none."""
    if not inspect.isawaitable(result):
        came = f"{_short.repr(result)}: without `async def` there is nothing to await"
        raise Unmet(what, "a coroutine, made by an `async def`", came, look)
    return await result
