"""A handler, settled: what it takes and whether it is async is found out once, at registration.

A handler takes nothing, the request, and path parameters by name, in any order. After this file
calling it is one call with the request.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from core.converters import BUILT_IN, for_annotation
from core.functions import is_coroutine_function, is_generator_function, name_of
from core.request import Request
from core.steps import Step
from core.template import Parameter, Segment

_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
_REQUEST_NAMES = ("request", "req", "websocket", "ws", "_")
_ANY = (inspect.Parameter.empty, Any, object)


class Handler(Step):
    """The step that runs a user's handler."""

    __slots__ = ("call", "function", "inline", "is_async", "is_shielded", "name")

    is_watched = True

    def __init__(
        self,
        function: Callable[..., Any],
        names: tuple[str, ...] = (),
        *,
        inline: bool = False,
        shielded: bool = False,
        takes: type = Request,
    ) -> None:
        self.function = function
        self.name = name_of(function)
        self.is_async = is_coroutine_function(function)
        self.inline = inline or is_generator_function(function)  # only the call that makes one
        self.is_shielded = shielded
        if inline and self.is_async:
            raise ValueError(f"inline is for a `def`; {self.name} is `async def`")
        self.call = _caller(function, self.name, names, takes)

    def __repr__(self) -> str:
        return f"<Handler {self.name}>"


def annotated(function: Callable[..., Any], segments: list[Segment], path: str) -> list[Segment]:
    """The segments, each parameter with the converter that the handler's annotation asks for.

    Raises TypeError where the annotation and the path disagree, or text can't become such a value;
    ValueError where it takes a pattern.
    """
    arguments = _arguments(function)
    settled: list[Segment] = []
    for segment in segments:
        if isinstance(segment, Parameter) and segment.name in arguments:
            annotation = arguments[segment.name].annotation
            if annotation not in _ANY:
                segment = _agreed(segment, annotation, f"{name_of(function)} on {path!r}")
        settled.append(segment)
    return settled


def _agreed(parameter: Parameter, annotation: Any, where: str) -> Parameter:
    """The parameter with the converter on which its path and its annotation agree."""
    try:
        wanted = for_annotation(annotation)
    except TypeError:
        raise TypeError(
            f"a path parameter is annotated with a type that text can become; "
            f"got {annotation!r} for {parameter.name!r} of {where}"
        ) from None
    except ValueError as error:
        raise ValueError(f"{error}; got {annotation!r} for {parameter.name!r} of {where}") from None
    if not parameter.is_explicit:
        return replace(parameter, converter=wanted)
    given = parameter.converter.name
    if given in BUILT_IN and wanted.name != {"slug": "str", "path": "str"}.get(given, given):
        raise TypeError(
            f"the path gives {parameter.name!r} as {given}; "
            f"the annotation says {annotation!r}, in {where}"
        )
    return parameter


def _caller(
    function: Callable[..., Any], name: str, names: tuple[str, ...], takes: type
) -> Callable[[Any], Any]:
    """The handler as a function of the request alone."""
    arguments = _arguments(function)
    wanted = tuple(argument for argument in arguments if argument in names)
    unclaimed = [parameter for parameter in names if parameter not in wanted]
    request_name = _request_argument(function, arguments, wanted, unclaimed, name, takes)
    if not wanted:
        if request_name is None:
            return lambda _: function()
        if arguments[request_name].kind is not inspect.Parameter.KEYWORD_ONLY:
            return function
    return _by_position(function, arguments, request_name) or _by_name(
        function, wanted, request_name
    )


def _by_position(
    function: Callable[..., Any],
    arguments: Mapping[str, inspect.Parameter],
    request_name: str | None,
) -> Callable[[Request], Any] | None:
    """A call with one path parameter, alone or after the request, in a third of the time.

    None for other arguments, and for what has them by `functools.wraps`: it may take them by name.
    """
    by_position = inspect.Parameter.POSITIONAL_OR_KEYWORD
    can_be = all(argument.kind is by_position for argument in arguments.values())
    if not can_be or hasattr(function, "__wrapped__"):
        return None
    match [*arguments]:
        case [name]:
            return lambda request: function(request.params[name])
        case [first, name] if first == request_name:
            return lambda request: function(request, request.params[name])
        case _:
            return None


def _by_name(
    function: Callable[..., Any], wanted: tuple[str, ...], request_name: str | None
) -> Callable[[Request], Any]:
    """A call with the wanted path parameters, and the request where it is asked for."""

    def call(request: Request) -> Any:
        keywords = {name: request.params[name] for name in wanted}
        if request_name is not None:
            keywords[request_name] = request
        return function(**keywords)

    return call


def _request_argument(
    function: Callable[..., Any],
    arguments: Mapping[str, inspect.Parameter],
    wanted: tuple[str, ...],
    unclaimed: list[str],
    name: str,
    takes: type,
) -> str | None:
    """The one argument that is no path parameter and has no default: it gets the request.

    (Or what else this kind of handler `takes`: a WebSocket.)
    """
    _refuse_defaults(function, arguments, wanted, name)
    others = [
        argument.name
        for argument in arguments.values()
        if argument.name not in wanted and argument.default is argument.empty
    ]
    if len(others) > 1:
        raise TypeError(
            f"a handler takes the request and path parameters by name; "
            f"got {', '.join(map(repr, others))} for {name}, of which only one can be the request"
        )
    if not others:
        return None
    other = others[0]
    annotation = arguments[other].annotation
    if annotation not in (*_ANY, takes):
        raise TypeError(
            f"an argument that is no path parameter is annotated {takes.__name__}; "
            f"got {annotation!r} for {other!r} of {name}"
        )
    if annotation is not takes and unclaimed and other not in _REQUEST_NAMES:
        raise TypeError(
            f"the path has the parameters {', '.join(map(repr, unclaimed))}, got {other!r} for "
            f"{name}; an argument for the {takes.__name__} is called so, or annotated"
        )
    return other


def _refuse_defaults(
    function: Callable[..., Any],
    arguments: Mapping[str, inspect.Parameter],
    wanted: tuple[str, ...],
    name: str,
) -> None:
    """Raise TypeError where an argument could never be anything but its default.

    (Elsewhere it would be a field of the query.) What a `functools.partial` has settled may be.
    """
    settled: set[str] = set()
    while isinstance(function, partial):
        settled |= function.keywords.keys()
        function = function.func
    for argument in arguments.values():
        is_optional = argument.default is not argument.empty
        if is_optional and argument.name not in wanted and argument.name not in settled:
            field = argument.name
            raise TypeError(
                "a handler takes the request, without a default, and path parameters by name; "
                f"got {argument} for {name} (of a query it is "
                f'request.query.get("{field}", {argument.default!r}))'
            )


def _arguments(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The function's arguments by name, their annotations as types."""
    name = name_of(function)
    try:
        signature = inspect.signature(function, eval_str=True)
    except NameError as error:
        raise TypeError(f"an annotation of {name} can't be resolved: {error}") from None
    except ValueError:  # some builtins have none
        raise TypeError(f"a handler has a signature; got {name}, so write a `def`") from None
    for argument in signature.parameters.values():
        if argument.kind not in _BY_NAME:
            raise TypeError(
                f"a handler's arguments have names; got {argument} for {name} (a field of the "
                'query is request.query.get("q"); a decorator keeps names by functools.wraps)'
            )
    return dict(signature.parameters)
