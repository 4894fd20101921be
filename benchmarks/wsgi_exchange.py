"""One WSGI exchange without a server (PEP 3333), with the environ that gunicorn sends."""

import sys
from collections.abc import Callable
from functools import lru_cache
from io import BufferedReader, BytesIO
from time import process_time
from types import TracebackType
from typing import Any, Self
from wsgiref.util import FileWrapper

from benchmarks.cases import Answer, Case

LARGE_BODY = 65_536  # bytes


class WSGIWorld:
    """Puts cases to WSGI applications, a block of calls at a time."""

    name = "WSGI"

    def __init__(self, clock: Callable[[], float] = process_time) -> None:
        self.clock = clock  # in seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing was opened; the other world has an event loop to close."""

    def start(self, app: Any) -> None:
        """Nothing: WSGI has no startup; the other world has."""

    def ask(self, app: Any, case: Case) -> Answer:
        """The answer to one call."""
        response, chunks = exchange(app, environ_of(case), case.body)
        headers = {name.lower(): value for name, value in response.headers}
        return Answer(int(response.status[:3]), headers, [chunk for chunk in chunks if chunk])

    def block(self, app: Any, case: Case, calls: int) -> float:
        """Microseconds a call, over a block of calls, after one that is not timed."""
        environ, body = environ_of(case), case.body
        exchange(app, environ, body)
        began = self.clock()
        for _ in range(calls):
            exchange(app, environ, body)
        return (self.clock() - began) / calls * 1e6


class Response:
    """What an application told its server; `start_response` is the WSGI callable."""

    __slots__ = ("headers", "status")

    def start_response(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: tuple[type[BaseException], BaseException, TracebackType] | None = None,  # noqa: ARG002 - PEP 3333
    ) -> Callable[[bytes], object]:
        """Keep status and headers."""
        self.status = status
        self.headers = headers
        return bytes


def exchange(app: Any, environ: dict[str, Any], body: bytes) -> tuple[Response, list[bytes]]:
    """What a server does for a request, less the sockets: a fresh environ, all chunks, close()."""
    environ = environ.copy()
    environ["wsgi.input"] = _input(body)
    response = Response()
    result = app(environ, response.start_response)
    try:
        chunks = list(result)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()
    return response, chunks


def _input(body: bytes) -> BytesIO | BufferedReader:
    """What the body is read from; a large one is copied by that, as it is out of a socket.

    (A BytesIO that is read from its beginning to its end gives the very object it was made of.)
    """
    if len(body) < LARGE_BODY:
        return BytesIO(body)
    source = BytesIO(_behind_a_byte(body))
    source.seek(1)
    return BufferedReader(source)


@lru_cache(maxsize=1)
def _behind_a_byte(body: bytes) -> bytes:
    return b"x" + body


def environ_of(case: Case) -> dict[str, Any]:
    """The keys, in order and kind, that gunicorn's sync worker gives for curl's request."""
    environ = {
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
        "wsgi.input_terminated": True,
        "SERVER_SOFTWARE": "gunicorn",
        "REQUEST_METHOD": case.method,
        "QUERY_STRING": "",
        "RAW_URI": case.path,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_USER_AGENT": "curl/8.14.1",
        "HTTP_ACCEPT": "*/*",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        "HTTP_CONNECTION": "keep-alive",
        "wsgi.url_scheme": "http",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50312",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "PATH_INFO": case.path,
        "SCRIPT_NAME": "",
    }
    for name, value in case.further_fields:
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    if case.body:
        environ |= {"CONTENT_TYPE": case.body_type, "CONTENT_LENGTH": str(len(case.body))}
    return environ
