"""Routes are registered here: on the App, in a group, or on a Router of another module.

`core.tree` finds them again; `core.handler` says what a handler may take.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from core.converters import BUILT_IN, Converter
from core.mounts import Mount, make_mount
from core.route import Route, make_route
from core.template import fill
from core.tree import PathTree

if TYPE_CHECKING:
    from core.app import App

F = TypeVar("F", bound=Callable[..., Any])


class Router:
    """Routes under a common prefix; an App is one, and includes others.

    `converters` are kinds of path parameter beside the built-in ones.
    """

    is_includable = True

    def __init__(
        self,
        prefix: str = "",
        *,
        converters: Iterable[Converter] = (),
        redirect_slashes: bool = False,
    ) -> None:
        self.prefix = _checked_prefix(prefix)
        self.converters: dict[str, Converter] = BUILT_IN | {
            converter.name: converter for converter in converters
        }
        self.routes: list[Route] = []  # and mounts, in the order of their registration
        self.tree = PathTree(redirect_slashes=redirect_slashes)
        self._including: list[tuple[Router, str]] = []  # who includes these routes, under what

    def route(
        self,
        path: str,
        methods: Iterable[str] = ("GET",),
        *,
        name: str | None = None,
        max_body: int | None = None,
        inline: bool = False,
        stream: bool = False,
        shielded: bool = False,
    ) -> Callable[[F], F]:
        """A decorator that makes a function the handler of these methods at this path.

        `name` is for `url_for` (else the function's own), `max_body` in bytes replaces the App's
        limit, `inline` says that a `def` never blocks, so that an event loop may call it itself.
        With `stream` the handler reads the body while it comes, from `request.stream`; `shielded`
        says that it is not cancelled where the client leaves (a `def` never is).
        Raises ValueError or TypeError where the path, the handler or both together can't be.
        """
        if callable(path):
            raise TypeError(
                f'a route is registered as in @app.get("/x"); got {path!r} for the path'
            )

        def register(function: F) -> F:
            self.add(
                make_route(
                    self.prefix + path,
                    function,
                    methods,
                    name=name,
                    max_body=max_body,
                    inline=inline,
                    stream=stream,
                    shielded=shielded,
                    converters=self.converters,
                )
            )
            return function

        return register

    def get(self, path: str, **options: Any) -> Callable[[F], F]:
        """The handler of GET, and of HEAD where no other is; options as for `route`."""
        return self.route(path, ["GET"], **options)

    def post(self, path: str, **options: Any) -> Callable[[F], F]:
        """The handler of POST; options as for `route`."""
        return self.route(path, ["POST"], **options)

    def put(self, path: str, **options: Any) -> Callable[[F], F]:
        """The handler of PUT; options as for `route`."""
        return self.route(path, ["PUT"], **options)

    def patch(self, path: str, **options: Any) -> Callable[[F], F]:
        """The handler of PATCH; options as for `route`."""
        return self.route(path, ["PATCH"], **options)

    def delete(self, path: str, **options: Any) -> Callable[[F], F]:
        """The handler of DELETE; options as for `route`."""
        return self.route(path, ["DELETE"], **options)

    def head(self, path: str, **options: Any) -> Callable[[F], F]:
        """The handler of HEAD, instead of the automatic one; options as for `route`."""
        return self.route(path, ["HEAD"], **options)

    def options(self, path: str, **options: Any) -> Callable[[F], F]:
        """The handler of OPTIONS, instead of the automatic one; options as for `route`."""
        return self.route(path, ["OPTIONS"], **options)

    def add(self, route: Route) -> None:
        """Register a route or a mount here and wherever this router is included."""
        if isinstance(route, Mount):
            for router in self._outwards():
                route.refuse_cycle(router)
            self.tree.mount(route)
        else:
            self.tree.add(route)
        self.routes.append(route)
        for router, prefix in self._including:
            router.add(route.under(prefix, router.converters | self.converters))

    def include(self, router: "Router", prefix: str = "") -> None:
        """Take in another router's routes, those that it has and those that it gets later."""
        if not isinstance(router, Router):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"what is included is a Router, its prefix after it; got {router!r}")
        if not router.is_includable:
            raise TypeError("an App keeps its middleware to itself; include a Router")
        if router in self._outwards():
            raise ValueError("a router can't include itself, nor one that includes it")
        self._link(router, self.prefix + _checked_prefix(prefix))

    def _outwards(self) -> Iterator["Router"]:
        """This router, those that include it, and so on."""
        yield self
        for router, _ in self._including:
            yield from router._outwards()

    def group(self, prefix: str) -> "Router":
        """A router for routes under a prefix, included here: `api = app.group("/api")`."""
        group = Router(self.prefix + _checked_prefix(prefix), converters=self.converters.values())
        self._link(group, "")
        return group

    def _link(self, router: "Router", prefix: str) -> None:
        for route in router.routes:
            self.add(route.under(prefix, self.converters | router.converters))
        router._including.append((self, prefix))

    def mount(self, prefix: str, app: "App", *, name: str | None = None) -> None:
        """Have another App answer below this prefix, with its own middleware and error handlers.

        What that means is in `core.mounts`. `url_for("name:route")` is the path of one of its
        routes; `name` is the prefix without its first "/" unless another is given. The same App may
        be mounted at several places. Raises ValueError or TypeError for what can't be mounted so.
        """
        path = self.prefix + _checked_prefix(prefix)
        self.add(make_mount(path, app, prefix[1:] if name is None else name))

    def url_for(self, name: str, /, **params: Any) -> str:
        """The path of the route with this name, its parameters filled in and percent-encoded.

        The routes of a mounted App are named "mount:route". Raises LookupError where no route has
        the name or several paths have it, and ValueError where the parameters are not the route's.
        """
        return self._url_of(name, "", params)

    def _url_of(self, name: str, mounts: str, params: dict[str, Any]) -> str:
        """The path of a route here; `mounts` are those that led here, as "admin:", for errors."""
        mount = name[: name.find(":") + 1]  # "admin:" of "admin:users", else ""
        paths = {route.path: route for route in self.routes if route.name in (name, mount)}
        if len(paths) != 1:
            part = name if paths else mount or name
            of_which = "" if mounts + name == part else f"got {mounts + name!r}, of which "
            where = f" in the App mounted as {mounts[:-1]!r}" if mounts else ""
            raise LookupError(
                f"url_for takes the name of one path; {of_which}{part!r} names "
                f"{', '.join(paths) or 'none'}{where}"
            )
        route = next(iter(paths.values()))
        if isinstance(route, Mount):
            inner = route.app._url_of(name.removeprefix(mount), mounts + mount, params)
            return fill(route.segments, {}) + inner
        return route.url(**params)


def _checked_prefix(prefix: str) -> str:
    if not isinstance(prefix, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f'a prefix is a str, as in "/admin", and comes first; got {prefix!r}')
    if prefix and (not prefix.startswith("/") or prefix.endswith("/")):
        raise ValueError(f'a prefix starts with "/" and does not end with it; got {prefix!r}')
    return prefix
