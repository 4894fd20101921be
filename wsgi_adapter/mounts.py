"""Other applications below a prefix, outside the App.

The prefix moves from PATH_INFO to SCRIPT_NAME (PEP 3333, "environ Variables"), in a copy of the
environ. What else is in it, such as the path as it was sent, stays that of the whole request.
"""

from collections.abc import Iterable
from typing import Any

from core import App
from core.prefixes import Prefixes, check_mountable
from core.worlds import World, settled_world
from wsgi_adapter.types import ASGIApplication, Environ, StartResponse, WSGIApplication


class Mounts:
    """The applications of either world that are mounted in an adapter."""

    def __init__(self, site: App) -> None:
        self._site = site
        self._prefixes = Prefixes[WSGIApplication]()

    def __bool__(self) -> bool:
        return bool(self._prefixes)

    def add(self, prefix: str, application: Any, world: World | None) -> ASGIApplication | None:
        """Mount an application; it is returned where it may have a lifespan.

        Raises as `WSGIAdapter.mount`.
        """
        check_mountable(prefix, application)
        # as a server hands over a path: a latin-1 character for each byte
        prefix = prefix.encode("utf-8").decode("latin-1")
        if settled_world(application, world) == "wsgi":
            self._prefixes.add(prefix, application)
            return None
        from wsgi_adapter.bridge import bridged  # it imports asyncio: see `run_async`

        self._prefixes.add(prefix, bridged(application, self._site))
        return application  # type: ignore[no-any-return]

    def around(self, application: WSGIApplication) -> WSGIApplication:
        """The application for all other paths, with these before it."""

        def serve(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            path = environ.get("PATH_INFO", "")
            found = self._prefixes.find(path)
            if found is None:
                return application(environ, start_response)
            prefix, mounted = found
            below = environ.copy()
            below["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "").rstrip("/") + prefix
            below["PATH_INFO"] = path[len(prefix) :]
            return mounted(below, start_response)

        return serve
