"""A request as a server has read it from the connection, made of what a test says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict, cast
from urllib.parse import quote, urlencode, urlsplit

from core.headers import Headers, Pairs
from lab.testing.bodies import File, Form, encoded

Fields = Mapping[str, str] | Headers | Iterable[tuple[str, str]]


class Options(TypedDict, total=False):
    """What a test can say of a request."""

    query: Form  # percent-encoded here; in place of a query in the target
    headers: Fields
    body: bytes | str | Iterable[bytes]  # chunks are sent chunked, each when it is asked for
    json: Any
    form: Form  # urlencoded, or multipart where there are files
    files: Mapping[str, File]  # content, (filename, content) or (filename, content, media type)
    cookies: Mapping[str, str]  # for this request, beside those of the client
    disconnect: bool  # the client goes away where the body ends
    http_version: str


@dataclass
class Asked:
    """A request as a server has read it from the connection."""

    method: str
    path: str  # as sent: percent-encoded, with the root path
    query: str  # as sent, without the "?"
    headers: Pairs  # as sent
    chunks: Iterable[bytes]  # the body, as it arrives
    disconnect: bool = False  # the client goes away after these chunks
    http_version: str = "1.1"
    root_path: str = ""  # percent-decoded
    scheme: str = "http"
    cookies: Mapping[str, str] = field(default_factory=dict[str, str])  # not yet in the headers
    taken: int = 0  # bytes of the body that the application has read

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def host(self) -> str:
        """The host that is asked, in lower case and without the port."""
        return re.sub(r":\d*$", "", self.header("host") or "localhost").lower()


def asked_for(
    method: str, target: str, options: Options, base_url: str, root_path: str, defaults: Pairs
) -> Asked:
    """The request for `target`: a path below `root_path`, and perhaps a query."""
    unknown = ", ".join(set(options) - set(Options.__annotations__))
    if unknown:
        wanted = ", ".join(Options.__annotations__)
        raise TypeError(f"a request takes {wanted}; got {unknown} for {method} {target}")
    base = urlsplit(base_url)
    path, _, query = target.partition("?")
    body, media_type = encoded(
        options.get("body", b""), options.get("json"), options.get("form"), options.get("files")
    )
    is_whole = isinstance(body, bytes)
    asked = Asked(
        method,
        quote(root_path) + quoted(path),
        urlencode(cast(Any, options["query"]), doseq=True) if "query" in options else query,
        pairs_of(options.get("headers", ())),
        ([body] if body else []) if is_whole else body,
        options.get("disconnect", False),
        options.get("http_version", "1.1"),
        root_path,
        base.scheme,
        options.get("cookies", {}),
    )
    asked.headers += [pair for pair in defaults if asked.header(pair[0].lower()) is None]
    if media_type and asked.header("content-type") is None:
        asked.headers.append(("Content-Type", media_type))
    _declare(asked, base.netloc, len(body) if is_whole else None)
    return asked


def pairs_of(fields: Fields) -> Pairs:
    """Header fields, however they were given, as a list."""
    pairs: Any = fields.items() if isinstance(fields, (Mapping, Headers)) else fields
    return list(pairs)


def quoted(path: str) -> str:
    """A path with what no request line can hold percent-encoded; the rest is left as it is."""
    return re.sub(r"[^\x21-\x7e]+", lambda found: quote(found[0]), path)


def _declare(asked: Asked, host: str, length: int | None) -> None:
    """Add what every client sends: Host, and how long the body is; None: it is sent chunked."""
    if asked.header("host") is None and asked.http_version != "1.0":
        asked.headers.insert(0, ("Host", host))
    if asked.header("content-length") is None:
        if length is None:
            asked.headers.append(("Transfer-Encoding", "chunked"))
        elif length:
            asked.headers.append(("Content-Length", str(length)))
