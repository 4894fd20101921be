"""The response, the same in both worlds: a status, header fields and a body."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from core.cookies import make_cookie
from core.errors import PHRASES
from core.headers import Headers, Pairs
from core.steps import Call, Step
from core.streams import Chunks, Stream

TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
JSON = "application/json"
BINARY = "application/octet-stream"

encode_json = msgspec.json.Encoder().encode

_NO_CONTENT = frozenset((204, 205, 304))  # RFC 9110, 6.4.1, 15.3.6: these have no content

STATUS_LINES = {status: f"{status} {PHRASES.get(status, 'Unknown')}" for status in range(200, 600)}


# What goes out: status, header fields (in a list of its own), Content-Length if there is to be one,
# and body.
Answer = tuple[int, Pairs, int | None, bytes | Stream]


class Response:
    """An answer; a `str` body is UTF-8 text/plain, a `bytes` body application/octet-stream.

    `content_type` or a header of that name says otherwise. Content-Length is counted when the
    response is sent, so `body` may be replaced until then, by other bytes. A response is made anew
    for each request, because middleware changes it.
    """

    __slots__ = ("after", "body", "headers", "status")

    body: bytes | Stream
    status: int
    after: Sequence[Step]  # the work for the time after it is sent: see `background`
    headers: Headers  # what is set here is what is sent

    def __init__(
        self,
        body: str | bytes | Stream = b"",
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        content_type: str | None = None,
    ) -> None:
        if not isinstance(body, (str, bytes, Stream)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"a response's body is str or bytes; got {body!r}")
        self.body = body.encode("utf-8") if isinstance(body, str) else body
        self.after = ()
        self.status = checked_status(status)
        self.headers = Headers(headers)
        if content_type is not None:
            self.headers["content-type"] = content_type
        elif status not in (204, 304):
            kind = BINARY if body and not isinstance(body, str) else TEXT
            self.headers.first.setdefault("content-type", kind)

    def is_sendable(self) -> bool:
        """Whether status, headers and body, which may have been set since, can still be sent."""
        status: Any = self.status
        headers: Any = self.headers
        body: Any = self.body
        return (
            isinstance(status, int)
            and status in STATUS_LINES
            and isinstance(headers, Headers)
            and isinstance(body, (bytes, Stream))
        )

    def has_content(self) -> bool:
        """Whether a body goes with this status, be it that a HEAD is not sent it."""
        return self.status not in _NO_CONTENT

    def set_cookie(self, name: str, value: str, **attributes: Any) -> None:
        """Add a Set-Cookie header; attributes and errors are those of `core.cookies.make_cookie`.

        Path is "/" and SameSite "Lax" unless told otherwise.
        """
        self.headers.add("set-cookie", make_cookie(name, value, **attributes))

    def delete_cookie(self, name: str, **attributes: Any) -> None:
        """Have the client drop a cookie; `path`, `domain`, `secure` are those it was set with."""
        long_ago = datetime.fromtimestamp(0, UTC)
        self.set_cookie(name, "", max_age=0, expires=long_ago, **attributes)

    def map_chunks(
        self, function: Callable[[bytes], bytes], end: Callable[[], bytes] | None = None
    ) -> None:
        """Send what `function` makes of each chunk, and what `end` gives after the last.

        A whole body is one chunk. Neither may block; a Content-Length that was told is taken back.
        """
        if "content-length" in self.headers:
            del self.headers["content-length"]
        if isinstance(self.body, Stream):
            self.body.map(function, end)
        else:
            self.body = (function(self.body) if self.body else b"") + (end() if end else b"")

    def background(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> None:
        """Call this, `def` or `async def`, when the response is sent or the client has gone.

        On WSGI the worker serves nobody else until it is done: keep it short there, or use a queue.
        What it raises is logged, and the next is called. What is no Exception, such as SystemExit
        or KeyboardInterrupt, goes on to the server, which is to end: what is left is not called.
        """
        self.after = [*self.after, Call(function, arguments, options, is_shielded=True)]

    def answer_at_once(self, method: str) -> Answer | None:
        """The same, where a whole body is all that is to be sent and done; None where it isn't.

        Also where it can't be sent: status, headers and body may have been set since.
        """
        status, headers, body = self.status, self.headers, self.body
        if self.after or type(body) is not bytes or type(headers) is not Headers:
            return None
        if type(status) is not int or status not in STATUS_LINES:
            return None
        if method == "HEAD" or status in _NO_CONTENT or "content-length" in headers.first:
            return self._special_answer(method)
        return status, [*headers.first.items(), *headers.further], len(body), body

    def answer(self, method: str) -> Answer:
        """What goes out in answer to a request with this method.

        RFC 9110, 8.6: Content-Length is that of the body, or of GET's body in answer to HEAD.
        """
        if method == "HEAD" or self.status in _NO_CONTENT or "content-length" in self.headers:
            return self._special_answer(method)
        length = None if isinstance(self.body, Stream) else len(self.body)
        return self.status, self.headers.items(), length, self.body

    def _special_answer(self, method: str) -> Answer:
        """The same where there is no body to send, or its length was told.

        What was told is what a stream must keep to; that of a whole body is counted anew.
        """
        told = self.headers.get("content-length", "")
        length = int(told) if told.isascii() and told.isdigit() else None
        fields = [pair for pair in self.headers.items() if pair[0] != "content-length"]
        if self.status == 205:
            return self.status, fields, 0, b""
        if self.status in _NO_CONTENT:  # so that there is no type of it either (`wsgiref.validate`)
            fields = [pair for pair in fields if pair[0] != "content-type"]
            return self.status, fields, None, b""
        # a HEAD handler tells the length too, for it makes no body to count
        if isinstance(self.body, bytes) and (self.body or method != "HEAD" or length is None):
            length = len(self.body)
        return self.status, fields, length, self.body if method != "HEAD" else b""

    def __repr__(self) -> str:
        body = f"{len(self.body)} bytes" if isinstance(self.body, bytes) else repr(self.body)
        return f"<{type(self).__name__} {self.status!r}, {body}>"


def checked_status(status: int) -> int:
    """The status of a final response, or a ValueError."""
    # 1xx are not final: only a server sends them, and 101 takes the connection away from HTTP
    if not isinstance(status, int) or not 200 <= status <= 599:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(f"a response's status is a number from 200 to 599; got {status!r}")
    return int(status)


class StreamingResponse(Response):
    """An answer whose body is made while it is sent: an iterable or async iterable of bytes.

    Each chunk goes out before the next is asked for. A `content-length` in the headers is kept to.
    The first is made before the start is sent, in answer to HEAD too (where it is all that is made,
    RFC 9110, 9.3.2), so what is raised until then is answered as a handler's error.
    """

    __slots__ = ()

    def __init__(
        self,
        chunks: Chunks,
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        content_type: str | None = None,
    ) -> None:
        super().__init__(Stream(chunks), status, headers, content_type)


class JSONResponse(Response):
    """An answer in JSON: any value that msgspec writes; raises TypeError for others."""

    __slots__ = ()

    def __init__(
        self,
        value: Any,
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        content_type: str = JSON,
    ) -> None:
        super().__init__(encode_json(value), status, headers, content_type)


class HTMLResponse(Response):
    """An answer in HTML; what comes from users must have been escaped."""

    __slots__ = ()

    def __init__(
        self,
        body: str,
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        super().__init__(body, status, headers, HTML)


class RedirectResponse(Response):
    """A redirect to a path or URL, percent-encoded where it is not yet; 302 unless told otherwise.

    303 has the client GET the target, 307 and 308 repeat the request there, 301 and 308 are kept.
    """

    __slots__ = ()

    def __init__(
        self,
        location: str,
        status: int = 302,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        if status not in (301, 302, 303, 307, 308):
            raise ValueError(f"a redirect is 301, 302, 303, 307 or 308; got {status!r}")
        if any(character in location for character in "\r\n\0"):
            raise ValueError(f"a redirect's target holds no CR, LF or NUL; got {location!r}")
        super().__init__(b"", status, headers)
        self.headers["location"] = quote(location, safe="%/:=&?~#+!$,;'@()*[]")
