"""The WSGI door as a program uses it: an App made a WSGI application, with native middleware."""

from collections.abc import Callable
from copy import copy
from typing import Any, Literal, TypeVar

from core import App
from core.lifespan import Context
from core.worlds import World
from wsgi_adapter.driver import Driver
from wsgi_adapter.lifespan import WSGILifespan
from wsgi_adapter.mounts import Mounts
from wsgi_adapter.run_async import LOOPS
from wsgi_adapter.types import ASGIApplication, WSGIApplication

F = TypeVar("F", bound=Callable[..., Any])


class WSGIAdapter(Driver):
    """An App as a WSGI application, with a lifespan of its own.

    `lifespan` is a context manager, async or not, entered with the App before a worker process's
    first request and left when it exits (`wsgi_adapter.lifespan` has the details). `loop` says
    where an `async def` runs: on its thread's "own" loop, or on one that is "shared" by all threads
    of the process, slower by some, for clients bound to a loop (`wsgi_adapter.shared_loop`).
    """

    def __init__(
        self,
        site: App,
        *,
        lifespan: Context | None = None,
        loop: Literal["own", "shared"] = "own",
    ) -> None:
        super().__init__(site)
        if loop not in LOOPS:
            raise ValueError(f'loop is "own" or "shared"; got {loop!r}')
        self.run_async, its_loop = LOOPS[loop]
        self.lifespan = WSGILifespan(site, lifespan, its_loop)
        self.mounts = Mounts(site)
        self._native: list[tuple[Callable[..., WSGIApplication], dict[str, Any]]] = []
        if lifespan is not None:
            self._put_lifespan_around()

    def add_middleware(self, cls: Callable[..., WSGIApplication], **options: Any) -> None:
        """Add a WSGI middleware, made as `cls(application, **options)`; the first is outermost.

        All of them are made again each time one is added.
        """
        self._native.append((cls, options))
        self._make_native()

    def mount(
        self,
        prefix: str,
        application: WSGIApplication | ASGIApplication,
        *,
        world: World | None = None,
    ) -> None:
        """Have any other WSGI or ASGI application answer below this prefix, before the App.

        Native middleware is around it, the App's own is not. `world` is "wsgi" or "asgi", where
        that can't be seen of the application. An ASGI application takes a bridge, which costs some
        100 us a request (`wsgi_adapter.bridge`); its lifespan is run inside ours.
        Raises ValueError or TypeError for what can't be mounted, and ImportError where the bridge
        is missing. (An App is mounted in another by `App.mount`.)
        """
        child = self.mounts.add(prefix, application, world)
        if child is not None:
            self.lifespan.add(child)
            self._put_lifespan_around()
        self._make_native()

    def on_startup(self, function: F) -> F:
        """Call this, `def` or `async def`, before the first request; in order of registration."""
        self._put_lifespan_around()
        return self.lifespan.on_startup(function)

    def on_shutdown(self, function: F) -> F:
        """Call this, `def` or `async def`, at the worker's exit; in reverse order."""
        self._put_lifespan_around()
        return self.lifespan.on_shutdown(function)

    def startup(self) -> None:
        """Start the lifespan, unless it has in this process; raises what failed."""
        self.lifespan.startup()

    def shutdown(self) -> None:
        """End the lifespan, if it has started in this process; what fails is logged."""
        self.lifespan.shutdown()

    def _put_lifespan_around(self) -> None:
        """Only where there is one, so that it costs nothing where there is none."""
        around = (self.lifespan.around, dict[str, Any]())
        if around not in self._native:
            self._native.insert(0, around)
            self._make_native()

    def _make_native(self) -> None:
        innermost = copy(self)
        innermost.outermost = None
        application: WSGIApplication = self.mounts.around(innermost) if self.mounts else innermost
        for make, its_options in reversed(self._native):
            application = make(application, **its_options)
        self.outermost = application
