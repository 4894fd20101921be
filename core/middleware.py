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
from typing import TYPE_CHECKING, Any

from core.functions import name_of
from core.response import Response
from core.results import to_response
from core.steps import Call, Step

if TYPE_CHECKING:
    from core.request import Request

Layer = Generator[Step | None, Any, Any]  # a user's middleware, running
Middleware = Callable[["Request"], Layer]


def call(function: Callable[..., Any], *arguments: Any, **options: Any) -> Call:
    """A call for a middleware to yield; the `yield` gives its result, or raises its exception.

    `function` is `def` or `async def`; under an event loop a `def` runs in a thread. Raises
    TypeError where it is no function, as in `call(f(x))`.
    """
    return Call(function, arguments, options)


def check_middleware(middleware: Middleware) -> None:
    """Raise TypeError where this is no generator function, so that it could not be a middleware."""
    function = getattr(middleware, "__call__", middleware)  # noqa: B004  # an object's own
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


class Returned(Exception):
    """A layer returned this value; a StopIteration could not leave a generator (PEP 479)."""

    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.value = value


ENDS = (StopIteration, Returned)  # of a layer: what it returned is the `value` of either


def carry_out(step: Any, layer: Layer, request: "Request") -> Generator[Step, None, None]:
    """Have a layer's calls carried out until it comes to its bare `yield`.

    Raises Returned where it returns instead, and what it raises.
    """
    while step is not None:
        if not isinstance(step, Step):
            layer.close()
            raise TypeError(
                f"a middleware yields nothing, or call(...); got {step!r} from {_name(layer)}"
            )
        yield step
        try:
            if request.error is None:
                step = layer.send(request.result)
            else:
                step = layer.throw(request.error)
        except StopIteration as end:
            raise Returned(end.value) from None


def second_yield(layer: Layer) -> Exception:
    """The error of a layer that does not return when it has been given the response."""
    layer.close()
    return RuntimeError(f"a middleware has one bare `yield`; {_name(layer)} came to a second")


def outcome(
    end: StopIteration | Returned, response: Response | None, layer: Layer | None
) -> tuple[Response | None, Exception | None]:
    """What goes on outwards: what a layer returned, or if that is None what it was given.

    Without a layer it was no layer's end: some other code has let a StopIteration out.
    """
    if layer is None:
        return None, RuntimeError(f"StopIteration came out of the routing: {end.value!r}")
    if end.value is None and response is not None:
        return response, None
    try:
        return to_response(end.value, f"the middleware {_name(layer)}"), None
    except Exception as error:
        return None, error


def _name(layer: Layer) -> str:
    return getattr(layer, "__qualname__", "a middleware")
