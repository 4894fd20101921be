"""What one step passes, side by side: the fields of an environ and a scope, of a message, a body.

A pair is one thing under its two names; one side of it is None where only the other world has it.
What compares the two worlds is said only where both were recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lab.xray.response import as_text
from lab.xray.shown import shown
from lab.xray.twins import TWINS, Twin

Details = dict[str, Any]


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


_HEADER = (
    "WSGI: the name in capitals, HTTP_ before it and _ for -, the value as text. ASGI: the name in "
    "lower case, both as bytes."
)
_CONTENT = "Text and bytes; in WSGI this name has no HTTP_ before it, as in CGI."
_REPEATED = "Sent more than once: one text joined by commas; a pair of bytes for each."
_OWN = "Not in the specification: this server's own."
_BODY = "The body is not in either dict: it is read from a stream, or comes in messages."
_READ = Field("wsgi.input", "read() waits, and holds up the thread")
_RECEIVE = Field("receive", "await receive() waits, and lets other tasks run")
_MORE = "ASGI only: whether more follows."
_NO_MORE = " In WSGI there is more until there is not."
_REASON = "In WSGI the reason is the application's to write; in ASGI the server has it from a list."
_FORMS = "Text and bytes; in ASGI the name is in lower case."


def call_pairs(environ: Details | None, scope: Details | None) -> list[Pair]:
    """Environ and scope, field by field; None for a side that was not recorded."""
    are_both = environ is not None and scope is not None
    environ, left = dict(environ or {}), dict(scope or {})
    read = _READ if environ.pop("wsgi.input", None) is not None else None
    receive = _RECEIVE if left.get("type") == "http" else None
    pairs = [pair for twin in TWINS if (pair := _pair(twin, environ, left, are_both=are_both))]
    pairs += _header_pairs(environ, left.pop("headers", ()), are_both=are_both)
    if read or receive:
        pairs.append(Pair("request body", read, receive, _BODY if are_both else ""))
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
            _FORMS if name in both else "",
            name in both and _values(theirs[name]) != _values(ours[name]),
        )
        for name in dict.fromkeys([*theirs, *ours])
    ]


def status_pair(wsgi: Details | None, message: Details) -> Pair:
    """The status of a response."""
    theirs, ours = wsgi["status"] if wsgi else None, message.get("status")
    return Pair(
        "response status",
        Field("status", shown(theirs)) if wsgi else None,
        Field("status", shown(ours)) if message else None,
        _REASON if wsgi and message else "",
        str(theirs)[:3] != str(ours),
    )


def body_pairs(twin: str, wsgi: Details | None, message: Details, *, are_both: bool) -> list[Pair]:
    """A chunk of the request's or response's body (its `twin`), and what only a message says."""
    data = Field("data", shown(wsgi["data"])) if wsgi and "data" in wsgi else None
    body = Field("body", shown(message.get("body", b""))) if message else None
    differs = data is not None and wsgi is not None and wsgi["data"] != message.get("body", b"")
    pairs = [Pair(twin, data, body, is_different=differs)] if data or body else []
    rest = {key: value for key, value in message.items() if key not in ("body", "more_body")}
    if message:
        rest["more_body"] = message.get("more_body", False)
    return [*pairs, *message_pairs(rest, are_both=are_both)]


def message_pairs(message: Details, *, are_both: bool) -> list[Pair]:
    """The keys of a message that WSGI has no twin of."""
    more = _MORE + _NO_MORE if are_both else _MORE
    return [
        Pair(str(key), None, Field(str(key), shown(value)), more if key == "more_body" else "")
        for key, value in message.items()
    ]


def _pair(twin: Twin, environ: Details, scope: Details, *, are_both: bool) -> Pair | None:
    """The pair of this row; it is taken out of both dicts. None where neither has it."""
    wsgi, asgi = _taken(twin.environ, environ), _taken(twin.scope, scope)
    if not (wsgi or asgi):
        return None
    why = f"{twin.why} {twin.beside}".strip() if are_both else twin.why
    return Pair(twin.name, wsgi, asgi, why)


def _taken(keys: Iterable[str], fields: Details) -> Field | None:
    found = {key: fields.pop(key) for key in keys if key in fields}
    return Field(", ".join(found), ", ".join(map(shown, found.values()))) if found else None


def _header_pairs(environ: Details, headers: Any, *, are_both: bool) -> list[Pair]:
    theirs = _by_name(headers)
    ours = {_header_of(key): key for key in environ if _header_of(key)}
    pairs: list[Pair] = []
    for name in dict.fromkeys([*theirs, *ours]):
        key = ours.get(name)
        wsgi = Field(key, shown(environ.pop(key))) if key else None
        why = _HEADER if key is None or key.startswith("HTTP_") else _CONTENT
        if len(theirs.get(name, ())) > 1:
            why = _REPEATED
        pairs.append(Pair(f"header {name}", wsgi, _all(theirs.get(name)), why if are_both else ""))
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
