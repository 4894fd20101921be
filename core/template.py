"""What a route's path says: `/tasks/{task_id:int}/notes` as a list of segments.

A segment is plain text, or text with one parameter in it: `{name}`, `v{major:int}`, `{stem}.txt`.
All of it is checked here, when the route is registered, so that matching has nothing to check.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from core.converters import BUILT_IN, Converter

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Parameter:
    """The parameter of a segment, and the text that must stand around it."""

    name: str
    converter: Converter
    is_explicit: bool  # the path itself names the converter
    prefix: str = ""
    suffix: str = ""


Segment = str | Parameter


def parse(path: str, converters: Mapping[str, Converter] = BUILT_IN) -> list[Segment]:
    """The segments of a route's path; raises ValueError naming what is wrong with it."""
    if re.search("<[^/]*>", path):
        raise ValueError(f"a parameter is written {{name}} or {{name:int}}; got {path!r}")
    if not path.startswith("/"):
        raise ValueError(f'a route starts with "/"; got {path!r}')
    if "?" in path or "#" in path:
        raise ValueError(f"a route is a path, without a query or fragment; got {path!r}")
    segments = [_segment(text, path, converters) for text in path[1:].split("/")]
    parameters = [segment for segment in segments if isinstance(segment, Parameter)]
    names = [parameter.name for parameter in parameters]
    if len(set(names)) < len(names):
        raise ValueError(f"a route's parameters have different names; got {path!r}")
    for parameter in parameters:
        if parameter.converter.whole_rest and parameter is not segments[-1]:
            raise ValueError(f"a {parameter.converter.name!r} parameter comes last; got {path!r}")
    return segments


def _segment(text: str, path: str, converters: Mapping[str, Converter]) -> Segment:
    """One segment: plain text, or its parameter."""
    found = _PARAMETER.findall(text)
    literals = _PARAMETER.split(text)[::2]  # the text between parameters
    if any("{" in literal or "}" in literal for literal in literals):
        raise ValueError(f"a brace in a route opens or closes a parameter; got {path!r}")
    if not found:
        return text
    if len(found) > 1:
        raise ValueError(f'a segment, from "/" to "/", has one parameter; got {text!r} in {path!r}')
    name, colon, kind = found[0].partition(":")
    if not _NAME.fullmatch(name):
        raise ValueError(f"a parameter is named like a variable; got {name!r} in {path!r}")
    if colon and kind not in converters:
        known = ", ".join(sorted(converters))
        known += f" (the name comes first: {{{kind}:{name}}})" if name in converters else ""
        raise ValueError(f"a converter is one of {known}; got {kind!r} in {path!r}")
    return Parameter(name, converters[kind or "str"], bool(colon), literals[0], literals[1])


def fill(segments: list[Segment], values: Mapping[str, Any]) -> str:
    """The path with these values in place of its parameters, percent-encoded (RFC 3986, 2.1).

    Raises ValueError where a value would not come back as itself from the path it makes.
    """
    path = "".join("/" + _filled(segment, values) for segment in segments)
    if path.startswith("//"):  # RFC 3986, 4.2: what follows would be a host
        raise ValueError(f"a path does not begin with '//'; got {path!r}")
    return path


def _filled(segment: Segment, values: Mapping[str, Any]) -> str:
    if isinstance(segment, str):
        return quote(segment, safe="")
    converter = segment.converter
    text = converter.to_text(values[segment.name])
    try:
        converter.convert(text)
    except ValueError:
        raise ValueError(
            f"{segment.name!r} is written as {converter.name}; got {values[segment.name]!r}"
        ) from None
    text = segment.prefix + text + segment.suffix
    # RFC 3986, 5.2.4: clients remove dot segments, however encoded, so these would not arrive
    if not {".", ".."}.isdisjoint(text.split("/") if converter.whole_rest else [text]):
        raise ValueError(f"a path has no segment '.' or '..'; got {text!r} for {segment.name!r}")
    return quote(text, safe="/" if converter.whole_rest else "")
