"""Whose code a thread is running: the innermost line that the user wrote, and the handler it is in.

What is the standard library's, an installed package's or Tandem's own is not the user's.
"""

import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import NamedTuple

import asgi_adapter.driver
import asgi_adapter.websocket_routes
import core
import lab
import wsgi_adapter

_OURS = tuple(
    str(Path(package.__file__).parent) + os.sep
    for package in (core, asgi_adapter, wsgi_adapter, lab)
    if package.__file__
)
_PATHS = sysconfig.get_paths()
# Outside of these is what calls handlers and middleware, and in a test the test itself.
_BOUNDARIES = (
    str(Path(asgi_adapter.driver.__file__)),
    str(Path(asgi_adapter.websocket_routes.__file__)),
    str(Path(__file__).with_name("slices.py")),
)
_CLIENT = str(Path(lab.__file__).with_name("testing")) + os.sep  # it runs the test's own code
_INSTALLED = tuple({_PATHS[name] + os.sep for name in ("stdlib", "platstdlib")})
_PACKAGES = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_IMPORT = "<frozen importlib._bootstrap>"


class Line(NamedTuple):
    """A line of a function that is being run."""

    code: CodeType
    number: int


class Seen(NamedTuple):
    """What a thread was found doing."""

    place: Line  # the user's innermost, else the innermost of all
    handler: (
        Line | None
    )  # the user's outermost, which Tandem has called; None for none of the user's


def seen(frame: FrameType) -> Seen | None:
    """What is being run, from its innermost frame on; None for what is no fault of a handler.

    (An import happens once, and whoever comes first pays for it. A body may be made by a test.)
    """
    place: Line | None = None
    handler: Line | None = None
    innermost = Line(frame.f_code, frame.f_lineno)
    for line in _outwards(frame):
        path = line.code.co_filename
        if path == _IMPORT or path.startswith(_CLIENT):
            return None
        if path in _BOUNDARIES:
            break
        if is_of_user(path):
            place = place or line
            handler = line
    return Seen(place or innermost, handler)


def _outwards(frame: FrameType | None) -> Iterator[Line]:
    while frame is not None:
        yield Line(frame.f_code, frame.f_lineno)
        frame = frame.f_back


def is_of_user(path: str) -> bool:
    """Whether a source file is neither Python's, nor a package's, nor Tandem's."""
    if path.startswith(("<", *_OURS)) or any(part in path for part in _PACKAGES):
        return False
    return not path.startswith(_INSTALLED)
