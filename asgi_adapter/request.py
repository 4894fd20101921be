"""From an ASGI scope to a Request (ASGI, "HTTP & WebSocket": HTTP Connection Scope).

A server hands over bytes for what is bytes, and a path that it has decoded; the scope is not
changed.
"""

from collections.abc import Awaitable
from typing import Any
from urllib.parse import unquote_to_bytes

from asgi_adapter.body import ASGIStream, read_body
from asgi_adapter.types import Receive, Scope
from core import Address, App, Request
from core.body_stream import BodyCount
from core.headers import Pairs
from core.request import authority, declared_length
from core.steps import Step
from core.target import check_form, check_utf8, origin_form, split_segments

_PERCENT = ord("%")  # looking for a number in bytes is far quicker than looking for bytes


class ASGIRequest(Request):
    """A Request that reads its scope."""

    __slots__ = ("receive", "scope", "step")

    step: Step  # that is being carried out

    def __init__(self, app: App, scope: Scope, receive: Receive) -> None:
        self.app = app
        self.is_inner = False
        self.scope = scope
        self.receive = receive
        self.method = scope["method"]
        self.path = path = scope["path"]
        self.is_encoded = _PERCENT in (scope.get("raw_path") or b"%")
        if path[:1] != "/" or scope.get("root_path"):
            self.path = path = below(scope.get("root_path") or "", origin_form(path))
            self.is_encoded = self.is_encoded or path[:1] != "/"
        self.params = {}
        self.route = None
        self.disconnected = False

    @property
    def raw_path(self) -> str:
        """The path as sent; a server need not provide it."""
        raw_path = (self.scope.get("raw_path") or b"").partition(b"?")[0].decode("latin-1")
        return origin_form(raw_path)

    @property
    def query_string(self) -> str:
        """The query as sent."""
        return self.scope.get("query_string", b"").decode("latin-1")  # type: ignore[no-any-return]

    @property
    def scheme(self) -> str:
        """`http` or `https`; `ws` or `wss` in a WebSocket's handshake."""
        return self.scope.get("scheme", "http")  # type: ignore[no-any-return]

    @property
    def client(self) -> Address | None:
        """The other end; a server on a Unix socket knows none."""
        client = self.scope.get("client")
        return Address(client[0], client[1] or 0) if client else None

    @property
    def root_path(self) -> str:
        """Where the application is mounted."""
        return self.scope.get("root_path", "")  # type: ignore[no-any-return]

    @property
    def server(self) -> str:
        """The server's own name and port; a Unix socket has no port."""
        host, port = self.scope.get("server") or ("localhost", None)
        return "localhost" if port is None else authority(host, port)

    def body_length(self) -> int | None:
        """Bytes as declared; HTTP/1.1 has no body without a declaration (RFC 9112, 6.3)."""
        declared: list[bytes] = []
        for name, value in self.scope["headers"]:
            if name == b"content-length":
                declared.append(value)
            elif name == b"transfer-encoding":
                return None
        if declared:  # several are no number, joined as in any list (RFC 9110, 5.3 and 8.6)
            return declared_length(b",".join(declared).decode("latin-1"))
        return 0 if self._is_http_1 else None

    def read_body(self, count: BodyCount) -> Awaitable[bytes]:
        """The body, from `http.request` messages."""
        return read_body(self, count)

    def open_stream(self, count: BodyCount) -> ASGIStream:
        """The body as its `http.request` messages come."""
        return ASGIStream(self, count)

    @property
    def is_being_read(self) -> bool:
        """Whether the handler may read on from `stream`: nobody else awaits `receive` then."""
        return hasattr(self, "_stream") and not self._stream.is_left

    def split_segments(self) -> list[str] | None:
        """The segments, if one holds an encoded "/"."""
        check_form(self.path)
        if "\ufffd" in self.path:  # what a server may put for bytes that are not UTF-8
            check_utf8(unquote_to_bytes(self.scope.get("raw_path") or b"\xff"))
        return split_segments(self.raw_path, self.root_path, self.path)

    def header(self, name: str) -> str:
        """One header's value, without decoding all of them."""
        wanted = name.lower().encode("latin-1")
        values: list[bytes] = []
        for field, value in self.scope["headers"]:
            if field == wanted:
                values.append(value)  # for so few a comprehension takes longer
        if len(values) == 1:
            return values[0].decode("latin-1")
        # RFC 9113, 8.2.3: HTTP/2 may send each cookie in a field of its own
        separator = b"; " if wanted == b"cookie" and not self._is_http_1 else b","
        return separator.join(values).decode("latin-1")

    @property
    def _is_http_1(self) -> bool:
        return self.scope.get("http_version", "1.1").startswith("1")  # type: ignore[no-any-return]

    def _header_pairs(self) -> Pairs:
        """The header fields; one with a "_" in its name is left out, as WSGI servers leave it out.

        There it would pass for its namesake with a "-" (`X_Real_Ip` for `X-Real-Ip`).
        """
        pairs: Pairs = []
        for field, value in self.scope["headers"]:
            name = _names.get(field)
            if name is None:
                name = _name(field)
            if name:
                pairs.append((name, value.decode("latin-1")))
        return pairs

    def _initial_state(self) -> dict[str, Any]:
        return dict(self.scope.get("state") or {})  # ASGI, "Lifespan State"


_names: dict[bytes, str] = {}  # what `_name` has said of those that come again; bounded


def _name(field: bytes) -> str:
    """The name of a header field as text; "" for one that is left out."""
    name = "" if b"_" in field else field.decode("latin-1")
    if len(_names) < 1_000 and len(field) < 100:
        _names[field] = name
    return name


def below(root: str, path: str) -> str:
    """The path without the root, which the ASGI specification has inside it."""
    root = root.rstrip("/")
    if path == root or path.startswith(root + "/"):
        return path[len(root) :] or "/"
    return path
