"""What is in a file: opened, looked at, read and closed. All of it touches the disk.

So it is for steps that an adapter carries out (`core.files.file_stream`).
"""

from collections.abc import Iterator
from io import FileIO
from os import stat_result

from core.files.content_plan import Pieces
from core.files.opening import open_regular
from core.files.ranges import Span

# Bytes read, and sent, at a time. Each read is a step, under an event loop one thread's work, there
# and back. In reads of 64, 128 and 256 KiB a gigabyte cost uvicorn 0.68, 0.43 and 0.37 s of
# processor time; but each download holds as much, and a slow one as much again in the server.
CHUNK = 131_072


class FileContent:
    """A file's content; size and time are those of the open file, whatever becomes of its name."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.pieces: Pieces = ()  # that are to be read, and what goes out between them
        self.file: FileIO | None = None  # while it is open

    def open(self) -> stat_result:
        """Open the file; what was found of it. Raises as `open_regular`."""
        self.file, found = open_regular(self.path)
        return found

    def read(self) -> Iterator[bytes]:
        """The pieces in chunks; raises RuntimeError where the file has become shorter meanwhile.

        What it has gained since it was opened is left out, for its length was told.
        """
        for piece in self.pieces:
            if isinstance(piece, Span):
                yield from self._read_span(piece)
            else:
                yield piece

    def _read_span(self, span: Span) -> Iterator[bytes]:
        assert self.file is not None, f"{self.path!r} is open"
        self.file.seek(span.start)
        left = span.length
        while left:
            chunk = self.file.read(min(CHUNK, left))
            if not chunk:
                raise RuntimeError(f"{self.path!r} has become shorter, by {left} bytes")
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        """Close the file, unless it is."""
        file, self.file = self.file, None
        if file is not None:
            file.close()

    def __del__(self) -> None:
        self.close()  # where a middleware has put another body into the response
