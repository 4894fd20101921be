"""An application behind a2wsgi, for a server of the other interface.

    TANDEM_BRIDGED=shop:app gunicorn lab.compare.bridged:application
    TANDEM_BRIDGED=shop:application uvicorn lab.compare.bridged:app

A server asks this module for one of two names, and only then is the bridge made.
"""

import os
from importlib import import_module
from typing import Any

VARIABLE = "TANDEM_BRIDGED"  # "module:name"


def __getattr__(name: str) -> Any:
    """`application`: the ASGI application for a WSGI server; `app`: the WSGI one for ASGI."""
    if name not in ("application", "app"):
        raise AttributeError(f"{__name__} has `application` and `app`; got {name!r}")
    import a2wsgi  # only here, so that the lab does without it

    inside = load(os.environ[VARIABLE])
    bridge = a2wsgi.ASGIMiddleware(inside) if name == "application" else None
    made = globals()[name] = bridge or a2wsgi.WSGIMiddleware(inside, workers=_threads())
    return made


def load(text: str) -> Any:
    """The object that "module:name" means."""
    module_name, _, name = text.partition(":")
    found: Any = import_module(module_name)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _threads() -> int:
    return int(os.environ.get("TANDEM_THREADS", "10"))
