"""What MODULE or MODULE:name stands for: an application, and the interface it is served by.

Without a name it is `app` or `application`, the one of the interface that the server prefers first;
else the only adapter in the module, else its only App.
"""

import importlib
import os
import sys
import traceback
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from asgi_adapter import ASGIAdapter
from core import App
from core.worlds import World, world_of
from lab.compare.target import Target
from lab.errors import LabError, WrongUsageError
from wsgi_adapter import WSGIAdapter

_USUAL: dict[str, World] = {"app": "asgi", "application": "wsgi"}
_WANTED = (
    "what is served is an App, a WSGI callable (environ, start_response), or an ASGI one, an "
    "async def of (scope, receive, send)"
)


@dataclass(frozen=True, slots=True)
class Found:
    """An application, and how it is served."""

    name: str  # "examples.tasks:app"
    face: World
    application: Any

    @property
    def is_app(self) -> bool:
        """Whether it is an App, which no server calls without an adapter."""
        return isinstance(self.application, App)


def found_in(text: str, wanted: World | None, preferred: World) -> Found:
    """The application of MODULE or MODULE:name, which is imported.

    `wanted` is the only interface that will do, `preferred` the one that is chosen where there are
    both. Raises WrongUsageError where there is none, LabError where the module fails.
    """
    module_name, colon, attribute = text.partition(":")
    Target.parse(module_name)  # the module's name, looked at
    if colon and not all(part.isidentifier() for part in attribute.split(".")):
        raise WrongUsageError(f'after ":" comes one name, as in {module_name}:app; got {text!r}')
    module = imported(module_name)
    if colon:
        return _checked(module, attribute, _attribute(module, attribute), wanted, preferred)
    return _chosen(module, wanted, preferred)


def imported(name: str) -> ModuleType:
    """The module, found from this directory first.

    Raises WrongUsageError for none, and LabError with the user's part of the traceback.
    """
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())  # as `python -m` has it, and servers
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            raise WrongUsageError(_no_module(name)) from error
        raise LabError(
            f"importing {name} failed: {error}; install it, or correct the import\n{_told(error)}"
        ) from error
    except (Exception, SystemExit) as error:  # whatever the module does is told
        raise LabError(f"importing {name} failed\n{_told(error)}") from error


def _no_module(name: str) -> str:
    parent, _, last = name.rpartition(".")
    directory = Path(*parent.split(".")) if parent else Path()
    there = {
        path.stem
        for path in directory.glob("*")
        if path.stem.isidentifier() and (path.suffix == ".py" or path.is_dir())
    }
    near = [f"{parent}.{one}" if parent else one for one in get_close_matches(last, sorted(there))]
    meant = f"did you mean {' or '.join(near)}?" if near else "write it as for Python's import"
    return f"there is no module {name!r} in this directory: {meant}"


def _told(error: BaseException) -> str:
    """The traceback from the user's first line on."""
    trace = error.__traceback__
    ours = (__file__, importlib.__file__)
    while trace is not None and (
        trace.tb_frame.f_code.co_filename in ours
        or trace.tb_frame.f_code.co_filename.startswith("<frozen importlib")
    ):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace, chain=False)).rstrip()


def _attribute(module: ModuleType, attribute: str) -> Any:
    found: Any = module
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise WrongUsageError(f"{module.__name__} has no {attribute!r}: {_near(module, part)}")
        found = getattr(found, part)
    return found


def _near(module: ModuleType, name: str) -> str:
    """What could be meant: names that look alike, else those of applications."""
    names = [each for each in vars(module) if not each.startswith("_")]
    near = get_close_matches(name, names)
    if near:
        return f"did you mean {' or '.join(near)}?"
    there = [each for each in names if isinstance(vars(module)[each], _OURS)]
    return f"there are {', '.join(there)}" if there else _WANTED


_OURS = (App, WSGIAdapter, ASGIAdapter)


def _chosen(module: ModuleType, wanted: World | None, preferred: World) -> Found:
    """The application of a module that was named alone."""
    first = wanted or preferred
    usual = sorted(_USUAL, key=lambda name: _USUAL[name] != first)
    there = [name for name in usual if hasattr(module, name)] or _only_one(module, first)
    for name in there[:-1]:  # the last one says what is wrong with it
        try:
            return _checked(module, name, getattr(module, name), wanted, preferred)
        except WrongUsageError:
            continue
    return _checked(module, there[-1], getattr(module, there[-1]), wanted, preferred)


def _only_one(module: ModuleType, face: World) -> list[str]:
    """The adapter, else the App, that there is one of. Raises WrongUsageError for more, or none."""
    adapter = ASGIAdapter if face == "asgi" else WSGIAdapter
    for kind in (adapter, (WSGIAdapter, ASGIAdapter), App):
        by_object = {
            id(it): name for name, it in reversed(vars(module).items()) if isinstance(it, kind)
        }
        names = sorted(by_object.values())
        if len(names) == 1:
            return names
        if names:
            raise WrongUsageError(
                f"{module.__name__} has {', '.join(names)}: name one of them, as in "
                f"{module.__name__}:{names[0]}"
            )
    raise WrongUsageError(
        f"{module.__name__} has neither `app` nor `application`, nor an App: name what is to be "
        f"served, as in {module.__name__}:site; {_WANTED}"
    )


def _checked(
    module: ModuleType, name: str, application: Any, wanted: World | None, preferred: World
) -> Found:
    """What was found, if it can be served by the wanted interface; raises WrongUsageError."""
    full = f"{module.__name__}:{name}"
    if isinstance(application, App):
        return Found(full, wanted or preferred, application)
    if not callable(application):
        raise WrongUsageError(f"{full} is no application but {application!r}: {_WANTED}")
    face = world_of(application)
    if face is None and name not in _USUAL and wanted is None:
        raise WrongUsageError(
            f"{full} does not look like an application: {_WANTED}. Where it is one, say which with "
            "--face; of a function that makes one, write the result into the module"
        )
    face = face or wanted or _USUAL[name]
    if wanted not in (None, face):
        raise WrongUsageError(
            f"{full} is {face.upper()}, and {str(wanted).upper()} is wanted: name another "
            "application, or leave --face out; gunicorn and the own server serve both, uvicorn ASGI"
        )
    return Found(full, face, application)
