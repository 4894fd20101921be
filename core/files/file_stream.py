"""A file as a body: its opening settles the whole answer, and each chunk is a step.

The core waits for no disk: an adapter carries out these steps, under an event loop in a thread.
"""

from os import stat_result
from os.path import abspath
from time import time
from typing import TYPE_CHECKING

from core.conditional import strong_etag
from core.files.content_plan import Plan, plan_content
from core.files.file_content import FileContent
from core.files.ranges import Span
from core.http_dates import http_date
from core.steps import Call, FilePart, Step
from core.streams import Steps, Stream

if TYPE_CHECKING:
    from core.request import Request
    from core.response import Response

SMALL = 65_536  # bytes; a file of no more is read when it is opened


class FileStream(Stream):
    """The chunks of a file, or of the parts of it that a request asks for."""

    def __init__(self, path: str) -> None:
        self._content = FileContent(path)
        super().__init__(self._content.read())
        self._name = repr(path)
        self._size = 0  # bytes
        self._whole_type: str | None = None  # Content-Type, where that of a 206 may be another
        self._closing = [Call(self._content.close, (), {}, is_shielded=True)]

    def prepare(self, request: "Request", response: "Response") -> Steps:
        """Open the file and settle the answer; raises NotFound, and OSError for a bad disk."""
        if self._is_closed:
            raise RuntimeError(f"{self!r} was sent before: it is made anew for each request")
        if self._is_prepared:
            return
        self._is_prepared = True
        try:
            yield _Settle(self, response)
            request.outcome()
        except GeneratorExit:  # nobody goes on with this life
            raise
        except BaseException:
            yield from self.close(request)
            raise

    def close(self, request: "Request") -> Steps:
        """Close the file, unless it is."""
        self._is_closed = True
        if self._content.file is not None:
            yield from super().close(request)

    def file_part(self) -> FilePart | None:
        """What goes out, where that is one part of the file as it is."""
        file, pieces = self._content.file, self._content.pieces
        if file is None or self._maps or len(pieces) != 1 or not isinstance(pieces[0], Span):
            return None
        span = pieces[0]
        file.seek(span.start)  # waits for no disk
        path = abspath(self._content.path)
        return FilePart(file, path, span.length, is_whole=span.length == self._size)

    def send_whole(self, response: "Response") -> None:
        """Take back that only some ranges of the file are sent."""
        if self._is_prepared and response.status == 206:
            response.status = 200
            self._content.pieces = (Span(0, self._size),)
            if "content-range" in response.headers:  # RFC 9110, 15.3.7.2: not with several
                del response.headers["content-range"]
            if self._whole_type is not None:
                response.headers["content-type"] = self._whole_type

    # In a step.

    def settle(self, request: "Request", response: "Response") -> None:
        """Open the file; put status, header fields and body into the response.

        Where nothing of the file is left to be sent later it is closed again. So a small file costs
        one step, and is a whole body to what comes after.
        """
        content, asked_status = self._content, response.status
        plan = self._plan(request, response, content.open())
        response.status, response.headers, content.pieces = plan.status, plan.headers, plan.pieces
        is_refused = plan.status not in (asked_status, 206)
        is_read_now = plan.status != 206 and self._size <= SMALL and not self._maps
        if request.method != "HEAD" and (is_refused or is_read_now):
            response.body = b"".join(content.read())
        elif plan.length is not None and not self._maps:
            response.headers["content-length"] = str(plan.length)
        if request.method == "HEAD" or isinstance(response.body, bytes):
            content.close()

    def _plan(self, request: "Request", response: "Response", found: stat_result) -> Plan:
        headers = response.headers
        self._size = found.st_size
        self._whole_type = headers.get("content-type")
        if response.status == 200:
            # RFC 9110, 8.8.2.1: not later than the Date of this answer
            headers.setdefault("last-modified", http_date(min(found.st_mtime, time())))
            etag = strong_etag(found.st_size, found.st_mtime_ns)
            headers.setdefault("etag", f"W/{etag}" if self._maps else etag)
        return plan_content(request.method, request.header, headers, self._size, response.status)


class _Settle(Step):
    """Settle the answer; it holds no request, for the request holds its step: that makes a ring."""

    __slots__ = ("response", "stream")

    def __init__(self, stream: FileStream, response: "Response") -> None:
        self.stream = stream
        self.response = response

    def call(self, request: "Request") -> None:
        """Do what touches the disk."""
        self.stream.settle(request, self.response)
