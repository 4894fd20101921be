"""A bare WSGI callable: the floor, with no framework (PEP 3333)."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from benchmarks.cases import MEGABYTE
from benchmarks.chunks import LARGE, SMALL, chunks
from benchmarks.files import MOVIE, PAGE
from benchmarks.other_routes import OtherRoutes

encode = msgspec.json.encode
decode = msgspec.json.decode
STREAMS = {"/large": LARGE, "/small": SMALL}
FILES = {"/page": PAGE, "/movie": MOVIE}


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Callable[..., Iterable[bytes]]:  # noqa: ARG001 - it has no router
    """The cases answered by hand; the marks are three more tuples in a list."""
    marked = [(mark, "1") for mark in marks]

    def application(environ: dict[str, Any], start_response: Callable[..., Any]):
        path = environ["PATH_INFO"]
        if path == "/text":
            status, kind, body = "200 OK", "text/plain; charset=utf-8", b"Hello, world!"
        elif path == "/echo":
            sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            status, kind, body = "200 OK", "application/json", encode(decode(sent))
        elif path[:7] == "/users/":
            number = int(path[7:])
            user = {"id": number, "name": f"user {number}"}
            status, kind, body = "200 OK", "application/json", encode(user)
        elif path == "/sleep":  # where nothing is awaited there is no sleep to wait for
            status, kind, body = "200 OK", "text/plain; charset=utf-8", b"Hello, world!"
        elif path in STREAMS:
            start_response("200 OK", [("content-type", "application/octet-stream"), *marked])
            return chunks(*STREAMS[path])
        elif path == "/megabyte":
            status, kind, body = "200 OK", "application/octet-stream", MEGABYTE
        elif path == "/length":
            sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            status, kind, body = "200 OK", "text/plain; charset=utf-8", b"%d" % len(sent)
        elif path in FILES:
            size = FILES[path].stat().st_size
            headers = [("content-type", "application/octet-stream"), ("content-length", str(size))]
            start_response("200 OK", [*headers, *marked])
            return environ["wsgi.file_wrapper"](FILES[path].open("rb"), 65_536)
        else:
            status, kind, body = "404 Not Found", "text/plain; charset=utf-8", b"Not Found"
        headers = [("content-type", kind), ("content-length", str(len(body))), *marked]
        start_response(status, headers)
        return [body]

    return application
