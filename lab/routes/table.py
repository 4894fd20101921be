"""The routes of an App and all that is around them, as plain values; `terminal` writes them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from asgi_adapter import ASGIAdapter
from core import App
from core.mounts import Mount
from core.route import Route
from lab.explain.insides import (
    error_handlers_of,
    middleware_of,
    mounted_in,
    native_middleware_of,
    websocket_routes_of,
)
from lab.explain.losing import shown
from lab.explain.running import in_short, kind_of, kind_of_function
from lab.explain.subject import Subject
from lab.source import place_of


@dataclass(slots=True)
class Row:
    """A route."""

    methods: list[str]  # ["WEBSOCKET"] for a WebSocket's
    path: str  # whole, with the prefixes of mounts, and the converters that annotations gave
    name: str  # for `url_for`, with those of the mounts: "admin:users"
    handler: str
    place: str  # "module:line"
    kind: str  # "def", "async def" ...
    runs: dict[str, str]  # by world: where
    options: dict[str, Any]  # that were given, such as max_body in bytes


@dataclass(slots=True)
class Around:
    """A middleware or an error handler."""

    what: str  # it is for: "request", "404", "ValueError"
    name: str
    place: str
    kind: str


@dataclass(slots=True)
class Part:
    """One App: the outermost, or one that is mounted."""

    prefix: str  # "" for the outermost
    routes: list[Row]
    middleware: list[Around]  # the outermost first
    error_handlers: list[Around]


@dataclass(slots=True)
class Routes:
    """All that a module answers."""

    module: str
    worlds: list[str]
    native_middleware: dict[str, list[Around]]  # by world, the outermost first
    parts: list[Part]  # the outermost App first, then those mounted in it, from outside inwards
    websockets: list[Row]
    mounted: dict[str, dict[str, str]]  # by world: foreign applications by prefix


def routes_of(subject: Subject) -> Routes:
    """Everything that is registered, in the order of registration."""
    doors = subject.doors
    return Routes(
        module=subject.name,
        worlds=[*doors],
        native_middleware={
            world: [_around("connection", it, "class") for it in native_middleware_of(door)]
            for world, door in doors.items()
        },
        parts=list(_parts(subject, subject.site, "", "")),
        websockets=[
            _row(route, subject, "", "", is_websocket=True)
            for door in doors.values()
            if isinstance(door, ASGIAdapter)
            for route in websocket_routes_of(door)
        ],
        mounted={
            world: {prefix: _described(it) for prefix, it in mounted_in(door).items()}
            for world, door in doors.items()
        },
    )


def _parts(subject: Subject, app: App, prefix: str, names: str) -> Iterator[Part]:
    """This App, then those that are mounted in it; `names` is what its routes' begin with."""
    mounts = [it for it in app.routes if isinstance(it, Mount)]
    yield Part(
        prefix,
        [_row(it, subject, prefix, names) for it in app.routes if not isinstance(it, Mount)],
        [_around("request", it, "generator") for it in middleware_of(app)],
        [_around(_shown(kind), it, kind_of_function(it)) for kind, it in error_handlers_of(app)],
    )
    for mount in mounts:
        yield from _parts(subject, mount.app, prefix + mount.path, names + mount.name)


def _row(
    route: Route, subject: Subject, prefix: str, names: str, *, is_websocket: bool = False
) -> Row:
    handler = route.handler
    kind = kind_of(handler)
    place = place_of(handler.function)
    options = {
        "max_body": route.max_body,
        "stream": route.stream,
        "shielded": handler.is_shielded,
    }
    return Row(
        methods=["WEBSOCKET"] if is_websocket else sorted(route.methods),
        path=prefix + shown(route.segments),
        name=names + route.name,
        handler=place.name,
        place=str(place),
        kind=kind,
        runs={
            world: in_short(kind, door)
            for world, door in subject.doors.items()
            if world == "asgi" or not is_websocket
        },
        options={name: value for name, value in options.items() if value not in (None, False)},
    )


def _around(what: str, function: Callable[..., Any], kind: str) -> Around:
    place = place_of(function)
    return Around(what, place.name, str(place), kind)


def _shown(kind: int | type[Exception]) -> str:
    return str(kind) if isinstance(kind, int) else kind.__name__


def _described(application: Any) -> str:
    """A foreign application in a few words."""
    place = place_of(application)
    if place.module in ("asgi_adapter.bridge", "wsgi_adapter.bridge"):
        return "an application of the other world, by a bridge"
    return f"{place.name} {place}"
