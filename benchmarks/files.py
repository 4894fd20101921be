"""The files of the file cases, in a directory that is removed at exit."""

import atexit
from pathlib import Path
from tempfile import TemporaryDirectory

_directory = TemporaryDirectory(prefix="tandem-benchmarks-")
atexit.register(_directory.cleanup)


def _file(name: str, size: int) -> Path:
    path = Path(_directory.name, name)
    path.write_bytes(bytes(size))
    return path


PAGE = _file("page.bin", 16_000)
MOVIE = _file("movie.bin", 1_000_000)
