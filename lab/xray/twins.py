"""Which field of a WSGI environ is which of an ASGI scope, and in what they differ.

A pair is one thing under its two names; one side of it is None where only the other world has it.
The explanations are for a reader who knows one world and looks at the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lab.xray.response import as_text
from lab.xray.shown import shown


@dataclass(frozen=True)
class Field:
    """A name and a value, as they are shown."""

    name: str
    value: str


@dataclass(frozen=True)
class Pair:
    """A field and its twin."""

    twin: str  # what both are; the same word wherever this thing turns up
    wsgi: Field | None
    asgi: Field | None
    why: str = ""  # a sentence
    is_different: bool = False  # the values, whatever their form

    @property
    def mark(self) -> str:
        """How the two stand to each other: same, form, different, wsgi or asgi (only there)."""
        if self.wsgi is None or self.asgi is None:
            return "asgi" if self.wsgi is None else "wsgi"
        if self.is_different:
            return "different"
        return "same" if self.wsgi.value == self.asgi.value else "form"


@dataclass(frozen=True)
class Twin:
    """A row of the table: keys of the environ, keys of the scope, and the difference."""

    name: str
    environ: tuple[str, ...]
    scope: tuple[str, ...]
    why: str


TWINS = (
    Twin("method", ("REQUEST_METHOD",), ("method",), ""),
    Twin(
        "path",
        ("PATH_INFO",),
        ("path",),
        "Both are percent-decoded. PATH_INFO is bytes in disguise, a latin-1 character for each "
        "byte, below SCRIPT_NAME; path is text, decoded as UTF-8, root_path and all.",
    ),
    Twin(
        "root",
        ("SCRIPT_NAME",),
        ("root_path",),
        "Where the server has mounted the application: cut off from PATH_INFO, not from path.",
    ),
    Twin(
        "raw path",
        ("RAW_URI", "REQUEST_URI"),
        ("raw_path",),
        "As it was sent: not in PEP 3333, so servers differ in its name; raw_path has no query.",
    ),
    Twin("query", ("QUERY_STRING",), ("query_string",), "Percent-encoded in both: text and bytes."),
    Twin("scheme", ("wsgi.url_scheme",), ("scheme",), "A WebSocket's scheme is ws or wss."),
    Twin(
        "protocol", ("SERVER_PROTOCOL",), ("http_version",), "With and without the protocol's name."
    ),
    Twin(
        "server",
        ("SERVER_NAME", "SERVER_PORT"),
        ("server",),
        "Two texts; in the pair of ASGI the port is a number.",
    ),
    Twin(
        "client",
        ("REMOTE_ADDR", "REMOTE_PORT"),
        ("client",),
        "Two texts, from CGI; in the pair of ASGI the port is a number.",
    ),
    Twin(
        "version",
        ("wsgi.version",),
        ("asgi",),
        "Each protocol's own version, and its message format's.",
    ),
    Twin("type", (), ("type",), "ASGI only: one application answers http, websocket and lifespan."),
    Twin(
        "state",
        (),
        ("state",),
        "ASGI only: what the application left there when it was started up.",
    ),
    Twin(
        "extensions", (), ("extensions",), "ASGI only: what this server can do beyond the protocol."
    ),
    Twin(
        "subprotocols", (), ("subprotocols",), "ASGI only: what a WebSocket's client has offered."
    ),
    Twin(
        "errors",
        ("wsgi.errors",),
        (),
        "WSGI only: the server's log as a stream; an ASGI application logs by itself.",
    ),
    Twin(
        "multithread",
        ("wsgi.multithread",),
        (),
        "WSGI only: whether other threads may call the application at the same time.",
    ),
    Twin(
        "multiprocess",
        ("wsgi.multiprocess",),
        (),
        "WSGI only: whether other processes serve the same application.",
    ),
    Twin(
        "run once",
        ("wsgi.run_once",),
        (),
        "WSGI only: whether this is the only request, as in CGI.",
    ),
    Twin(
        "file wrapper",
        ("wsgi.file_wrapper",),
        (),
        "WSGI only: a way to let the server send a file; in ASGI that is an extension, pathsend.",
    ),
    Twin(
        "input ends",
        ("wsgi.input_terminated",),
        (),
        "WSGI only, not in PEP 3333: the input ends by itself; in ASGI more_body says so.",
    ),
)

_HEADER = "The name in capitals and the value as text; in lower case and as bytes."
_CONTENT = "Text and bytes; this name has no HTTP_ before it, as in CGI."
_REPEATED = "Sent more than once: one text joined by commas; a pair of bytes for each."
_OWN = "Not in the specification: this server's own."
_INPUT = Pair(
    "request body",
    Field("wsgi.input", "read() waits, and holds up the thread"),
    Field("receive", "await receive() waits, and lets other tasks run"),
    "The body is not in either dict: it is read from a stream, or comes in messages.",
)


def call_pairs(environ: dict[str, Any] | None, scope: dict[str, Any] | None) -> list[Pair]:
    """Environ and scope, field by field; None for a side that was not recorded."""
    environ, left = dict(environ or {}), dict(scope or {})
    has_body = environ.pop("wsgi.input", None) is not None or left.get("type") == "http"
    pairs = [pair for twin in TWINS if (pair := _pair(twin, environ, left))]
    pairs += _header_pairs(environ, left.pop("headers", ()))
    pairs += [_INPUT] if has_body else []
    pairs += [Pair(key, Field(key, shown(value)), None, _OWN) for key, value in environ.items()]
    pairs += [Pair(key, None, Field(key, shown(value)), _OWN) for key, value in left.items()]
    return pairs


def field_pairs(wsgi: Any, asgi: Any) -> list[Pair]:
    """The fields of a response, in both forms; what is no pair of either is left out."""
    theirs, ours = _by_name(wsgi), _by_name(asgi)
    both = theirs.keys() & ours.keys()
    return [
        Pair(
            f"response {name}",
            _all(theirs.get(name)),
            _all(ours.get(name)),
            "Text and bytes; in ASGI the name is in lower case." if name in both else "",
            name in both and _values(theirs[name]) != _values(ours[name]),
        )
        for name in dict.fromkeys([*theirs, *ours])
    ]


def _pair(twin: Twin, environ: dict[str, Any], scope: dict[str, Any]) -> Pair | None:
    """The pair of this row; it is taken out of both dicts. None where neither has it."""
    wsgi, asgi = _taken(twin.environ, environ), _taken(twin.scope, scope)
    return Pair(twin.name, wsgi, asgi, twin.why) if wsgi or asgi else None


def _taken(keys: Iterable[str], fields: dict[str, Any]) -> Field | None:
    found = {key: fields.pop(key) for key in keys if key in fields}
    return Field(", ".join(found), ", ".join(map(shown, found.values()))) if found else None


def _header_pairs(environ: dict[str, Any], headers: Any) -> list[Pair]:
    theirs = _by_name(headers)
    ours = {_header_of(key): key for key in environ if _header_of(key)}
    pairs: list[Pair] = []
    for name in dict.fromkeys([*theirs, *ours]):
        key = ours.get(name)
        wsgi = Field(key, shown(environ.pop(key))) if key else None
        why = _HEADER if key is None or key.startswith("HTTP_") else _CONTENT
        if len(theirs.get(name, ())) > 1:
            why = _REPEATED
        pairs.append(Pair(f"header {name}", wsgi, _all(theirs.get(name)), why))
    return pairs


def _header_of(key: str) -> str:
    """The field that this key of an environ stands for, in lower case; "" for none."""
    if key.startswith("HTTP_"):
        return key[5:].lower().replace("_", "-")
    return {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}.get(key, "")


def _by_name(headers: Any) -> dict[str, list[tuple[Any, Any]]]:
    """Name in lower case: each (name, value) as it was given."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for field in headers if isinstance(headers, (list, tuple)) else ():
        if isinstance(field, (list, tuple)) and len(field) == 2:
            name = field[0].decode("latin-1") if isinstance(field[0], bytes) else str(field[0])
            found.setdefault(name.lower(), []).append((field[0], field[1]))
    return found


def _values(fields: list[tuple[Any, Any]]) -> list[str]:
    """The values of fields in one form."""
    return [as_text(value) for _, value in fields]


def _all(fields: list[tuple[Any, Any]] | None) -> Field | None:
    """Fields of one name as they are shown together."""
    if not fields:
        return None
    return Field(shown(fields[0][0]), ", ".join(shown(value) for _, value in fields))
