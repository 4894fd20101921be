"""The WSGI door: an environ as gunicorn builds it, `wsgiref.validate` around the application.

Text in an environ is bytes in disguise, a latin-1 character for each (PEP 3333, "Unicode Issues").
"""

import io
import re
import warnings
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from urllib.parse import quote, unquote_to_bytes
from wsgiref.util import FileWrapper
from wsgiref.validate import WSGIWarning, validator

from lab.testing.answer import Head
from lab.testing.asked import Asked
from lab.testing.errors import ClientError
from lab.testing.exchange import Exchange
from wsgi_adapter.types import WSGIApplication


class WSGIExchange(Exchange):
    """A request to a WSGI application."""

    def __init__(self, application: WSGIApplication, asked: Asked, *, validate: bool) -> None:
        super().__init__(asked)
        # The validator takes a malformed length for a mistake of ours, so it is left out there.
        well_formed = re.fullmatch("[0-9]*", asked.header("content-length") or "", re.ASCII)
        self._application: Callable[..., Any] = (
            validator(application) if validate and well_formed else application
        )
        self._head: Head | None = None
        self._ready: deque[bytes] = deque()  # chunks that were made and not yet asked for
        self._has_sent = False
        self._body: Iterable[bytes] = ()

    async def begin(self) -> Head:
        """Status and header fields; chunks are made only until `start_response` is called."""
        with _knowing_no_method_but(self.asked.method):
            self._body = self._application(environ_of(self.asked), self._start_response)
        self._chunks = iter(self._body)
        while self._head is None:
            if not self._make_chunk():
                raise ClientError("the application returned and has not called start_response")
        return self._head

    async def chunk(self) -> bytes | None:
        """The next chunk; what was passed to `write` comes first."""
        while not self._ready and self._make_chunk():
            pass
        self._has_sent = self._has_sent or bool(self._ready)
        return self._ready.popleft() if self._ready else None

    async def end(self) -> None:
        """Close the body, whether or not it was read to its end (PEP 3333, "close")."""
        body, self._body = self._body, ()
        close = getattr(body, "close", None)
        if close is not None:
            close()

    def _make_chunk(self) -> bool:
        """Whether there was one more chunk; it is ready now, after what was written meanwhile."""
        for chunk in self._chunks:
            self._ready.append(chunk)
            return True
        return False

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        """PEP 3333, "The start_response() Callable"."""
        if exc_info is not None and self._has_sent:
            raise exc_info[1].with_traceback(exc_info[2])
        self._head = Head(int(status[:3]), [(name.lower(), value) for name, value in headers])
        return self._ready.append


def environ_of(asked: Asked) -> dict[str, Any]:
    """The environ of this request, as gunicorn 27 builds it."""
    environ = {
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
        "wsgi.input_terminated": True,
        "wsgi.input": _Input(asked),
        "wsgi.url_scheme": asked.scheme,
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


def _knowing_no_method_but(method: str) -> AbstractContextManager[Any]:
    """Where the method is none of those that the validator knows: without its warning.

    Nowhere else, for warnings are caught in all threads.
    """
    if method in ("GET", "HEAD", "POST", "OPTIONS", "PATCH", "PUT", "DELETE", "TRACE"):
        return nullcontext()
    return warnings.catch_warnings(action="ignore", category=WSGIWarning)


class _Input(io.RawIOBase):
    """`wsgi.input`: the chunks in turn, then b""; it counts what is taken."""

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self._asked = asked
        self._chunks = iter(asked.chunks)
        self._left = b""  # of the chunk that is being read

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from one chunk; an empty one is no end, so it is passed over."""
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                if self._asked.disconnect and self._asked.header("transfer-encoding"):
                    raise OSError("the chunked body was cut off")
                return 0
            self._left = chunk
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        self._asked.taken += count
        return count
