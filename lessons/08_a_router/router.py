"""Three routers. Each is asked which handler is for a path, and finds it in its own way."""

import re
from collections.abc import Callable
from typing import Any

Handler = Callable[..., str]
Found = tuple[Handler, dict[str, Any]]  # the handler, and its parameters


def _some_text(text: str) -> str:
    if not text:
        raise ValueError("a parameter is at least one character")
    return text


CONVERTERS: dict[str, Callable[[str], Any]] = {"str": _some_text, "int": int}


class ExactRouter:
    """A dict: for paths that have no parameters."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}

    def add(self, path: str, handler: Handler) -> None:
        """Register a handler; there is nothing to prepare."""
        self.handlers[path] = handler

    def match(self, path: str) -> Found | None:
        """One look-up, whatever the number of routes."""
        handler = self.handlers.get(path)
        return None if handler is None else (handler, {})


class RegexRouter:
    """A list of regular expressions, tried one after the other."""

    def __init__(self) -> None:
        self.routes: list[tuple[re.Pattern[str], Handler]] = []

    def add(self, path: str, handler: Handler) -> None:
        """Register a handler: `{item}` in a path becomes a named group."""
        self.routes.append((re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)), handler))

    def match(self, path: str) -> Found | None:
        """The first that matches."""
        for pattern, handler in self.routes:
            found = pattern.fullmatch(path)
            if found:
                return handler, found.groupdict()
        return None


class Node:
    """A place in the tree: a handler if a path ends here, and the ways on."""

    def __init__(self) -> None:
        self.handler: Handler | None = None
        self.static: dict[str, Node] = {}  # by segment
        self.parameters: dict[tuple[str, str], Node] = {}  # by name and converter


class TreeRouter:
    """A tree of the paths' segments, the parts between their slashes."""

    def __init__(self) -> None:
        self.root = Node()

    def add(self, path: str, handler: Handler) -> None:
        """Register a handler at the end of its path; nodes are made where there are none."""
        node = self.root
        for segment in path[1:].split("/"):
            if segment.startswith("{"):
                name, _, kind = segment[1:-1].partition(":")
                node = node.parameters.setdefault((name, kind or "str"), Node())
            else:
                node = node.static.setdefault(segment, Node())
        node.handler = handler

    def match(self, path: str) -> Found | None:
        """Walk along the segments; each is one look-up, whatever the number of routes."""
        values: dict[str, Any] = {}
        handler = _find(self.root, path[1:].split("/"), values)
        return None if handler is None else (handler, values)


def _find(node: Node, segments: list[str], values: dict[str, Any]) -> Handler | None:
    """The handler for these segments from this node on; plain text is tried before parameters."""
    if not segments:
        return node.handler
    first, rest = segments[0], segments[1:]
    child = node.static.get(first)
    if child is not None and (handler := _find(child, rest, values)):
        return handler
    for (name, kind), child in node.parameters.items():
        convert = CONVERTERS[kind]
        try:
            value = convert(first)
        except ValueError:  # the text is not of this kind: try the next way
            continue
        if handler := _find(child, rest, values):
            values[name] = value
            return handler
    return None
