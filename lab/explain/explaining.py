"""What becomes of a request: the App's tree is asked, and the reasons are found beside it."""

from collections.abc import Callable
from typing import Any

from asgi_adapter import ASGIAdapter
from asgi_adapter.request import ASGIRequest
from core import App, HTTPError, Request
from core.functions import name_of
from core.middleware import Middleware
from core.mounts import InnerRequest, Mount
from core.route import Route
from core.template import Parameter
from core.tree import PathTree
from lab.errors import WrongUsageError
from lab.explain import running
from lab.explain.explanation import Explanation, Layer, Taken, Tried, Winner
from lab.explain.insides import (
    error_handler_for,
    middleware_of,
    mounted_in,
    native_middleware_of,
    websocket_routes_of,
    websocket_tree_of,
)
from lab.explain.losing import Asked, shown, why_not
from lab.explain.subject import Subject
from lab.source import place_of
from lab.testing.asgi import scope_of
from lab.testing.asked import asked_for

WEBSOCKET = "WEBSOCKET"  # in place of a method


def explain(subject: Subject, method: str, target: str) -> Explanation:
    """What becomes of a request with this method, or "WEBSOCKET", for this path.

    `target` is as a client sends it: percent-encoded, perhaps with a query, which routing does not
    look at. Raises WrongUsageError for what can't be asked.
    """
    told = Explanation(subject.name, method, target.partition("?")[0])
    if not target.startswith("/") and target != "*":
        raise WrongUsageError(f'a path starts with "/"; got {target!r}')
    if not method or not method.isascii() or not method.replace("-", "").isalnum():
        raise WrongUsageError(f"a method is a word, as in GET; got {method!r}")
    is_websocket = method == WEBSOCKET
    request = _request(subject.site, "GET" if is_websocket else method, target)
    _note_foreign(told, subject, request)
    if method != method.upper():  # RFC 9110, 9.1: methods are case-sensitive
        told.notes.append(f"{method} is another method than {method.upper()}: case matters")
    if is_websocket:
        _websocket(told, subject, request)
    else:
        _http(told, subject, request)
    return told


def _request(site: App, method: str, target: str) -> Request:
    """The request as uvicorn would hand it over; routing is the same at either door."""
    asked = asked_for(method, target, {}, "http://localhost:8000", "", [])
    receive: Any = None  # routing reads no body
    return ASGIRequest(site, scope_of(asked, {}, ()), receive)


def _note_foreign(told: Explanation, subject: Subject, request: Request) -> None:
    for world, door in subject.doors.items():
        below = [prefix for prefix in mounted_in(door) if _is_below(request.path, prefix)]
        if below and (told.method != WEBSOCKET or world == "asgi"):
            prefix = max(below, key=len)
            told.notes.append(
                f"On {world.upper()} the application that is mounted at {prefix} answers this, and "
                "the App below is not asked"
            )


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")


def _http(told: Explanation, subject: Subject, request: Request) -> None:
    for world, door in subject.doors.items():
        told.middleware += _layers(native_middleware_of(door), f"the {world.upper()} door")
    route, request = _follow(told, request, [])
    if route is None:
        return
    kind = running.kind_of(route.handler)
    for door in subject.doors.values():
        for servers, where in running.at_length(kind, door).items():
            told.runs.append((list(servers), where))


def _layers(functions: "list[Middleware] | list[Callable[..., Any]]", around: str) -> list[Layer]:
    return [Layer(place_of(it).name, str(place_of(it)), around) for it in functions]


def _follow(
    told: Explanation, request: Request, prefixes: list[str]
) -> tuple[Route | None, Request]:
    """Note what one App makes of the request, and those that are mounted in it.

    Gives the route that answers, None where the App itself does; and the request as it is there.
    """
    app = request.app
    around = f"the App at {''.join(prefixes)}" if prefixes else "the App"
    told.middleware += _layers(middleware_of(app), around)
    error: Exception | None = None
    route: Route | None = None
    asked = Asked(request.method, request.path, request.path[1:].split("/"))
    try:
        segments = request.split_segments() if request.is_encoded else None
        asked = Asked(request.method, request.path, segments or asked.segments)
        route, request.params = app.tree.match(request.method, request.path, segments)
    except Exception as raised:  # an HTTPError, or what a converter of the user's raises
        error = raised
    own = route if route is not None and _is_of_tandem(route) else None
    winner = None if own is not None else route
    if not (isinstance(error, HTTPError) and error.status == 400):
        _note_routes(told, app.routes, asked, winner, prefixes)
    if error is not None:
        _note_error(told, app, error, asked)
    elif own is not None:
        _note_own(told, app, own, request)
    elif isinstance(winner, Mount):
        return _follow(told, InnerRequest(request, winner), [*prefixes, winner.path])
    else:
        assert winner is not None  # the tree gives one, or raises
        _note_winner(told, winner, request, prefixes)
        return winner, request
    return None, request


