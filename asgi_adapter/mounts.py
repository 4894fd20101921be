"""Other applications below a prefix, outside the App.

The prefix is added to `root_path`, and `path` is the whole path still, as it contains `root_path`
(ASGI, "HTTP & WebSocket": HTTP Connection Scope). The scope is copied before it is changed
("Applications"); what else is in it, such as the path as it was sent, stays that of the whole
request.
"""

from typing import Any

from asgi_adapter.bridge import bridged
from asgi_adapter.request import below
from asgi_adapter.types import ASGIApplication, Receive, Scope, Send
from core import App
from core.prefixes import Prefixes, check_mountable
from core.target import origin_form
from core.worlds import World, settled_world


class Mounts:
    """The applications of either world that are mounted in an adapter."""

    def __init__(self, site: App, threads: int) -> None:
        self._site = site
        self._threads = threads
        self._prefixes = Prefixes[ASGIApplication]()

    def __bool__(self) -> bool:
        return bool(self._prefixes)

    def add(self, prefix: str, application: Any, world: World | None) -> ASGIApplication | None:
        """Mount an application; it is returned where it may have a lifespan.

        Raises as `ASGIAdapter.mount`.
        """
        check_mountable(prefix, application)
        if settled_world(application, world) == "asgi":
            self._prefixes.add(prefix, application)
            return application  # type: ignore[no-any-return]
        self._prefixes.add(prefix, bridged(application, self._site, self._threads))
        return None

    def around(self, application: ASGIApplication) -> ASGIApplication:
        """The application for all other paths, with these before it; the lifespan is its own."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] not in ("http", "websocket"):
                return await application(scope, receive, send)
            root = (scope.get("root_path") or "").rstrip("/")
            path = below(root, origin_form(scope["path"]))
            found = self._prefixes.find(path)
            if found is None:
                return await application(scope, receive, send)
            prefix, mounted = found
            inside = {**scope, "root_path": root + prefix, "path": root + path}
            return await mounted(inside, receive, send)

        return serve
