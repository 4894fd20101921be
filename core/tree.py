"""From a path to its route: one dict for exact paths, a tree of segments for those with parameters.

What a match costs depends on the path's length, not on the number of routes; but parameters with
different text around them (`a-{x}`, `b-{x}`) in one place are tried one after the other.
"""

from typing import Any

from core.errors import HTTPError, MethodNotAllowed, NotFound
from core.mounts import Mount
from core.route import Route, options_route, redirect_route
from core.template import Parameter

Table = dict[str, Route]  # by method


class Node:
    """A place in the tree: the routes that end here, the ways on, and what is mounted here."""

    __slots__ = ("edges", "mount", "static", "table")

    def __init__(self) -> None:
        self.table: Table = {}
        self.static: dict[str, Node] = {}
        self.edges: list[Edge] = []  # in the order in which they are tried
        self.mount: Mount | None = None


class Edge:
    """The way from a node to the next along a segment with a parameter."""

    __slots__ = ("convert", "node", "parameter", "rank", "whole_rest")

    def __init__(self, parameter: Parameter) -> None:
        literals = len(parameter.prefix) + len(parameter.suffix)
        self.parameter = parameter
        self.node = Node()
        self.convert = self._convert_inner if literals else parameter.converter.convert
        self.whole_rest = parameter.converter.whole_rest
        self.rank = (self.whole_rest, -literals, parameter.converter.rank)

    def _convert_inner(self, segment: str) -> Any:
        """The value between the parameter's literals; raises ValueError if they are not there."""
        prefix, suffix = self.parameter.prefix, self.parameter.suffix
        inner = segment.removeprefix(prefix).removesuffix(suffix)
        if prefix + inner + suffix != segment:
            raise ValueError(segment)
        return self.parameter.converter.convert(inner)


class PathTree:
    """The routes, each found by method and path."""

    def __init__(self, *, redirect_slashes: bool = False) -> None:
        self.redirect_slashes = redirect_slashes
        self._exact: dict[str, Table] = {}
        self._root = Node()

    def add(self, route: Route) -> None:
        """Put a route in its place; raises ValueError where one with its methods is there."""
        table = self._table_of(route)
        for method in route.methods:
            present = table.get(method)
            if present is not None and method in present.methods:
                raise ValueError(
                    f"a method and path have one handler; {method} {route.path!r} has "
                    f"{present.handler.name}, got {route.handler.name}"
                )
        table.update(dict.fromkeys(route.methods, route))
        if "GET" in route.methods:  # RFC 9110, 9.3.2: HEAD is answered as GET, without the body
            table.setdefault("HEAD", route)

    def mount(self, mount: Mount) -> None:
        """Put a mount in its place; raises ValueError where another is there."""
        node = self._node_of(mount)
        if node.mount is not None:
            raise ValueError(f"a prefix has one App; {mount.path!r} has {node.mount.app!r}")
        node.mount = mount

    def _table_of(self, route: Route) -> Table:
        """The table of the routes whose path is this one but for its parameters' names."""
        if not route.names:
            return self._exact.setdefault(route.path, {})
        return self._node_of(route).table

    def _node_of(self, route: Route) -> Node:
        node = self._root
        for segment in route.segments:
            if isinstance(segment, str):
                node = node.static.setdefault(segment, Node())
            else:
                node = _along(node, segment)
        return node

    def match(
        self, method: str, path: str, segments: list[str] | None = None
    ) -> tuple[Route, dict[str, Any]]:
        """The route, or the mount, and its parameters, converted.

        `path` is percent-decoded; `segments` are given where a segment has a "/" in it, and no
        exact path has. Raises NotFound, or MethodNotAllowed with every method of this path.
        """
        table = self._exact.get(path) if segments is None else None
        if table is not None and method in table:  # nearly every request
            return table[method], {}
        tables: list[Table] = [] if table is None else [table]
        found = self._search(method, ["", *segments] if segments else path.split("/"), tables)
        if found is not None:
            return found
        other = self._other(method, path, tables, segments)
        if isinstance(other, Route):
            return other, {}
        raise other  # here, for each function that an exception leaves costs

    def _search(
        self, method: str, segments: list[str], tables: list[Table]
    ) -> tuple[Route, dict[str, Any]] | None:
        """The route with parameters; the tables of this path without the method go to `tables`.

        Of the segments the first is what is before the path's first "/".
        """
        values: list[Any] = []
        route = _find(self._root, segments, 1, method, values, tables)
        if route is None:
            return None
        if len(values) == 1:  # for which the other takes seven times as long
            return route, {route.names[0]: values[0]}
        return route, dict(zip(route.names, values, strict=True))

    def _other(
        self, method: str, path: str, tables: list[Table], segments: list[str] | None
    ) -> Route | HTTPError:
        """What there is instead of a route for this method and path, or the error to raise."""
        if tables:
            allowed = {"OPTIONS"}.union(*tables)
            return options_route(allowed) if method == "OPTIONS" else MethodNotAllowed(allowed)
        if self.redirect_slashes and segments is None:  # else an encoded "/" would be lost
            other = path.removesuffix("/") if path.endswith("/") else path + "/"
            if self._has(method, other):
                return redirect_route(other)
        return NotFound()

    def _has(self, method: str, path: str) -> bool:
        """Whether there are routes at this path, be it for other methods."""
        tables: list[Table] = []
        found = path in self._exact or self._search(method, path.split("/"), tables)
        return bool(found or tables)


def _along(node: Node, parameter: Parameter) -> Node:
    """The node at the other end of the parameter's edge, which is made where there is none."""
    kind = (parameter.prefix, parameter.suffix, parameter.converter)
    for edge in node.edges:
        if (edge.parameter.prefix, edge.parameter.suffix, edge.parameter.converter) == kind:
            return edge.node
    edge = Edge(parameter)
    node.edges.append(edge)
    node.edges.sort(key=lambda edge: edge.rank)
    return edge.node


def _find(
    node: Node, segments: list[str], index: int, method: str, values: list[Any], tables: list[Table]
) -> Route | None:
    """The first route for the method from this node on; plain text is tried before parameters.

    Adds its parameters to `values`; and to `tables` the routes of this path for other methods. A
    mount comes last, and only if there are none of those.
    """
    if index == len(segments):
        route = node.table.get(method)
        if route is not None:
            return route
        if node.table:
            tables.append(node.table)
        return None if tables else node.mount
    segment = segments[index]
    child = node.static.get(segment)
    if child is not None:
        route = _find(child, segments, index + 1, method, values, tables)
        if route is not None:
            return route
    for edge in node.edges:
        try:
            value = edge.convert("/".join(segments[index:]) if edge.whole_rest else segment)
        except ValueError:
            continue
        values.append(value)
        following = len(segments) if edge.whole_rest else index + 1
        route = _find(edge.node, segments, following, method, values, tables)
        if route is not None:
            return route
        values.pop()
    return None if tables else node.mount
