"""The Range header of a GET: which bytes of the content are asked for (RFC 9110, 14.1 and 14.2)."""

import re
from typing import NamedTuple

MAX_SPECS = 100  # in one header; who asks for more gets the whole
MAX_SPANS = 16  # in one answer; RFC 9110, 17.15: many small ranges are an attack

# 20 digits hold 2**64 - 1, which some clients send for "the end".
_SPEC = re.compile("([0-9]{0,20})-([0-9]{0,20})")


class Span(NamedTuple):
    """Bytes of the content, from `start` up to but not including `stop`."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.stop - self.start


def parse_range(header: str, size: int) -> list[Span] | None:
    """The spans of a content of `size` bytes that a Range header asks for.

    None where it is to be ignored and the whole is sent: it is malformed, in another unit, or in
    too many pieces. Empty where it lies outside the content, which is a 416. Spans that overlap or
    touch are one; they come in the order in which they were asked for.
    """
    unit, _, specs = header.strip(" \t").partition("=")
    if unit.lower() != "bytes" or specs.count(",") >= MAX_SPECS:
        return None
    if not size:  # no range of nothing can be told, and "the last 5 bytes" of it is no error
        return None
    wanted = [spec for part in specs.split(",") if (spec := part.strip(" \t"))]
    spans = [_span(spec, size) for spec in wanted]
    if not spans or None in spans:
        return None
    merged = _merged([span for span in spans if span and span.start < span.stop])
    return merged if len(merged) <= MAX_SPANS else None


def _span(spec: str, size: int) -> Span | None:
    """The span of one range-spec, empty where it lies outside; None where it is malformed."""
    found = _SPEC.fullmatch(spec)
    if found is None or spec == "-":
        return None
    first, last = found.groups()
    if not first:  # a suffix: the last so many bytes
        return Span(max(size - int(last), 0), size)
    if last and int(last) < int(first):  # RFC 9110, 14.1.1: then the whole header is invalid
        return None
    return Span(int(first), min(int(last) + 1, size) if last else size)


def _merged(spans: list[Span]) -> list[Span]:
    """The spans, those that overlap or touch as one, at the earliest place among them.

    RFC 9110, 15.3.7.2: the parts are sent in the order in which they were asked for.
    """
    merged: list[tuple[int, Span]] = []
    for place, span in sorted(enumerate(spans), key=lambda placed: placed[1]):
        if merged and span.start <= merged[-1][1].stop:
            earlier, before = merged[-1]
            joined = Span(before.start, max(before.stop, span.stop))
            merged[-1] = (min(earlier, place), joined)
        else:
            merged.append((place, span))
    return [span for _, span in sorted(merged)]
