"""The application as a server imports it where it can't be named as it is: `lab.run.door:app`.

That is an App without an adapter of its own, one that is looked at in development, and one that has
to tell when it is there. What to serve is in the environment variable TANDEM_RUN.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from asgi_adapter import ASGIAdapter
from core import App
from core.mounts import Mount
from core.worlds import World
from lab.run.finding import Found, found_in
from lab.sentinel import Sentinel
from wsgi_adapter import WSGIAdapter

VARIABLE = "TANDEM_RUN"
DOOR = "lab.run.door:app"
READY = b"ready"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be served, and how."""

    name: str  # "examples.tasks:app"
    face: World
    is_dev: bool = False
    ready: int | None = None  # descriptor to which READY is written when it is imported

    def variables(self) -> dict[str, str]:
        """What a server's environment has beside the user's."""
        return {VARIABLE: json.dumps(asdict(self))}


def opened(environment: Mapping[str, str]) -> Any:
    """The application that the environment says."""
    order = Order(**json.loads(environment[VARIABLE]))
    application = served(found_in(order.name, order.face, order.face), is_dev=order.is_dev)
    if order.ready is not None:
        with suppress(OSError):  # of several workers the first has told, and nobody listens now
            os.write(order.ready, READY)
    return application


def served(found: Found, *, is_dev: bool) -> Any:
    """What a server calls; in development Apps show their errors, and holders of the loop are told.

    The sentinel is for ASGI alone: a WSGI thread holds nobody up.
    """
    application = found.application
    if is_dev:
        _show_errors(application)
    if isinstance(application, App):
        adapter = ASGIAdapter if found.face == "asgi" else WSGIAdapter
        application = adapter(application)
    return Sentinel(application) if is_dev and found.face == "asgi" else application


def _show_errors(application: Any) -> None:
    """Switch `debug` on, in mounted Apps too; applications that are no App of ours have none."""
    site = getattr(application, "site", application)
    if isinstance(site, App):
        site.debug = True
        for route in site.routes:
            if isinstance(route, Mount):
                _show_errors(route.app)


def __getattr__(name: str) -> Any:
    """`app`: made when a server asks for it."""
    if name != "app":
        raise AttributeError(f"{__name__} has no {name!r}")
    globals()["app"] = application = opened(os.environ)
    return application
