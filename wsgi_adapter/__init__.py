"""The WSGI door (PEP 3333): `application = WSGIAdapter(site)`, for `gunicorn module:application`.

Read `adapter`, then `driver`; its twin is `asgi_adapter`, file by file.
"""

import core

if not hasattr(core, "App"):
    raise ImportError(f"Tandem's package `core` is hidden by another one: {core.__path__}")

from wsgi_adapter.adapter import WSGIAdapter

__all__ = ["WSGIAdapter"]
