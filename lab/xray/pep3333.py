"""The rules of PEP 3333 for a single thing: an environ, a status, a list of header fields.

Each gives pairs, of the clause and of what is wrong.
"""

import re
from collections.abc import Iterator
from typing import Any

from core.headers import TOKEN

Faults = Iterator[tuple[str, str]]

_ENVIRON = "PEP 3333, environ Variables"
_START = "PEP 3333, The start_response() Callable"
_UNICODE = "PEP 3333, Unicode Issues"
_OTHER = "PEP 3333, Other HTTP Features"

_REQUIRED = (
    "REQUEST_METHOD",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "wsgi.version",
    "wsgi.url_scheme",
    "wsgi.input",
    "wsgi.errors",
    "wsgi.multithread",
    "wsgi.multiprocess",
    "wsgi.run_once",
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# RFC 9110, 7.6.1; an application leaves these to the server
_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "trailers",
        "transfer-encoding",
        "upgrade",
    }
)


def environ_faults(environ: dict[str, Any], kind: str) -> Faults:
    """What a server has put into an environ, or left out; `kind` is its type's name."""
    if kind != "dict":
        yield _ENVIRON, f"the environ is a dict, no subclass or other mapping; got {kind}"
    for key in _REQUIRED:
        if key not in environ:
            yield _ENVIRON, f"{key} is there"
    for key in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
        if key in environ:
            yield _ENVIRON, f"{key.removeprefix('HTTP_')} has no HTTP_ before it"
    for key, value in environ.items():
        if "." not in key and not _is_native(value):
            yield _UNICODE, f"{key} is a str of latin-1 characters; got {value!r:.60}"
    for key in ("SCRIPT_NAME", "PATH_INFO"):
        path = environ.get(key)
        if isinstance(path, str) and path and path[0] != "/" and not _is_of_server(environ):
            yield _ENVIRON, f'{key} begins with "/" where it is not empty; got {path!r:.60}'


def _is_of_server(environ: dict[str, Any]) -> bool:
    """RFC 9112, 3.2.4: OPTIONS * asks for the whole server, and so it has no path."""
    return environ.get("REQUEST_METHOD") == "OPTIONS" and environ.get("PATH_INFO") == "*"


def status_faults(status: Any) -> Faults:
    """A status is text, three digits, a space and a reason: "404 Not Found"."""
    if not isinstance(status, str):
        yield _START, f'a status is a str, as in "200 OK"; got {status!r:.60}'
    elif not re.match(r"[1-9]\d\d ", status + " " * (len(status) == 3)):
        yield _START, f"a status is three digits, a space and a reason; got {status!r:.60}"
    elif status[0] > "5":
        yield "RFC 9110, 15", f"a status is 599 at most; got {status!r:.60}"
    elif len(status) == 3 or status != status.strip() or _CONTROL.search(status):
        what = "a status has a reason, and no space or control character about it"
        yield _START, f"{what}; got {status!r:.60}"
    elif not _is_native(status):
        yield _UNICODE, f"a status has latin-1 characters only; got {status!r:.60}"
    elif status[0] == "1":
        yield _START, f"a final status is given, and so none below 200; got {status!r:.60}"


def field_faults(headers: Any) -> Faults:
    """The fields are a list of tuples of two texts."""
    if type(headers) is not list:
        yield _START, f"the headers are a list; got {type(headers).__name__}"
    for field in headers if isinstance(headers, (list, tuple)) else ():
        if type(field) is not tuple or len(field) != 2:
            yield _START, f"a header is a tuple of name and value; got {field!r:.60}"
        elif not all(isinstance(part, str) for part in field):
            yield _UNICODE, f"a header's name and value are str; got {field!r:.60}"
        else:
            yield from _text_faults(*field)
    lengths = [field[1] for field in _pairs(headers) if str(field[0]).lower() == "content-length"]
    if len(lengths) > 1:
        yield "RFC 9110, 8.6", f"Content-Length is one number; got {lengths!r:.60}"


def length_faults(status: Any, headers: Any) -> Faults:
    """RFC 9110, 8.6: a response that has no content by its status has no length."""
    names = [str(field[0]).lower() for field in _pairs(headers)]
    if str(status)[:3] == "204" and "content-length" in names:
        yield "RFC 9110, 8.6", "a 204 has no Content-Length"


def _pairs(headers: Any) -> list[tuple[Any, Any]]:
    return [
        field
        for field in (headers if isinstance(headers, (list, tuple)) else ())
        if isinstance(field, tuple) and len(field) == 2
    ]


def _text_faults(name: str, value: str) -> Faults:
    """One field, whose name and value are texts."""
    if name.lower() == "status":
        yield _START, "the status is no header"
    elif not TOKEN.fullmatch(name):
        yield _START, f"a header's name is a token (RFC 9110, 5.6.2); got {name!r:.60}"
    if name.lower() in _HOP_BY_HOP:
        yield _OTHER, f"{name} is the server's to send: it is hop-by-hop"
    if not _is_native(value):
        yield _UNICODE, f"a header has latin-1 characters only; got {value!r:.60}"
    elif _CONTROL.search(value):
        yield _START, f"a header's value has no line end or control character; got {value!r:.60}"
    elif value != value.strip(" \t"):
        yield "RFC 9110, 5.5", f"a header's value is stripped; got {value!r:.60}"
    if name.lower() == "content-length" and not re.fullmatch("[0-9]+", value):
        yield "RFC 9110, 8.6", f"Content-Length is a number; got {value!r:.60}"


def _is_native(value: Any) -> bool:
    """Whether this is a native string: text, each character of which stands for a byte."""
    return isinstance(value, str) and all(character <= "\xff" for character in value)
