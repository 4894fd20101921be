"""What happens once, when the server starts and when it stops (ASGI, "Lifespan Protocol").

What is started, in which order, and what becomes of failures: `core.lifespan`. Here is how the
server asks for it. A server that never asks (daphne, `uvicorn --lifespan off`) has requests served
all the same, with nothing started, and one warning that says so: to start at the first request what
nobody will end is no help, and whoever turned the lifespan off meant it.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from asgi_adapter.child_lifespan import running
from asgi_adapter.types import ASGIApplication, Receive, Scope, Send
from core import App
from core.lifespan import Context, Lifespan, State, logger


class ASGILifespan(Lifespan):
    """An application's lifespan, around those of the applications inside it."""

    def __init__(self, site: App, context: Context | None) -> None:
        super().__init__(site, context)
        self._children: list[ASGIApplication] = []

    def add(self, application: ASGIApplication) -> None:
        """Start and end this application too: it starts after our own things and ends before them.

        It is started once however often it is added, and shares the server's lifespan state. One
        that raises on the lifespan has none; one that fails to start is a failed startup of ours.
        Raises TypeError for what can't be called.
        """
        if not callable(application):
            raise TypeError(f"an ASGI application can be called; got {application!r}")
        if application not in self._children:
            self._children.append(application)

    async def serve(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        requests_have_ended: Callable[[], Awaitable[None]],
    ) -> None:
        """Answer the server's startup and shutdown; the requests use what is ended here."""
        await receive()  # lifespan.startup: nothing else comes first
        children = [running(child, scope) for child in self._children]
        try:
            started = await self.start(partial(_share, scope), *children)
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": _told(error)})
            return
        try:
            await send({"type": "lifespan.startup.complete"})
            await receive()  # lifespan.shutdown
        finally:  # also where the server gives up on its lifespan task instead
            try:
                await requests_have_ended()
            finally:  # also where it gives up while they do
                failures = await started.stop()
        if not failures:
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await send({"type": "lifespan.shutdown.failed", "message": _told(*failures)})

    def warn_if_unused(self) -> None:
        """Tell the log what the server has not started."""
        names = [*self.names, *(repr(child) for child in self._children)]
        if names:
            logger.warning(
                "this server has sent no lifespan before the first request, so nothing is started, "
                "and nothing will be ended: %s (uvicorn has --lifespan on; daphne has none)",
                ", ".join(names),
            )


def _share(scope: Scope, state: State) -> None:
    """Give the state to the server, which puts a copy into each request's scope."""
    if "state" not in scope:
        raise RuntimeError("this server keeps no lifespan state; keep it in app.state instead")
    scope["state"].update(state)


def _told(*errors: Exception) -> str:
    return "; ".join(f"{type(error).__name__}: {error}" for error in errors)
