"""A route: the methods and the path it answers, and its handler, settled."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from core.converters import BUILT_IN, Converter
from core.errors import NotFound
from core.functions import is_generator_function
from core.handler import Handler, annotated
from core.headers import TOKEN
from core.limits import checked_limit
from core.request import METHODS_WITHOUT_BODY, Request
from core.response import RedirectResponse, Response
from core.template import Parameter, Segment, fill, parse


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """What answers these methods at this path."""

    path: str  # as registered, with its prefixes: "/tasks/{task_id:int}"
    methods: frozenset[str]
    handler: Handler
    name: str  # for `url_for`; the handler's name unless another was given
    segments: list[Segment]
    names: tuple[str, ...]  # of its parameters, in the path's order
    max_body: int | None = None  # bytes; None for the App's own limit
    with_body: frozenset[str] = frozenset()  # the methods whose body is read: see `Request.body`
    stream: bool = False  # by the handler, from `Request.stream`

    def __repr__(self) -> str:
        return f"<Route {','.join(sorted(self.methods))} {self.path} -> {self.handler.name}>"

    def under(self, prefix: str, converters: Mapping[str, Converter]) -> "Route":
        """The same route with a prefix before its path."""
        return make_route(
            prefix + self.path,
            self.handler.function,
            self.methods,
            name=self.name,
            max_body=self.max_body,
            inline=self.handler.inline,
            stream=self.stream,
            shielded=self.handler.is_shielded,
            converters=converters,
        )

    def url(self, **params: Any) -> str:
        """The path with these parameters, percent-encoded; raises ValueError if they don't fit."""
        if set(params) != set(self.names):
            wanted, came = ", ".join(self.names) or "nothing", ", ".join(params) or "nothing"
            raise ValueError(f"the path {self.path!r} takes {wanted}; got {came}")
        return fill(self.segments, params)


def make_route(
    path: str,
    function: Callable[..., Any],
    methods: Iterable[str],
    *,
    name: str | None = None,
    max_body: int | None = None,
    inline: bool = False,
    stream: bool = False,
    shielded: bool = False,
    converters: Mapping[str, Converter] = BUILT_IN,
    takes: type = Request,
) -> Route:
    """A route, checked: raises ValueError or TypeError naming the path or the handler at fault."""
    segments = annotated(function, parse(path, converters), path)
    names = tuple(part.name for part in segments if isinstance(part, Parameter))
    handler = Handler(function, names, inline=inline, shielded=shielded, takes=takes)
    if stream and inline and not is_generator_function(function):
        raise ValueError(f"a stream is waited for, which inline rules out; got both for {path!r}")
    methods = _checked_methods(methods, path)
    if max_body is not None:
        checked_limit(max_body, f"max_body of {path!r}", "bytes")
    asks = stream or max_body is not None  # for the body of a GET too
    with_body = methods | {"HEAD"} if asks else methods - METHODS_WITHOUT_BODY
    name = name or handler.name
    return Route(path, methods, handler, name, segments, names, max_body, with_body, stream)


def _checked_methods(methods: Iterable[str], path: str) -> frozenset[str]:
    if isinstance(methods, str):
        raise TypeError(f"methods are a list, like ['GET']; got {methods!r} for {path!r}")
    checked = frozenset(method.upper() for method in methods)
    if not checked or not all(TOKEN.fullmatch(method) for method in checked):
        raise ValueError(f"a route has methods, each a token; got {sorted(checked)} for {path!r}")
    return checked


def options_route(allowed: Iterable[str]) -> Route:
    """The answer to OPTIONS where no handler gives one (RFC 9110, 9.3.7)."""
    allow = ", ".join(sorted(allowed))

    def options() -> Response:
        return Response(status=204, headers={"allow": allow})

    return make_route("/", options, ["OPTIONS"], inline=True)


def redirect_route(path: str) -> Route:
    """A permanent redirect to this path, percent-decoded, on this host (RFC 9110, 15.4.9).

    It repeats the request: method, body and query.
    """

    def redirect(request: Request) -> Response:
        location = quote(request.root_path + path, safe="/")
        if location.startswith("//"):  # clients would read this as another host
            raise NotFound()
        query = request.query_string
        return RedirectResponse(f"{location}?{query}" if query else location, 308)

    return make_route("/", redirect, ["GET"], inline=True)
