"""Apps below a prefix of another App.

    site.mount("/admin", admin)  # GET /admin/users is for the route "/users" of `admin`

A mounted App answers as if it stood alone: with its own middleware, error handlers and limits, its
404s and 405s, and its 500 where it has a bug. Around it runs the middleware of the App outside,
which is given the finished response.

The path is one of the outer App's as long as that has a route for it, with whatever method; so
`site.get("/admin/status")` answers there. Of mounts the longest prefix counts, and as among routes
plain text comes before a parameter: a mount at "/admin" before the route "/{rest:path}".

WebSockets are no part of an App's life. An application that has some is mounted by
`ASGIAdapter.mount`, as is every other ASGI or WSGI application.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.converters import Converter
from core.handler import Handler
from core.request import Request
from core.response import Response
from core.route import Route
from core.steps import Life, Step
from core.streams import Stream
from core.template import Segment, parse

if TYPE_CHECKING:
    from core.app import App


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Mount(Route):
    """An App below a path, for whatever method. Its `name` is what its routes' names begin with."""

    app: "App"

    def __repr__(self) -> str:
        return f"<Mount {self.path}>"

    def under(self, prefix: str, converters: Mapping[str, Converter]) -> "Mount":  # noqa: ARG002  # as Route.under
        """The same App below a prefix and this path."""
        return make_mount(prefix + self.path, self.app, self.name.removesuffix(":"))

    def refuse_cycle(self, outer: object) -> None:
        """Raise ValueError where the App has this one inside, or is it."""
        if any(app is outer for app in _inwards(self.app)):
            raise ValueError(
                f"an App can't be mounted inside itself; {self.path!r} of {outer!r} would be"
            )


def make_mount(path: str, app: "App", name: str) -> Mount:
    """The mount, checked: raises ValueError or TypeError naming what is wrong with it."""
    if not hasattr(app, "life"):
        raise TypeError(
            "what is mounted in an App is an App; a Router is included, and a WSGI or ASGI "
            f"application is mounted by WSGIAdapter.mount or ASGIAdapter.mount; got {app!r} for "
            f"{path!r}"
        )
    segments = plain_segments(path)
    if ":" in name:
        raise ValueError(f'a mount\'s name has no ":" in it; got {name!r} for {path!r}')
    return Mount(
        path=path,
        methods=frozenset(),
        handler=Handler(app.life, inline=True),
        name=name + ":",
        segments=segments,
        names=(),
        app=app,
    )


def plain_segments(prefix: str) -> list[Segment]:
    """The segments of a mount's prefix; raises ValueError where one has a parameter.

    (What a parameter stood for would be lost to the application inside.)
    """
    segments = parse(prefix) if prefix else []
    if not all(isinstance(segment, str) for segment in segments):
        raise ValueError(f"a mount's prefix is plain text, without parameters; got {prefix!r}")
    return segments


def _inwards(app: "App") -> "Iterator[App]":
    """This App, those that are mounted in it, and so on."""
    yield app
    for route in app.routes:
        if isinstance(route, Mount):
            yield from _inwards(route.app)


class _Outer:
    """An attribute that is the outer request's own, to read and to write."""

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, request: "InnerRequest", _: type) -> Any:
        return getattr(request.outer, self._name)

    def __set__(self, request: "InnerRequest", value: Any) -> None:
        setattr(request.outer, self._name, value)


class InnerRequest(Request):
    """A request as the mounted App sees it: with an `app`, `path`, `params` and `route` of its own.

    The rest is the outer request's, also what only one protocol has: `scope` or `environ`. It is an
    object of its own because both are in use at a time: a stream is made while it is sent, when the
    request is back in the hands of the App outside.
    """

    __slots__ = ("mount", "outer", "response", "streams")

    response: Response  # once the life has come to its end
    streams: tuple[Stream, ...]  # that are to be closed in the end

    def __init__(self, outer: Request, mount: Mount) -> None:
        self.outer = outer
        self.mount = mount
        self.is_inner = True
        self.app = mount.app
        self.method = outer.method
        self.path = outer.path[len(mount.path) :] or "/"
        self.is_encoded = outer.is_encoded
        self.params = {}
        self.route = None
        self.streams = ()

    def life(self) -> Life:
        """The steps of the mounted App's life; then its answer is in `response`, not sent yet."""
        for step in self.app.life(self):
            yield _HandlerInside(step, self) if isinstance(step, Handler) else step

    @property
    def root_path(self) -> str:
        """Where the App is mounted, below where the outer one is."""
        return self.outer.root_path.rstrip("/") + self.mount.path

    def split_segments(self) -> list[str] | None:
        """The segments below the prefix, if one holds an encoded "/"."""
        segments = self.outer.split_segments()
        return segments and segments[len(self.mount.segments) :]

    raw_path: Any = _Outer()
    query_string: Any = _Outer()
    scheme: Any = _Outer()
    client: Any = _Outer()
    server: Any = _Outer()
    body_length: Any = _Outer()
    read_body: Any = _Outer()
    open_stream: Any = _Outer()
    header: Any = _Outer()
    _header_pairs: Any = _Outer()
    _initial_state: Any = _Outer()

    result: Any = _Outer()
    error: Any = _Outer()
    _body: Any = _Outer()
    _state: Any = _Outer()
    _stream: Any = _Outer()

    def __getattr__(self, name: str) -> Any:
        """What is nowhere here: an empty slot, or what the adapter's own request has."""
        return getattr(object.__getattribute__(self, "outer"), name)


class _HandlerInside(Step):
    """A handler's step, carried out with the request that its App knows."""

    __slots__ = ("_request", "_step", "inline", "is_async", "is_shielded")

    is_watched = True

    def __init__(self, step: Handler, request: InnerRequest) -> None:
        self._step = step
        self._request = request
        self.inline = step.inline
        self.is_async = step.is_async
        self.is_shielded = step.is_shielded

    def call(self, _: Request) -> Any:
        """What the handler returns, or an awaitable of it."""
        return self._step.call(self._request)
