"""`wsgi.file_wrapper` (PEP 3333, "Optional Platform-Specific File Handling")."""

from typing import Any


class FileWrapper:
    """A file as an iterable of blocks; it is closed with it."""

    def __init__(self, file: Any, block_size: int = 65_536) -> None:
        self._file = file
        self._block_size = block_size  # bytes
        if hasattr(file, "close"):
            self.close = file.close

    def __iter__(self) -> "FileWrapper":
        return self

    def __next__(self) -> bytes:
        block: bytes = self._file.read(self._block_size)
        if not block:
            raise StopIteration
        return block