def _is_of_tandem(route: Route) -> bool:
    """Whether the tree has made it for one request: a redirect, or the answer to OPTIONS."""
    return getattr(route.handler.function, "__module__", "") == "core.route"


def _note_routes(
    told: Explanation,
    routes: list[Route],
    asked: Asked,
    winner: Route | None,
    prefixes: list[str],
) -> None:
    for route in routes:
        is_mount = isinstance(route, Mount)
        miss = None if route is winner else why_not(route, asked, winner)
        told.tried.append(
            Tried(
                path="".join(prefixes) + shown(route.segments),
                methods=[] if is_mount else sorted(route.methods),
                handler="" if is_mount else _handler(route),
                depth=len(prefixes),
                fits=len(asked.segments) if miss is None else miss.at,
                why="" if miss is None else miss.why,
            )
        )


def _handler(route: Route) -> str:
    place = place_of(route.handler.function)
    return f"{place.name} ({place})"


def _note_error(told: Explanation, app: App, error: Exception, asked: Asked) -> None:
    if not isinstance(error, HTTPError):
        told.status, told.reason = 500, f"a converter failed: {error!r}"
        return
    told.status, told.headers = error.status, dict(error.headers)
    if error.status == 405:
        told.reason = f"the path is there, the method is not; {error.detail}"
    elif error.status == 404:
        told.reason = _why_not_found(app.tree, asked)
    else:
        told.reason = error.detail
    handler = error_handler_for(app, error)
    if handler is not None:
        told.answered_by = f"{name_of(handler)} ({place_of(handler)})"


def _why_not_found(tree: PathTree, asked: Asked) -> str:
    other = asked.path.removesuffix("/") if asked.path.endswith("/") else asked.path + "/"
    try:
        tree.match("OPTIONS", other)  # whatever is there answers this
    except Exception:
        return "no route has this path"
    if tree.redirect_slashes:  # but not where it would lose an encoded "/", or name a host
        return "no route has this path"
    return f"no route has this path; {other} is one, and App(redirect_slashes=True) sends there"


def _note_own(told: Explanation, app: App, route: Route, request: Request) -> None:
    """The answer that the core makes by itself: it is asked for it."""
    try:
        response = route.handler.call(request)
    except HTTPError as error:  # a redirect to what clients would read as another host
        _note_error(told, app, error, Asked(request.method, request.path, []))
        return
    told.status, told.headers = response.status, dict(response.headers.items())
    if response.status == 308:
        told.reason = "the path is a route but for its last '/', and redirect_slashes is set"
    else:
        told.reason = "OPTIONS has no handler here, so Tandem answers with the methods of the path"


def _note_winner(told: Explanation, route: Route, request: Request, prefixes: list[str]) -> None:
    handler = route.handler
    reads = request.method in route.with_body
    limit = request.app.max_body if route.max_body is None else route.max_body
    told.winner = Winner(
        path="".join(prefixes) + shown(route.segments),
        name=route.name,
        handler=place_of(handler.function).name,
        place=str(place_of(handler.function)),
        kind=running.kind_of(handler),
        parameters=[
            Taken(it.name, it.converter.name, type(value).__name__, repr(value))
            for it in route.segments
            if isinstance(it, Parameter)
            for value in [request.params[it.name]]
        ],
        max_body=limit if reads else None,
        stream=route.stream,
    )
    if request.method == "HEAD" and "HEAD" not in route.methods:
        told.notes.append("HEAD has no handler of its own: that of GET runs, its body is not sent")


def _websocket(told: Explanation, subject: Subject, request: Request) -> None:
    """A WebSocket has routes of its own, and no middleware but the native one."""
    door = subject.doors.get("asgi")
    if not isinstance(door, ASGIAdapter):
        raise WrongUsageError(f"WebSockets are for ASGI, and {subject.name} has a WSGI door only")
    told.middleware += _layers(native_middleware_of(door), "the ASGI door")
    route: Route | None = None
    asked = Asked("GET", request.path, request.path[1:].split("/"))
    try:
        segments = request.split_segments()
        asked = Asked("GET", request.path, segments or asked.segments)
        route, request.params = websocket_tree_of(door).match("GET", request.path, segments)
    except HTTPError:
        told.status, told.reason = 403, "no WebSocket has this path, so it is refused"
    except Exception as error:
        told.status, told.reason = 500, f"a converter failed: {error!r}"
    _note_routes(told, websocket_routes_of(door), asked, route, [])
    if route is not None:
        _note_winner(told, route, request, [])
        told.runs.append((list(running.LOOPS), running.at_length("async def", door)[running.LOOPS]))
