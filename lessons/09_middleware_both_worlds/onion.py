"""Generator middleware in small: layers around a life, whichever door drives it."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any

Step = Callable[[], Any]  # what may take time: here, a `def` to be called
Life = Generator[Step, Any, str]  # of one request; see lesson 7
Layer = Generator[None, str, str]  # a middleware, running
Middleware = Callable[[str], Layer]  # given the request's path


def wrapped(middleware: Middleware, path: str, inner: Life) -> Life:
    """The same life with one layer more around it."""
    layer = middleware(path)
    try:
        next(layer)  # inwards: up to its `yield`
    except StopIteration as early:  # it returned before: it answers, and nothing inside runs
        return early.value  # type: ignore[no-any-return]
    try:
        answer = yield from inner
    except Exception as error:
        failure = error
        return resumed(lambda: layer.throw(failure))  # outwards, with what was raised
    return resumed(lambda: layer.send(answer))  # outwards, with the answer


def resumed(resume: Callable[[], object]) -> str:
    """What a layer returns once it is resumed at its `yield`; or it raises."""
    try:
        resume()
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    raise RuntimeError("a middleware has one `yield`; this one came to a second")


def drive(life: Life) -> str:
    """The WSGI way: the thread waits for each step."""
    try:
        step = next(life)
        while True:
            try:
                result = step()
            except Exception as error:
                step = life.throw(error)
            else:
                step = life.send(result)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


async def drive_async(life: Life) -> str:
    """The ASGI way: each step is awaited, and the loop runs others meanwhile."""
    try:
        step = next(life)
        while True:
            try:
                result = await asyncio.to_thread(step)
            except Exception as error:
                step = life.throw(error)
            else:
                step = life.send(result)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
