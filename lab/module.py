"""The applications in a user's module: MODULE for both worlds, MODULE:name for one.

The module is imported into this process, as a server does. By its calling convention an
application is told to be of WSGI or ASGI, so a Flask application may be named `app`.
"""

import importlib
import os
import sys
from typing import Any

from core import App
from core.worlds import World, world_of
from lab.compare.import_check import problem_with
from lab.compare.target import Target
from lab.errors import WrongUsageError
from lab.testing.worlds import served

Applications = dict[World, Any]

_NAMES: dict[str, World] = {"application": "wsgi", "app": "asgi"}


def applications(text: str) -> Applications:
    """The application of each world that MODULE or MODULE:name stands for.

    Raises WrongUsageError where the module can't be imported, or has no such application.
    """
    name, colon, attribute = text.partition(":")
    if not name:
        raise WrongUsageError(f'before ":" comes a module, as in examples.tasks:app; got {text!r}')
    Target.parse(name)  # the module's name, looked at
    if colon and not all(part.isidentifier() for part in attribute.split(".")):
        raise WrongUsageError(f'after ":" comes one name, as in {name}:app; got {text!r}')
    module = imported(name)
    return _named(module, attribute, text) if colon else _both(module, name)


def imported(name: str) -> Any:
    """The module, found from this directory; raises WrongUsageError where it can't be imported."""
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())  # as `python -m` has it, and servers
    problem = problem_with(name, [])
    if problem:
        raise WrongUsageError(problem)
    return importlib.import_module(name)


def _named(module: Any, attribute: str, text: str) -> Applications:
    """The one that is named; an App has both worlds."""
    found = attribute_of(module, attribute)
    if isinstance(found, App):
        return {world: served(found, world)[0] for world in _NAMES.values()}
    return {_world(found, attribute, text): found}


def attribute_of(module: Any, name: str) -> Any:
    """What the name stands for in the module, through dots; raises WrongUsageError for nothing."""
    found = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise WrongUsageError(f"{module.__name__} has no {name!r}: {what_there_is(module)}")
        found = getattr(found, part)
    return found


def _both(module: Any, name: str) -> Applications:
    """`application` and `app`, or the one of them that there is."""
    found: Applications = {}
    for attribute in _NAMES:
        if hasattr(module, attribute):
            application = getattr(module, attribute)
            world = _world(application, attribute, f"{name}:{attribute}")
            if world in found:
                raise WrongUsageError(
                    f"`application` and `app` of {name} are both {world.upper()}: "
                    f"name one of them, as in {name}:{attribute}"
                )
            found[world] = application
    if not found:
        raise WrongUsageError(
            f"{name} has neither `application` (WSGI) nor `app` (ASGI): add one, or name the "
            f"callable as in {name}:site; {what_there_is(module)}"
        )
    return {world: found[world] for world in _NAMES.values() if world in found}


def _world(application: Any, attribute: str, text: str) -> World:
    """By what a call takes; where that can't be seen by the usual name."""
    if not callable(application) or isinstance(application, App):
        raise WrongUsageError(
            f"{text} is not callable: a server calls (environ, start_response) or "
            f"(scope, receive, send); it is {type(application).__name__}"
        )
    world = world_of(application) or _NAMES.get(attribute)
    if world is None:
        raise WrongUsageError(
            f"{text} takes neither (environ, start_response) nor (scope, receive, send), so it is "
            "no application of WSGI or ASGI"
        )
    return world


def what_there_is(module: Any) -> str:
    """A hint: the callables in it that could be meant."""
    names = [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and _could_be_meant(value, module.__name__)
    ]
    return f"there are {', '.join(names[:8])}" if names else "there is nothing that could be meant"


def _could_be_meant(value: Any, module: str) -> bool:
    if isinstance(value, App):
        return True
    is_from_elsewhere = isinstance(value, type) and value.__module__ != module
    return callable(value) and not is_from_elsewhere and world_of(value) is not None
