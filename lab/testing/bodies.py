"""What a test says as JSON, as a form or as files, as the body of a request."""

import json as standard_json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import msgspec

Content = bytes | str
File = Content | tuple[str, Content] | tuple[str, Content, str]  # content; name; media type
Form = Mapping[str, Any] | Iterable[tuple[str, Any]]


def encoded(body: Any, json: Any, form: Form | None, files: Mapping[str, File] | None) -> Any:
    """The body, and its media type: None where the test has to name it.

    Raises TypeError where more is given than one body can hold.
    """
    given = {"body": bool(body), "json": json is not None}
    given["form or files"] = form is not None or files is not None
    if sum(given.values()) > 1:
        names = " and ".join(name for name, is_given in given.items() if is_given)
        raise TypeError(f"a request has one body: json, form and files, or body; got {names}")
    if json is not None:
        # what json does not know (a dataclass, a Struct, a UUID) is written as a handler's is
        text = standard_json.dumps(json, default=msgspec.to_builtins)
        return text.encode(), "application/json"
    if files is not None:
        return _multipart(_pairs(form or {}), files)
    if form is not None:
        return urlencode(_pairs(form)).encode(), "application/x-www-form-urlencoded"
    return (body.encode() if isinstance(body, str) else body), None


def _pairs(form: Form) -> list[tuple[str, Any]]:
    """The fields in order; a name with a list of values comes once for each."""
    pairs: Any = form.items() if isinstance(form, Mapping) else form
    return [
        (name, each)
        for name, value in pairs
        for each in (value if isinstance(value, (list, tuple)) else [value])
    ]


def _multipart(fields: list[tuple[str, Any]], files: Mapping[str, File]) -> tuple[bytes, str]:
    """The fields, then the files (RFC 7578), with a boundary that is in none of them."""
    boundary = uuid4().hex
    parts = [_part(name, str(value), "") for name, value in fields]
    for name, file in files.items():
        filename, content, *kind = file if isinstance(file, tuple) else (name, file)
        about = f'; filename="{_quoted(filename)}"\r\nContent-Type: '
        parts.append(_part(name, content, about + (kind or ["application/octet-stream"])[0]))
    lines = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    return lines + b"--%b--\r\n" % boundary.encode(), f"multipart/form-data; boundary={boundary}"


def _part(name: str, content: Content, more: str) -> bytes:
    head = f'Content-Disposition: form-data; name="{_quoted(name)}"{more}\r\n\r\n'
    return head.encode() + (content.encode() if isinstance(content, str) else content)


def _quoted(name: str) -> str:
    """A name as browsers send it (HTML, "multipart/form-data encoding algorithm")."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
