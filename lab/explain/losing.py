"""Why a route does not answer a request: a sentence for each, found without the tree.

`core.tree` never looks at most routes, for it goes along the path. A person asks of one route "why
not this one?", so here each is held against the path by itself.
"""

from dataclasses import dataclass
from typing import Any

from core.mounts import Mount
from core.route import Route
from core.template import Parameter, Segment


@dataclass(frozen=True, slots=True)
class Asked:
    """What the routes of one App are held against."""

    method: str
    path: str  # percent-decoded, below where the App is mounted
    segments: list[str]  # of the path, each decoded by itself


@dataclass(frozen=True, slots=True)
class Miss:
    """Where a path and a route's part."""

    at: int  # segments that fit before it: the more, the nearer it was
    why: str


def why_not(route: Route, asked: Asked, winner: Route | None) -> Miss:
    """Why this route does not answer; `winner` is the route or mount that does, None for none."""
    miss = difference(route, asked)
    if miss is not None:
        return miss
    fits = len(asked.segments)
    if isinstance(route, Mount):
        return Miss(fits, _why_not_mount(winner))
    if not answers(route, asked.method):
        return Miss(fits, f"the path fits, but it is for {', '.join(sorted(route.methods))}")
    if winner is None:
        return Miss(fits, "it fits, but a converter failed before it was come to")
    return Miss(fits, f"it fits too, but {_precedence(winner, route)}")


def answers(route: Route, method: str) -> bool:
    """Whether it answers the method where the path fits (RFC 9110, 9.3.2: HEAD as GET)."""
    return method in route.methods or (method == "HEAD" and "GET" in route.methods)


def difference(route: Route, asked: Asked) -> Miss | None:
    """The first segment in which the path is not the route's; None where it fits."""
    segments = asked.segments
    for index, wanted in enumerate(route.segments):
        if index == len(segments):
            return _ends_early(route.segments[index:], index)
        is_rest = isinstance(wanted, Parameter) and wanted.converter.whole_rest
        text = "/".join(segments[index:]) if is_rest else segments[index]
        why = _refusal(wanted, text, index + 1)
        if why:
            return Miss(index, why)
        if is_rest:
            return None
    left = segments[len(route.segments) :]
    if left and not isinstance(route, Mount):
        return _goes_on(left, len(route.segments))
    if not route.names and not isinstance(route, Mount) and asked.path != route.path:
        return Miss(0, f"the path is {asked.path!r}")  # "*", RFC 9112, 3.2.4
    return None


def _ends_early(rest: list[Segment], index: int) -> Miss:
    if rest == [""]:
        return Miss(index, 'only the last "/" differs: the route has one, the path has none')
    return Miss(index, f"the path ends, and the route goes on with {shown(rest)}")


def _goes_on(left: list[str], index: int) -> Miss:
    if left == [""]:
        return Miss(index, 'only the last "/" differs: the path has one, the route has none')
    return Miss(index, f"the route ends, and the path goes on with {shown(left)}")


def shown(segments: Any) -> str:
    """Segments of a route as they are written."""
    return "".join("/" + (it if isinstance(it, str) else written(it)) for it in segments)


def written(parameter: Parameter) -> str:
    """A parameter as a route has it, with the converter that its annotation gave it."""
    inner = f"{{{parameter.name}:{parameter.converter.name}}}"
    return parameter.prefix + inner + parameter.suffix


def _refusal(wanted: Segment, text: str, number: int) -> str:
    """Why a segment of the path is not this one of the route; "" where it is."""
    if text == wanted:
        return ""
    if isinstance(wanted, str):
        instead = f"not {wanted!r}" if wanted else "where the route ends"
        return f"segment {number} is {text!r}, {instead}"
    inner = text.removeprefix(wanted.prefix).removesuffix(wanted.suffix)
    if wanted.prefix + inner + wanted.suffix != text:
        return f"segment {number} is {text!r}, and does not look like {written(wanted)}"
    try:
        wanted.converter.convert(inner)
    except Exception as error:
        of = f"{wanted.name!r}, segment {number}"
        if isinstance(error, ValueError):
            why = str(error).partition("; got ")[0]
            return f"{wanted.converter.name} refused {inner!r} for {of} ({why})"
        return f"{wanted.converter.name} failed with {error!r} for {of}"
    return ""


def _why_not_mount(winner: Route | None) -> str:
    if winner is None:
        return "routes of this App have the path, for other methods, and they come before a mount"
    if isinstance(winner, Mount):
        return f"a longer prefix comes first, that of {winner.path}"
    return f"a route of this App comes before a mount: {winner.path}"


def _precedence(winner: Route, loser: Route) -> str:
    """The rule by which, of two routes that fit, this one comes first (`core.tree`)."""
    pairs = zip(winner.segments, loser.segments, strict=False)
    for number, (first, second) in enumerate(pairs, 1):
        if isinstance(first, str):
            if first != second:
                return f"plain text comes before a parameter, in segment {number}: {winner.path}"
        elif isinstance(second, Parameter) and _way(first) != _way(second):
            return f"{_narrower(first, second)}: {winner.path}"
    return f"{winner.handler.name} is for this method alone"  # HEAD, beside GET of the same path


def _way(parameter: Parameter) -> Any:
    """What tells the ways on in the tree apart: not the parameter's name."""
    return parameter.prefix, parameter.suffix, parameter.converter


def _narrower(first: Parameter, second: Parameter) -> str:
    kinds = f"{first.converter.name} before {second.converter.name}"
    if first.converter.whole_rest != second.converter.whole_rest:
        return f"one segment is tried before the rest of the path ({kinds})"
    if _literals(first) != _literals(second):
        return f"a parameter with more text around it comes first ({written(first)})"
    if first.converter.rank != second.converter.rank:
        return f"a narrower kind comes first ({kinds})"
    return f"of two alike the one that was registered first counts ({written(first)})"


def _literals(parameter: Parameter) -> int:
    return len(parameter.prefix) + len(parameter.suffix)
