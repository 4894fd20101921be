"""The App that MODULE or MODULE:name stands for, with the doors that the module gives it."""

from dataclasses import dataclass
from typing import Any

from asgi_adapter import ASGIAdapter
from core import App
from core.worlds import World
from lab.compare.target import Target
from lab.errors import WrongUsageError
from lab.explain.insides import Adapter, world_of
from lab.module import attribute_of, imported, what_there_is
from wsgi_adapter import WSGIAdapter

_NAMES = ("application", "app")


@dataclass(frozen=True, slots=True)
class Subject:
    """An App, and the adapters through which servers reach it."""

    name: str  # as the user wrote it
    site: App
    doors: dict[World, Adapter]


def subject_of(text: str, world: World | None = None) -> Subject:
    """The App of MODULE, or the App or adapter that MODULE:name is; with one door if asked for.

    Raises WrongUsageError where there is no App, or no such door, or it can't be told which.
    """
    name, colon, attribute = text.partition(":")
    Target.parse(name)  # the module's name, looked at
    if colon and not all(part.isidentifier() for part in attribute.split(".")):
        raise WrongUsageError(f'after ":" comes one name, as in {name}:site; got {text!r}')
    module = imported(name)
    found = [attribute_of(module, attribute)] if colon else _usual(module)
    site, doors = _seen_from(module, found, text)
    if world is None:
        return Subject(text, site, doors)
    if world not in doors:
        [other] = doors
        raise WrongUsageError(
            f"{text} is served by {other.upper()} only: write `--protocol {other}`, or name an "
            f"App or another adapter as in {name}:site"
        )
    return Subject(text, site, {world: doors[world]})


def _usual(module: Any) -> list[Any]:
    """`application` and `app` where they are adapters, else every App that there is."""
    named = [getattr(module, name) for name in _NAMES if hasattr(module, name)]
    doors = [it for it in named if isinstance(it, Adapter)]
    return doors or _distinct([it for it in vars(module).values() if isinstance(it, App)])


def _seen_from(module: Any, found: list[Any], text: str) -> tuple[App, dict[World, Adapter]]:
    """The one App that these are or serve, and its doors."""
    sites = _distinct([it.site if isinstance(it, Adapter) else it for it in found])
    if len(sites) > 1:
        raise WrongUsageError(
            f"{text} has {len(sites)} Apps: name one of them, or its adapter, as in {text}:app"
        )
    if not sites or not isinstance(sites[0], App):
        raise WrongUsageError(
            f"{text} has no App of Tandem's that could be looked into: name one, or its adapter, "
            f"as in {text.partition(':')[0]}:site; {what_there_is(module)}"
        )
    [site] = sites
    doors = [it for it in found if isinstance(it, Adapter)]
    if not doors:
        doors = [it for it in vars(module).values() if _is_door_of(site, it)]
    if not doors:
        doors = [WSGIAdapter(site), ASGIAdapter(site)]  # as somebody would make them
    by_world = {world_of(door): door for door in reversed(doors)}
    worlds: tuple[World, ...] = ("wsgi", "asgi")
    return site, {world: by_world[world] for world in worlds if world in by_world}


def _is_door_of(site: App, found: Any) -> bool:
    return isinstance(found, Adapter) and found.site is site


def _distinct(found: list[Any]) -> list[Any]:
    return list({id(it): it for it in found}.values())
