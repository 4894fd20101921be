"""A bare WSGI callable: the floor, with no framework (PEP 3333)."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes

Environ = dict[str, Any]
Start = Callable[..., Any]

TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"
encode = msgspec.json.encode
decode = msgspec.json.decode


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Callable[..., Iterable[bytes]]:  # noqa: ARG001 - it has no router
    """The cases answered by hand; the marks are three more tuples in a list."""
    marked = [(mark, "1") for mark in marks]

    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/text":
            status, kind, body = "200 OK", TEXT, b"Hello, world!"
        elif path == "/echo":
            sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            status, kind, body = "200 OK", "application/json", encode(decode(sent))
        elif path[:7] == "/users/":
            number = int(path[7:])
            user = {"id": number, "name": f"user {number}"}
            status, kind, body = "200 OK", "application/json", encode(user)
        elif path in FURTHER:
            return FURTHER[path](environ, start_response)
        else:
            status, kind, body = "404 Not Found", TEXT, b"Not Found"
        headers = [("content-type", kind), ("content-length", str(len(body))), *marked]
        start_response(status, headers)
        return [body]

    return application


def form(environ: Environ, start_response: Start) -> list[bytes]:
    if environ["REQUEST_METHOD"] != "POST":
        headers = [("allow", "POST"), ("content-type", TEXT), ("content-length", "0")]
        start_response("405 Method Not Allowed", headers)
        return [b""]
    sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    fields = fields_of(sent)
    return answer(f"{fields['title']}, {fields['remark']}".encode(), TEXT, start_response)


def fields_of(body: bytes) -> dict[str, str]:
    """A form's fields by name, the last one of a name."""
    pairs = [pair.partition("=") for pair in body.decode().split("&")]
    return {_plain(name): _plain(value) for name, _, value in pairs}


def _plain(text: str) -> str:
    """A name or a value as it was before it was encoded."""
    return unquote_plus(text) if "%" in text or "+" in text else text


def cookies(environ: Environ, start_response: Start) -> list[bytes]:
    sent = cookies_of(environ["HTTP_COOKIE"])
    body = sent["theme"].encode()
    headers = [
        ("content-type", TEXT),
        ("content-length", str(len(body))),
        ("set-cookie", f"seen={int(sent['seen']) + 1}; Path=/"),
    ]
    start_response("200 OK", headers)
    return [body]


def cookies_of(header: str) -> dict[str, str]:
    """The cookies by name."""
    pairs = [pair.partition("=") for pair in header.split("; ")]
    return {name: value for name, _, value in pairs}


def sleep(environ: Environ, start_response: Start) -> list[bytes]:  # noqa: ARG001 - the form
    return answer(b"Hello, world!", TEXT, start_response)  # it has no sleep to wait for


def megabyte(environ: Environ, start_response: Start) -> list[bytes]:  # noqa: ARG001 - the form
    return answer(MEGABYTE, BINARY, start_response)


def length(environ: Environ, start_response: Start) -> list[bytes]:
    sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    return answer(b"%d" % len(sent), TEXT, start_response)


def last(environ: Environ, start_response: Start) -> list[bytes]:
    return answer(environ["HTTP_X_LAST"].encode("latin-1"), TEXT, start_response)


def answer(body: bytes, kind: str, start_response: Start) -> list[bytes]:
    """A whole body."""
    start_response("200 OK", [("content-type", kind), ("content-length", str(len(body)))])
    return [body]


def streaming(count: int, size: int) -> Callable[..., Iterable[bytes]]:
    """A response whose body is not known when it starts."""

    def stream(environ: Environ, start_response: Start) -> Iterable[bytes]:  # noqa: ARG001 - the form
        start_response("200 OK", [("content-type", BINARY)])
        return chunks(count, size)

    return stream


def serving(path: Path) -> Callable[..., Iterable[bytes]]:
    """A file, by the server's own wrapper."""

    def serve(environ: Environ, start_response: Start) -> Any:
        size = path.stat().st_size
        start_response("200 OK", [("content-type", BINARY), ("content-length", str(size))])
        return environ["wsgi.file_wrapper"](path.open("rb"), 65_536)

    return serve


FURTHER: dict[str, Callable[..., Iterable[bytes]]] = {
    "/form": form,
    "/cookies": cookies,
    "/sleep": sleep,
    "/large": streaming(*LARGE),
    "/small": streaming(*SMALL),
    "/megabyte": megabyte,
    "/length": length,
    "/last": last,
    "/page": serving(PAGE),
    "/movie": serving(MOVIE),
}
