"""What is served: an App, a WSGI or an ASGI callable, or the name of one; and how it is called."""

import importlib
import inspect
import os
import sys
from functools import partial
from typing import Any, cast

from asgi_adapter import ASGIAdapter
from core import App
from lab.errors import LabError, WrongUsageError
from lab.server.asgi_host import ASGIHost
from lab.server.hosts import Face, Host
from lab.server.wsgi_host import THREADS, WSGIHost
from wsgi_adapter import WSGIAdapter

FACES: tuple[Face, ...] = ("wsgi", "asgi")


def host_of(
    app: Any, face: Face | None = None, threads: int = THREADS, patience: float = 5.0
) -> Host:
    """The host of an App, or of a callable; without `face` it is found out which one it is.

    Raises WrongUsageError where that can't be told, or is not what was asked for.
    """
    check_face(face)
    if isinstance(app, App):
        app = WSGIAdapter(app) if face == "wsgi" else ASGIAdapter(app)
    found = face_of(app)
    if face is not None and found is not None and face != found:
        raise WrongUsageError(f"face={face!r} was asked for, but {app!r} is {found.upper()}")
    face = face or found
    if face is None:
        raise WrongUsageError(
            f"a WSGI callable takes (environ, start_response), an ASGI one is an async def of "
            f'(scope, receive, send); which one {app!r} is, face="wsgi" or face="asgi" says'
        )
    return WSGIHost(app, threads, patience) if face == "wsgi" else ASGIHost(app)


def check_face(face: Any) -> None:
    """Raise WrongUsageError for a face that there is not."""
    if face is not None and face not in FACES:
        raise WrongUsageError(f'face is "wsgi" or "asgi"; got {face!r}')


def face_of(app: Any) -> Face | None:
    """Which of the two a callable is; None where it does not show. Raises for what is none."""
    if not callable(app):
        raise WrongUsageError(f"an App, or a WSGI or ASGI callable, is served; got {app!r}")
    called = app
    while isinstance(called, partial):
        called = called.func
    if inspect.iscoroutinefunction(called):
        return "asgi"
    if not inspect.isroutine(called) and not inspect.isclass(called):
        called = type(called).__call__
        if inspect.iscoroutinefunction(called):
            return "asgi"
    return _by_parameters(app)


def _by_parameters(app: Any) -> Face | None:
    """Two arguments are WSGI's, three ASGI's."""
    try:
        signature = inspect.signature(app)
    except (TypeError, ValueError):  # it is written in C, say
        return None
    fits = []
    for face, count in (("wsgi", 2), ("asgi", 3)):
        try:
            signature.bind(*range(count))
        except TypeError:
            continue
        fits.append(cast(Face, face))
    return fits[0] if len(fits) == 1 else None


def imported(name: str) -> Any:
    """What "module:name" is the name of; modules are looked for in this directory first.

    Raises WrongUsageError, or LabError where the module fails.
    """
    module_name, colon, attribute = name.partition(":")
    if not (module_name and colon and attribute):
        raise WrongUsageError(f'an import string is "module:name"; got {name!r}')
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise LabError(f"{module_name} can't be imported: {error}") from error
        raise WrongUsageError(f"there is no module {module_name!r}; got {name!r}") from error
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError as error:
            raise WrongUsageError(f"{module_name} has no {attribute!r}; got {name!r}") from error
    return found
