"""A file handed to the server, which may have the system send it, as gunicorn does by sendfile.

(PEP 3333, "Optional Platform-Specific File Handling".) It must be given what its own
`wsgi.file_wrapper` makes, and no iterable around that. So it is the file's `close()` that the
server calls, and there the life of the request goes on.
"""

import os
from collections.abc import Iterable

from core.steps import FilePart
from wsgi_adapter.iterable import ResponseIterable
from wsgi_adapter.types import Environ

BLOCK = 65_536  # bytes that a server should read at a time, where it reads


def handed_over(part: FilePart, chunks: ResponseIterable, environ: Environ) -> Iterable[bytes]:
    """What the server's wrapper for files makes of this part; the chunks where it has none."""
    wrapper = environ.get("wsgi.file_wrapper")
    if wrapper is None:
        return chunks
    part.is_taken = True
    return wrapper(ServedFile(part, chunks), BLOCK)  # type: ignore[no-any-return]


class ServedFile:
    """The part of a file that is sent, as a file-like object: it ends where the part does.

    PEP 3333 has the server send from the file's position on, until its end or Content-Length.
    """

    def __init__(self, part: FilePart, chunks: ResponseIterable) -> None:
        self._part = part
        self._finish = chunks.finish
        self._stop = part.file.tell() + part.length
        self._is_closed = False
        self.fileno = part.file.fileno
        self.tell = part.file.tell

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes, none of them beyond the end; raises as `close`."""
        left = max(self._stop - self.tell(), 0)
        octets = self._part.file.read(left if size < 0 else min(size, left))
        if left and not octets:  # waitress would ask again and again
            self._check_length()
        return octets

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """The new position; waitress looks for the end, to know how much there is."""
        if whence == os.SEEK_END:
            offset, whence = self._stop + offset, os.SEEK_SET
        return self._part.file.seek(offset, whence)

    def close(self) -> None:
        """Live the life to its end; raises RuntimeError where the file has become shorter.

        A server that is told so cuts the connection; else its client would wait for the rest.
        """
        if self._is_closed:
            return
        self._is_closed = True
        try:
            self._check_length()
        except RuntimeError as error:
            self._finish(error)
        else:
            self._finish()

    def _check_length(self) -> None:
        missing = self._stop - os.fstat(self.fileno()).st_size
        if missing > 0:
            raise RuntimeError(f"{self._part.path!r} has become shorter, by {missing} bytes")
