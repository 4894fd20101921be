"""What answers a request for a content of known length: the whole, parts of it, or none of it.

`plan_content` decides it by header fields alone and reads no byte of the content. It gives a Plan,
whose `pieces` are bytes to send as they are and Spans of the content, which the sender reads.
"""

from secrets import token_hex
from typing import NamedTuple

from core.conditional import ReadHeader, if_range_holds, precondition
from core.errors import PHRASES
from core.files.ranges import Span, parse_range
from core.headers import Headers
from core.http_dates import parse_http_date

Pieces = tuple[bytes | Span, ...]

# RFC 9110, 15.4.5: a 304 carries no metadata of a content that it does not carry.
_OF_CONTENT = (
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-type",
)
# What is said of the content must not be said of a refusal: a cache would keep that instead.
_OF_REPRESENTATION = (
    *_OF_CONTENT,
    "cache-control",
    "content-location",
    "etag",
    "expires",
    "last-modified",
)


class Plan(NamedTuple):
    """An answer, but for the reading of the content."""

    status: int
    headers: Headers  # all that are to be sent, without Content-Length
    pieces: Pieces  # the body, in order; of a HEAD and a 304 it is empty
    length: int | None  # Content-Length: that of GET's body for a HEAD; None for a 304


def plan_content(
    method: str, header: ReadHeader, headers: Headers, size: int, status: int = 200
) -> Plan:
    """The answer to a request for a content of `size` bytes, which has these header fields.

    `header` reads the request's fields, as `Request.header` does. `headers` are those of the whole
    answer and are left as they are; its ETag and Last-Modified are what the conditions of the
    request are compared with (RFC 9110, 13), and "Accept-Ranges: none" has a Range ignored. Only a
    GET or HEAD that would be a 200 is conditional or partial, and only a GET has ranges
    (RFC 9110, 14.2). Raises ValueError for an ETag that is not one.
    """
    headers = Headers.received(headers.items())
    _drop(headers, ("content-length",))
    plan = Plan(status, headers, _of_all(size), size)
    if status == 200 and method in ("GET", "HEAD"):
        headers.setdefault("accept-ranges", "bytes")
        plan = _as_asked(method, header, plan)
    return plan._replace(pieces=()) if method == "HEAD" else plan


def _of_all(size: int) -> Pieces:
    return (Span(0, size),) if size else ()


def _as_asked(method: str, header: ReadHeader, whole: Plan) -> Plan:
    """The plan for the whole, or what the request's conditions and ranges make of it."""
    headers, size = whole.headers, whole.length or 0
    etag, modified = headers.get("etag"), parse_http_date(headers.get("last-modified", ""))
    status = precondition(method, header, etag, modified)
    if status == 304:
        return _not_modified(headers)
    if status == 412:
        return _refusal(412, headers)
    # RFC 9110, 13.2.2: If-Range is the last of the conditions
    asked = header("range") if method == "GET" else ""
    if not asked or headers["accept-ranges"] == "none":
        return whole
    if not if_range_holds(header, etag, modified):
        return whole
    spans = parse_range(asked, size)
    if spans is None:
        return whole
    if not spans:
        return _out_of_range(headers, size)
    return _one_part(headers, spans[0], size) if len(spans) == 1 else _parts(headers, spans, size)


def _not_modified(headers: Headers) -> Plan:
    """304: what the client has is still good; the fields that keep it so, and no other."""
    _drop(headers, _OF_CONTENT)
    if "etag" in headers:
        _drop(headers, ("last-modified",))  # RFC 9110, 15.4.5: only useful without an ETag
    return Plan(304, headers, (), None)


def _out_of_range(headers: Headers, size: int) -> Plan:
    """416: it says how long the content is (RFC 9110, 15.5.17)."""
    plan = _refusal(416, headers)
    headers["content-range"] = f"bytes */{size}"
    return plan


def _refusal(status: int, headers: Headers) -> Plan:
    """412 or 416, in a line of text as an error page has it."""
    _drop(headers, _OF_REPRESENTATION)
    headers["content-type"] = "text/plain; charset=utf-8"
    body = f"{PHRASES[status]}\n".encode()
    return Plan(status, headers, (body,), len(body))


def _drop(headers: Headers, names: tuple[str, ...]) -> None:
    for name in names:
        if name in headers:
            del headers[name]


def _one_part(headers: Headers, span: Span, size: int) -> Plan:
    """206 with one range, which is the body (RFC 9110, 15.3.7.1)."""
    headers["content-range"] = _content_range(span, size)
    return Plan(206, headers, (span,), span.length)


def _parts(headers: Headers, spans: list[Span], size: int) -> Plan:
    """206 with several ranges, each a part with fields of its own (RFC 9110, 15.3.7.2 and 14.6).

    The boundary is 128 random bits, drawn when the content is there already: nobody can have put it
    in, and chance has it in a terabyte less than once in 10**26 answers. So the content need not be
    searched for it.
    """
    boundary = token_hex(16)
    pieces = multipart_pieces(spans, size, headers.get("content-type"), boundary)
    headers["content-type"] = f"multipart/byteranges; boundary={boundary}"
    return Plan(206, headers, pieces, sum(_length(piece) for piece in pieces))


def multipart_pieces(
    spans: list[Span], size: int, content_type: str | None, boundary: str
) -> Pieces:
    """The body of a multipart/byteranges: before each span its part's head, and after all the end.

    RFC 2046, 5.1.1: the line end before a boundary belongs to the boundary.
    """
    typed = "" if content_type is None else f"content-type: {content_type}\r\n"
    pieces: list[bytes | Span] = []
    for span in spans:
        opening = f"--{boundary}\r\n" if span is spans[0] else f"\r\n--{boundary}\r\n"
        head = f"{opening}{typed}content-range: {_content_range(span, size)}\r\n\r\n"
        pieces += [head.encode("latin-1"), span]
    return *pieces, f"\r\n--{boundary}--\r\n".encode("latin-1")


def _content_range(span: Span, size: int) -> str:
    return f"bytes {span.start}-{span.stop - 1}/{size}"


def _length(piece: bytes | Span) -> int:
    return piece.length if isinstance(piece, Span) else len(piece)
