"""The WSGI door: an environ as gunicorn builds it, `wsgiref.validate` around the application.

Text in an environ is bytes in disguise, a latin-1 character for each (PEP 3333, "Unicode Issues").
"""

import io
import re
import warnings
from typing import Any
from urllib.parse import quote, unquote_to_bytes
from wsgiref.validate import WSGIWarning, validator

from tests.doors.client import Answer, Asked, Client


class WSGIClient(Client):
    """Sends requests to a WSGI application."""

    def exchange(self, asked: Asked) -> Answer:
        # The validator takes a malformed length for a mistake of ours, so it is left out there.
        well_formed = re.fullmatch("[0-9]*", asked.header("content-length") or "", re.ASCII)
        application = validator(self.application) if well_formed else self.application
        started: list[Any] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
            started[:] = [int(status[:3]), headers]
            return None

        with warnings.catch_warnings():
            # the validator knows no methods but those of RFC 9110; a client may send any token
            warnings.filterwarnings("ignore", "Unknown REQUEST_METHOD", WSGIWarning)
            chunks = application(environ_of(asked), start_response)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return Answer(*started, body, asked.taken)


def environ_of(asked: Asked) -> dict[str, Any]:
    """The environ of this request, as gunicorn 27 builds it."""
    environ = {
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "wsgi.input": _Input(asked),
        "wsgi.url_scheme": "http",
        "REQUEST_METHOD": asked.method,
        "QUERY_STRING": asked.query,
        "RAW_URI": asked.path + ("?" + asked.query if asked.query else ""),
        "SERVER_PROTOCOL": f"HTTP/{asked.http_version}",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "SCRIPT_NAME": asked.root_path.encode("utf-8").decode("latin-1"),
        "PATH_INFO": unquote_to_bytes(asked.path.removeprefix(quote(asked.root_path))).decode(
            "latin-1"
        ),
    }
    for name, value in asked.headers:
        if "_" in name:  # gunicorn drops these: they would pass for a name with "-"
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


class _Input:
    """`wsgi.input`: the chunks in turn, then b""; it counts what is taken."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._chunks = list(asked.chunks)

    def read(self, size: int) -> bytes:
        """At most `size` bytes, from one chunk; an empty one is no end, so it is passed over."""
        while self._chunks:
            chunk = self._chunks.pop(0)
            if not chunk:
                continue
            if len(chunk) > size:
                self._chunks.insert(0, chunk[size:])
            self._asked.taken += len(chunk[:size])
            return chunk[:size]
        if self._asked.disconnect and self._asked.header("transfer-encoding"):
            raise OSError("the chunked body was cut off")
        return b""

    readline = readlines = __iter__ = None  # not used here; the validator wants them to be there
