"""Which files of a directory a URL's path may name; decided by the path alone, without the disk.

What is refused is so on every system, though only one may read it as something else: an
application that was tried on one is as safe on another. Symbolic links are for the adapters, which
may look at the disk.
"""

import re

MAX_NAME = 255  # bytes of a file's name, on nearly every file system
MAX_PATH = 4096  # bytes of a path

# Control characters and NUL; the backslash, a separator on Windows; the colon, for a drive or an
# NTFS stream (`page.py::$DATA` is the file `page.py`); what another decoding would make a separator
# or a dot; and a dot or space at the end, which Windows drops. "." and ".." are of the last kind.
_REFUSED = re.compile(r"[\x00-\x1f\x7f\\:]|%(?:2[ef]|5c)|[. ]$", re.IGNORECASE)

# Windows opens a device for these names, in any case and with any extension.
_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    port + number for port in ("COM", "LPT") for number in "0123456789¹²³"
}


def relative_parts(path: str) -> tuple[str, ...] | None:
    """The names, from the root directory down, of the file a path asks for; None: answer 404.

    `path` is percent-decoded, once, and begins below the root without a "/", as the parameter of
    `/static/{path:path}` does. An empty one is the root itself: (). An empty name within it, or
    after a last "/", is refused, so that one file has one path; strip that "/" where it is to mean
    a directory. Joined to the root, the parts stay below it, symbolic links aside.
    """
    if not path:
        return ()
    if len(path) > MAX_PATH:  # before it is split
        return None
    parts = tuple(path.split("/"))
    return parts if all(map(_is_safe, parts)) and _size(path) <= MAX_PATH else None


def _is_safe(name: str) -> bool:
    """Whether a name is a plain file's or directory's on every system."""
    if not name or _REFUSED.search(name):
        return False
    stem = name.partition(".")[0].rstrip(" ")
    return stem.upper() not in _DEVICES and _size(name) <= MAX_NAME


def _size(text: str) -> int:
    """Bytes in UTF-8; over every limit where there is no such text, as with half of a pair."""
    try:
        return len(text.encode("utf-8"))
    except UnicodeEncodeError:
        return MAX_PATH + 1
