"""Opening a file that is to be an answer: a regular one, that can be had now, or it is a 404.

This touches the disk: it is for a step that an adapter carries out (`core.files.file_stream`).
"""

import errno
import logging
import os
import stat
from io import FileIO

from core.errors import NotFound

logger = logging.getLogger("tandem")

# A FIFO would have us wait until somebody writes, and a terminal would become the process's own.
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)  # Windows has neither

# What is not there, or not to be had under this name. Other errors, such as EMFILE (too many open
# files) or EIO (the disk), are the server's own trouble.
_NOT_THERE = frozenset(
    (
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.ENAMETOOLONG,
        errno.ELOOP,  # symbolic links in a circle
        errno.EACCES,
        errno.EPERM,
        errno.ENXIO,  # a socket
        errno.EINVAL,  # no name at all on this system
    )
)


def open_regular(path: str) -> tuple[FileIO, os.stat_result]:
    """A regular file, open for reading, and what was found of that very file.

    Raises NotFound for what is missing, no regular file, or not ours to read. A 403 would tell a
    stranger that something is there (RFC 9110, 15.5.4 has the server say 404 instead), so only the
    log tells of it. Other errors of the system are raised as they are.
    """
    try:
        file = FileIO(path, "r", opener=_open)
    except (OSError, ValueError) as error:  # ValueError: a NUL, or what the file system can't spell
        if isinstance(error, OSError) and error.errno not in _NOT_THERE:
            raise
        if isinstance(error, PermissionError):
            logger.warning("404, for it may not be read: %r", path)
        raise NotFound from error
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode):
        file.close()
        raise NotFound
    return file, found


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _FLAGS)
