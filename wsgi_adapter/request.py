"""From a WSGI environ to a Request (PEP 3333, "environ Variables").

A server hands over text that is really bytes, a latin-1 character for each: this file is the only
place where that is undone.
"""

from typing import Any

from core import Address, App, LengthRequired, Request
from core.body_stream import BodyCount
from core.headers import Pairs
from core.request import authority, declared_length
from core.target import check_form, check_utf8, origin_form, split_segments
from wsgi_adapter.body import WSGIStream, read_body
from wsgi_adapter.types import Environ

_WITHOUT_HTTP = ("CONTENT_TYPE", "CONTENT_LENGTH")  # the other headers' keys begin with it


class WSGIRequest(Request):
    """A Request that reads its environ."""

    __slots__ = ("environ",)

    def __init__(self, app: App, environ: Environ) -> None:
        self.app = app
        self.is_inner = False
        self.environ = environ
        self.method = environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO") or "/"  # empty for the very root of a mounted application
        self.path = text = path if path.isascii() else _text(path)
        target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
        self.is_encoded = "%" in target or text is not path or path[0] != "/"
        self.params = {}
        self.route = None
        self.disconnected = False

    @property
    def raw_path(self) -> str:
        """The path as sent: not part of PEP 3333, but gunicorn and uWSGI provide it."""
        target = self.environ.get("RAW_URI") or self.environ.get("REQUEST_URI") or ""
        return origin_form(target.partition("?")[0])

    @property
    def query_string(self) -> str:
        """The query as sent."""
        return self.environ.get("QUERY_STRING", "")  # type: ignore[no-any-return]

    @property
    def scheme(self) -> str:
        """`http` or `https`."""
        return self.environ["wsgi.url_scheme"]  # type: ignore[no-any-return]

    @property
    def client(self) -> Address | None:
        """The other end; gunicorn on a Unix socket knows none."""
        host = self.environ.get("REMOTE_ADDR")
        return Address(host, int(self.environ.get("REMOTE_PORT") or 0)) if host else None

    @property
    def root_path(self) -> str:
        """Where the application is mounted: SCRIPT_NAME."""
        return _text(self.environ.get("SCRIPT_NAME", ""))

    @property
    def server(self) -> str:
        """The server's own name and port; gunicorn on a Unix socket has no port."""
        port = self.environ["SERVER_PORT"]
        return authority(self.environ["SERVER_NAME"], port) if port else "localhost"

    def body_length(self) -> int | None:
        """Bytes as declared; a body without a length is read only where the server ends it."""
        environ = self.environ
        length = environ.get("CONTENT_LENGTH")
        if length:
            return declared_length(length)
        if "HTTP_TRANSFER_ENCODING" not in environ:
            return 0
        if not environ.get("wsgi.input_terminated"):
            raise LengthRequired("this server passes on no body without a Content-Length")
        return None

    def read_body(self, count: BodyCount) -> bytes:
        """The body, from `wsgi.input`."""
        return read_body(self.environ, count)

    def open_stream(self, count: BodyCount) -> WSGIStream:
        """The body as it comes from `wsgi.input`."""
        return WSGIStream(self.environ, count)

    def split_segments(self) -> list[str] | None:
        """The segments, if one holds an encoded "/"."""
        check_form(self.path)
        check_utf8(self.environ.get("PATH_INFO", "").encode("latin-1"))
        return split_segments(self.raw_path, self.root_path, self.path)

    def header(self, name: str) -> str:
        """One header's value, without reading all of them."""
        key = name.upper().replace("-", "_")
        return self.environ.get(key if key in _WITHOUT_HTTP else "HTTP_" + key, "")  # type: ignore[no-any-return]

    def _header_pairs(self) -> Pairs:
        """The header fields: HTTP_ACCEPT is `accept`; the environ keeps no order among them."""
        pairs: Pairs = []
        for key, value in self.environ.items():
            name = _field_names.get(key)
            if name is None:
                name = _field_name(key)
            if name:
                pairs.append((name, value))
        return pairs + [
            (name.replace("_", "-").lower(), self.environ[name])
            for name in _WITHOUT_HTTP
            if self.environ.get(name)
        ]

    def _initial_state(self) -> dict[str, Any]:
        return dict(self.environ.get("tandem.state", ()))  # what the lifespan gave


_field_names: dict[str, str] = {}  # what `_field_name` has said of keys that come again; bounded


def _field_name(key: str) -> str:
    """The name of the header field that a key of the environ is for; "" where it is for none."""
    name = key[5:].replace("_", "-").lower() if key.startswith("HTTP_") else ""
    if len(_field_names) < 1_000 and len(key) < 100:
        _field_names[key] = name
    return name


def _text(characters: str) -> str:
    """What the bytes say as UTF-8; `split_segments` refuses a path that is not UTF-8."""
    return characters.encode("latin-1").decode("utf-8", "replace")
