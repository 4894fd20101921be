"""What happens once in each worker process, before its first request and when it exits.

What is started, in which order, and what becomes of failures: `core.lifespan`. PEP 3333 has no word
for either moment, so the first request starts it and `atexit` ends it. Tried: in gunicorn's sync,
gthread and gevent workers exit functions run on SIGTERM, SIGINT and SIGQUIT, with --preload and
without; in waitress on SIGINT only, in granian's workers on neither; nowhere on SIGKILL. They run
late, though: no thread can be had any more, so `asyncio.to_thread` fails there, and the look-up of
a host's name. So it is better to say when. In gunicorn.conf.py:

    def post_worker_init(worker):
        worker.wsgi.startup()  # a failure ends gunicorn, as it ends uvicorn

    def worker_exit(server, worker):
        if worker.wsgi is not None:
            worker.wsgi.shutdown()

A request that finds nothing started, and can't start it, is answered 500; the next one tries again.
"""

import atexit
import os
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from core import App
from core.lifespan import Context as ContextManager
from core.lifespan import Lifespan, logger
from wsgi_adapter.types import ASGIApplication, Environ, StartResponse, WSGIApplication

if TYPE_CHECKING:
    from wsgi_adapter.lifespan_task import Loop, OnLoop, WithoutLoop


class WSGILifespan(Lifespan):
    """An application's lifespan, lived once in each process that serves it."""

    def __init__(
        self, site: App, context: ContextManager | None, loop: "Callable[[], Loop]"
    ) -> None:
        super().__init__(site, context)
        self.loop = loop  # gives the loop to live on
        self.state: dict[str, Any] = {}  # what the context manager has yielded
        self._processes: dict[int, _Process] = {}  # by id: after a fork the child starts anew
        self._started_in = 0  # a process id
        self._children: list[ASGIApplication] = []

    def add(self, application: ASGIApplication) -> None:
        """Start and end this ASGI application too, inside our own; it shares the `state`.

        It is once in the list however often it is added. One that raises on the lifespan has none.
        """
        if application not in self._children:
            self._children.append(application)

    def around(self, application: WSGIApplication) -> WSGIApplication:
        """The application, started before its first request."""

        def serve(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            if self._started_in != os.getpid():
                try:
                    self.startup()
                except Exception:  # it is logged
                    return _failure(environ, start_response)
            environ["tandem.state"] = self.state
            return application(environ, start_response)

        return serve

    def startup(self) -> None:
        """Start everything, unless this process has; raises what failed.

        Of several threads that come at once one starts, and the others wait. If it fails they fail
        too: to try again one after the other would keep all their clients waiting.
        """
        process = self._process()
        failures = process.failures
        with process.lock:
            if process.life is not None:
                return
            if process.failures != failures:
                raise RuntimeError("the startup has just failed, in another thread")
            self.state = {}
            try:
                process.life = self._live()
            except BaseException:
                process.failures += 1
                raise
            self._started_in = os.getpid()
            atexit.register(self.shutdown)

    def shutdown(self) -> None:
        """End what this process has started, if it has, from any thread; what fails is logged."""
        process = self._process()
        with process.lock:
            if process.life is None:
                return
            with process.life.reserved() as is_free:
                if not is_free:
                    logger.warning("the shutdown is put off until exit: a request is on its loop")
                    return
                life, process.life = process.life, None
                self._started_in = 0
                atexit.unregister(self.shutdown)
                life.end()

    def _live(self) -> "OnLoop | WithoutLoop":
        # with asyncio, which is not needed where nothing is started: see `run_async`
        from wsgi_adapter.child_lifespan import running
        from wsgi_adapter.lifespan_task import OnLoop, WithoutLoop
        from wsgi_adapter.loop import problem

        reason = problem()
        children = [running(child, self.state, reason) for child in self._children]
        starting = self.start(self.state.update, *children)
        if reason:  # (gevent) no reason not to start what needs no loop
            return WithoutLoop(starting)
        return OnLoop(starting, self.loop())

    def _process(self) -> "_Process":
        pid = os.getpid()
        return self._processes.get(pid) or self._processes.setdefault(pid, _Process())


class _Process:
    """What a process has started. It has a lock of its own: one held at the fork stays locked."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.failures = 0
        self.life: OnLoop | WithoutLoop | None = None


def _failure(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """A bare 500: nothing of the application can be asked for one yet."""
    body = b"Internal Server Error\n"
    headers = [("content-type", "text/plain; charset=utf-8"), ("content-length", str(len(body)))]
    start_response("500 Internal Server Error", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
