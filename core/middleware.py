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

from core.functions import is_coroutine_function, name_of
from core.response import Response
from core.results import to_response
from core.steps import Call, Life, Step

if TYPE_CHECKING:
    from core.request import Request

Layer = Generator[Step | None, Any, Any]  # a user's middleware, running
Middleware = Callable[["Request"], Layer]
Chain = Callable[["Request"], Life]
Rescue = Callable[["Request", Exception], Life]


def call(function: Callable[..., Any], *arguments: Any, **options: Any) -> Call:
    """A call for a middleware to yield; the `yield` gives its result, or raises its exception.

    `function` is `def` or `async def`; under an event loop a `def` runs in a thread.
    """
    return Call(function, arguments, options, is_async=is_coroutine_function(function))


def check_middleware(middleware: Middleware) -> None:
    """Raise TypeError where this is no generator function, so that it could not be a middleware."""
    function = getattr(middleware, "__call__", middleware)  # noqa: B004  # an object's own
    if not (inspect.isgeneratorfunction(middleware) or inspect.isgeneratorfunction(function)):
        raise TypeError(
            "a middleware is a generator: a `def` with one bare `yield`, where the rest runs; "
            f"got {name_of(middleware)}, which has none"
        )


def wrap(middleware: Middleware, inner: Chain, rescue: Rescue) -> Chain:
    """The inner layers with one more around them: the whole onion is made of these.

    `rescue` turns an exception that leaves this layer into its answer, or raises it again.
    """
    name = name_of(middleware)

    def chain(request: "Request") -> Life:
        response = None
        try:
            layer = middleware(request)
            resume: Callable[[Any], Any] = layer.send
            value: Any = None
            inner_has_run = False
            while True:
                step = resume(value)
                try:
                    if step is not None:
                        value = yield _checked(step, name)
                    elif inner_has_run:
                        raise RuntimeError(f"a middleware has one bare `yield`; {name} has two")
                    else:
                        inner_has_run = True
                        value = response = yield from inner(request)
                    resume = layer.send
                except BaseException as error:
                    resume, value = layer.throw, error
        except StopIteration as end:  # the layer returned: only `resume` above lets one through
            return end.value if type(end.value) is Response else _outcome(end.value, response, name)
        except Exception as error:
            return (yield from rescue(request, error))

    return chain


def _checked(step: Any, name: str) -> Step:
    """What a layer yielded, if it is something that can be carried out."""
    if not isinstance(step, Step):
        raise TypeError(f"a middleware yields nothing, or call(...); got {step!r} from {name}")
    return step


def _outcome(value: Any, response: Response | None, name: str) -> Response:
    """What goes on to the next layer: what this one returned, else what it was given."""
    return response if value is None and response is not None else to_response(value, name)
