"""Middleware, one form for both worlds: a generator around the rest of a request's life.

    @app.middleware
    def timing(request):
        began = perf_counter()
        response = yield                                  # the inner layers and the handler run
        response.headers["server-timing"] = f"app;dur={(perf_counter() - began) * 1000:.1f}"
        return response

What it yields to wait for something is a `call(...)`. It may return a response before its `yield`;
and an exception of the inner layers that has no answer of its own is raised at its `yield`.
"""

import inspect
from collections.abc import Callable, Generator
from types import GeneratorType
from typing import TYPE_CHECKING, Any, cast

from core.functions import name_of
from core.response import Response
from core.results import to_response
from core.steps import Call, Step

if TYPE_CHECKING:
    from core.request import Request

Layer = Generator[Step | None, Any, Any]  # a user's middleware, running
Middleware = Callable[["Request"], Layer]
Runner = Generator[Any, Any, None]  # see `runner`


def call(function: Callable[..., Any], *arguments: Any, **options: Any) -> Call:
    """A call for a middleware to yield; the `yield` gives its result, or raises its exception.

    `function` is `def` or `async def`; under an event loop a `def` runs in a thread. Raises
    TypeError where it is no function, as in `call(f(x))`.
    """
    return Call(function, arguments, options)


def check_middleware(middleware: Middleware) -> None:
    """Raise TypeError where this is no generator function, so that it could not be a middleware."""
    function = getattr(middleware, "__call__", middleware)  # noqa: B004  # an object's own
    if isinstance(middleware, type):  # its `__call__` is that of its objects
        raise TypeError(
            "a middleware is a function, or an object with a `__call__`; "
            f"got the class {name_of(middleware)} (write {name_of(middleware)}(...))"
        )
    if not (inspect.isgeneratorfunction(middleware) or inspect.isgeneratorfunction(function)):
        raise TypeError(
            "a middleware is a generator: a `def` with one bare `yield`, where the rest runs; "
            f"got {name_of(middleware)}, which has none"
        )
    try:
        inspect.signature(middleware).bind(None)
    except TypeError:
        raise TypeError(
            f"a middleware takes the request; got {name_of(middleware)}"
            f"{inspect.signature(middleware)}"
        ) from None


ENDED = object()  # a runner yields it; no middleware has it


def runner(middleware: Middleware) -> Runner:
    """Runs a middleware for one request after the other, and yields what it yields.

    It is sent the request first. At the middleware's end what that returned is in `request.result`,
    and the runner yields ENDED. A generator that returns raises StopIteration out of `send`, which
    costs more than all the rest of a middleware does; `yield from` sees none.
    """
    while True:
        request = yield ENDED
        request.result = yield from middleware(request)
        del request  # while it is idle it keeps nothing


# A runner for each middleware, the outermost first, and the same the innermost first.
Chain = tuple[list[Runner], list[Runner]]

MOST_IDLE = 100  # chains that an App keeps


def take_chain(idle: list[Chain], middlewares: list[Middleware]) -> Chain:
    """One of the idle chains, or a new one; nobody else has it until it is kept again."""
    try:
        return idle.pop()
    except IndexError:
        chain = [runner(middleware) for middleware in middlewares]
        for layer in chain:
            next(layer)
        return chain, chain[::-1]


def at_yield(outwards: list[Runner]) -> list[Runner]:
    """Those that have come to their bare `yield`; the list itself where all have."""
    if not outwards:  # a 404 that no middleware sees comes here too
        return outwards
    waiting = [layer for layer in outwards if _running(layer) is not None]
    return outwards if len(waiting) == len(outwards) else waiting


class Returned(Exception):
    """A middleware returned before its bare `yield`: it answers, and nothing runs inside."""


def come_to_yield(step: Any, layer: Runner, request: "Request") -> Generator[Step, None, None]:
    """Have a middleware's calls carried out until it is at its bare `yield`.

    Raises Returned where it returns instead, and what it raises.
    """
    step = yield from _carry_out(step, layer, request)
    if step is ENDED:
        raise Returned
    if step is not None:
        yield from _refuse(step, layer, request)


def come_to_end(step: Any, layer: Runner, request: "Request") -> Generator[Step, None, None]:
    """Have a middleware's calls carried out until it returns."""
    step = yield from _carry_out(step, layer, request)
    if step is not ENDED:
        yield from _refuse(step, layer, request)


def _carry_out(step: Any, layer: Runner, request: "Request") -> Generator[Step, None, Any]:
    """What a middleware yields after its calls: None, ENDED, or what it may not."""
    while isinstance(step, Step):
        yield step
        if request.error is None:
            step = layer.send(request.result)
        else:
            error, request.error = request.error, None
            try:
                step = layer.throw(error)
            finally:
                del error  # its traceback knows this frame: they would keep each other
    return step


def _refuse(step: Any, layer: Runner, request: "Request") -> Generator[Step, None, None]:
    """Raise an error, and before at the `yield` that may not be, so that what is open is closed."""
    name = getattr(_running(layer), "__qualname__", "a middleware")
    error: Exception
    if step is None:
        error = RuntimeError(f"a middleware has one bare `yield`; {name} came to a second")
    else:
        error = TypeError(f"a middleware yields nothing, or call(...); got {step!r} from {name}")
    try:
        step = yield from _carry_out(layer.throw(error), layer, request)
        if step is not ENDED:  # it does it again
            layer.close()
        raise error
    finally:
        del error  # as above


def _running(layer: Runner) -> Any:
    """The middleware that a runner is inside of; None where it is idle."""
    return cast("GeneratorType[Any, Any, None]", layer).gi_yieldfrom


def outcome(value: Any, given: Response | None, middleware: Middleware) -> Response:
    """What goes on outwards: what a middleware returned, or if that is None what it was given.

    Raises TypeError for what is no response.
    """
    if value is None and given is not None:
        return given
    return to_response(value, f"the middleware {name_of(middleware)}")
