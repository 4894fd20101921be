"""The request, the same in both worlds: what the client asked, parsed no further than is asked for.

An adapter's own `request.py` says where the raw values come from: the environ (WSGI) or the scope
(ASGI). Everything that is decided about them is decided here.
"""

import re
from abc import ABC, abstractmethod
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import msgspec

from core.cookies import parse_cookies
from core.errors import BadRequest, UnsupportedMediaType
from core.fields import Fields, form_fields, query_fields
from core.headers import Headers, Pairs
from core.lazy import lazy

if TYPE_CHECKING:
    from core.app import App
    from core.body_stream import BodyCount, BodyStream
    from core.response import Answer
    from core.route import Route

METHODS_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(?::[0-9]{1,5})?")
_decode_json = msgspec.json.Decoder().decode


class Address(NamedTuple):
    """The other end of the connection."""

    host: str
    port: int


class Request(ABC):
    """One HTTP request.

    `path` is percent-decoded and without the `root_path` under which the application is mounted.
    `params` are the path's parameters, converted. `body` is there, whole, when the handler runs;
    only a route with `stream=True` reads it itself, from `stream`.
    """

    __slots__ = (
        "_body",
        "_cookies",
        "_headers",
        "_query",
        "_state",
        "_stream",
        "answer",
        "app",
        "disconnected",
        "error",
        "is_encoded",
        "is_inner",
        "method",
        "params",
        "path",
        "result",
        "route",
    )

    is_inner: bool  # whether another App's life is around this one: see `core.mounts`
    app: "App"
    method: str  # as sent, so in upper case for all methods that HTTP knows
    path: str
    params: dict[str, Any]
    route: "Route | None"  # None until it is found
    is_encoded: bool  # the path has a "%" as it was sent, or is no plain path: look closer

    disconnected: bool  # whether it is known that the client has gone; nobody reads the answer

    # Between the life of the request and the adapter.

    result: Any  # of the step that was carried out last
    error: BaseException | None  # which that step raised instead
    answer: "Answer | None"  # what is to be sent at the life's end; None where the life has sent it

    # What an adapter provides.

    @property
    @abstractmethod
    def raw_path(self) -> str:
        """The path as it was sent: percent-encoded, without the query; "" where it is not known."""

    @property
    @abstractmethod
    def query_string(self) -> str:
        """The query as it was sent: percent-encoded, without the "?"."""

    @property
    @abstractmethod
    def scheme(self) -> str:
        """`http` or `https`, as the server saw it."""

    @property
    @abstractmethod
    def client(self) -> Address | None:
        """The other end of the connection; None where the server does not know it."""

    @property
    @abstractmethod
    def root_path(self) -> str:
        """The path under which the application is mounted; percent-decoded, "" for none."""

    @property
    @abstractmethod
    def server(self) -> str:
        """The server's own name, as a Host header would give it."""

    @abstractmethod
    def body_length(self) -> int | None:
        """The body's length in bytes as declared, 0 for no body, None where it shows in reading.

        Raises BadRequest where the declaration is malformed (RFC 9110, 8.6).
        """

    @abstractmethod
    def read_body(self, count: "BodyCount") -> Any:
        """The whole body, or an awaitable of it.

        Raises ContentTooLarge over the limit, ClientDisconnected where it is cut off.
        """

    @abstractmethod
    def open_stream(self, count: "BodyCount") -> "BodyStream":
        """The same body, to be read chunk by chunk."""

    @abstractmethod
    def header(self, name: str) -> str:
        """The values of one header, joined by ","; "" where there is none."""

    @abstractmethod
    def split_segments(self) -> list[str] | None:
        """The path's segments where one of them holds an encoded "/", else None.

        Raises BadRequest where the path is not UTF-8.
        """

    @abstractmethod
    def _header_pairs(self) -> Pairs: ...

    @abstractmethod
    def _initial_state(self) -> dict[str, Any]: ...

    # What is worked out from it.

    @property
    def body(self) -> bytes:
        """The whole body; b"" where there is none.

        That of a GET, HEAD or OPTIONS has no meaning that all agree on (RFC 9110, 9.3.1), so it is
        read only for a route with a `max_body` of its own, and asking for it elsewhere raises
        BadRequest. It is b"" where the request was answered before its body was read, as a 404 is.
        Raises RuntimeError in a middleware before its `yield`: the body is read after that; and
        where the route has `stream=True`, for there it is read from `stream`.
        """
        try:
            return self._body
        except AttributeError:
            return self._unread_body()

    @body.setter
    def body(self, body: bytes) -> None:
        self._body: bytes = body

    def _unread_body(self) -> bytes:
        if hasattr(self, "_stream"):
            raise RuntimeError(
                f"{self.route} has stream=True: its body is read from request.stream, "
                "and there is no body, text(), json() or form()"
            )
        if not self.body_length() and not self.header("transfer-encoding"):
            return b""
        if self.route is None:
            raise RuntimeError(
                "the body is read once a route is found: after a middleware's `yield`"
            )
        raise BadRequest(f"the body of a {self.method} is not read (the setting is max_body)")

    @property
    def stream(self) -> "BodyStream":
        """The body as it comes, for a route that was registered with `stream=True`.

        Raises RuntimeError for any other, and where the request was answered before its body.
        """
        try:
            return self._stream
        except AttributeError:
            raise RuntimeError(self._why_no_stream()) from None

    @stream.setter
    def stream(self, stream: "BodyStream") -> None:
        self._stream: BodyStream = stream

    def _why_no_stream(self) -> str:
        if self.route is None:
            return "request.stream is there once a route is found: for its handler"
        if self.route.stream:
            return "there is no request.stream: the request is answered before its body was read"
        return f"request.stream is for a route with stream=True; {self.route} has request.body"

    def outcome(self) -> Any:
        """What came of the step that was carried out last: its result, or its error is raised."""
        if self.error is None:
            return self.result
        try:
            raise self.error
        finally:
            self.error = None  # it knows this request: the two would keep each other

    def leave_body(self) -> None:
        """From now on a body that was not read is b"": the request is being answered without it."""
        was_to_be_read = self.route is None or self.method in self.route.with_body
        if was_to_be_read and not hasattr(self, "_body"):
            self._body = b""

    @lazy
    def headers(self) -> Headers:
        """The request's header fields."""
        return Headers.received(self._header_pairs())

    @lazy
    def query(self) -> Fields:
        """The query's parameters; blank ones are kept."""
        return query_fields(self.query_string.encode("latin-1"), self.app.max_fields)

    @lazy
    def cookies(self) -> dict[str, str]:
        """The cookies by name; a malformed pair is skipped."""
        return parse_cookies(self.header("cookie"))

    @lazy
    def state(self) -> SimpleNamespace:
        """A place for what middleware and handlers tell each other about this request."""
        return SimpleNamespace(**self._initial_state())

    @property
    def host(self) -> str:
        """The Host header (RFC 9110, 7.2), or the server's own name where HTTP/1.0 sends none.

        Raises BadRequest where there are several, or one that is not a host. It is what the client
        says: it is good for links, not for decisions.
        """
        hosts = self.headers.get_all("host") or [self.server]
        if len(hosts) > 1 or not _HOST.fullmatch(hosts[0]):
            raise BadRequest("the Host header is one host, with or without a port")
        return hosts[0]

    @property
    def content_type(self) -> str:
        """The body's media type in lower case, without parameters; "" where none is declared."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def text(self) -> str:
        """The body as text; raises BadRequest where it is not UTF-8.

        This, `json` and `form` raise UnsupportedMediaType for a compressed body: inflated it could
        be a thousand times as large. `body` and `stream` are what was sent, compressed or not.
        """
        self._refuse_compressed()
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest(f"the body is not UTF-8 (at byte {error.start})") from None

    def json(self) -> Any:
        """The body as JSON (RFC 8259); raises BadRequest naming the place of the error.

        Of two members with one name the last counts.
        """
        try:
            return _decode_json(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self._refuse_compressed()  # only here, for it would be a fourteenth of a JSON echo
            raise BadRequest(f"the body is not JSON: {error}") from None
        except RecursionError:
            raise BadRequest("the body is JSON nested too deep to be read") from None

    def form(self) -> Fields:
        """The body as a form; raises UnsupportedMediaType where it is declared as something else.

        Raises BadRequest for bad UTF-8, ContentTooLarge for more fields than the App allows.
        """
        if self.content_type != "application/x-www-form-urlencoded":
            raise UnsupportedMediaType(
                "a form is application/x-www-form-urlencoded; "
                f"got {self.content_type or 'no content-type'}"
            )
        self._refuse_compressed()
        return form_fields(self.body, self.app.max_fields)

    def _refuse_compressed(self) -> None:
        """Raise UnsupportedMediaType where the body has a Content-Encoding (RFC 9110, 8.4)."""
        coding = self.header("content-encoding")
        if coding and coding.strip().lower() != "identity":
            raise UnsupportedMediaType(
                f"the body is read without a Content-Encoding; got {coding!r}",
                {"accept-encoding": "identity"},  # RFC 9110, 12.5.3: what could be read
            )

    def url_for(self, name: str, /, **params: Any) -> str:
        """The path of a named route, below `root_path`; raises as `App.url_for` does."""
        return quote(self.root_path.rstrip("/"), safe="/") + self.app.url_for(name, **params)

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path!r}>"


def authority(host: str, port: int | str) -> str:
    """Host and port as a Host header has them; an IPv6 address is in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def declared_length(text: str) -> int:
    """A Content-Length's value in bytes; raises BadRequest unless it is digits (RFC 9110, 8.6)."""
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise BadRequest("Content-Length is a number in digits")
    return int(text)
