"""Play a script to an application, in process, and record what passes.

An ASGI application is started up before and shut down after, as a server does; so is Tandem's own
WSGI adapter. What the application raises is in the recording, and goes no further.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

from core.worlds import World
from lab.errors import LabError
from lab.testing import LifespanFailed
from lab.testing.lifespan import Lifespan
from lab.xray.drive_asgi import play, play_lifespan
from lab.xray.drive_wsgi import play_wsgi
from lab.xray.planted import breaking_asgi, breaking_wsgi
from lab.xray.recorder_asgi import ASGIRecorder
from lab.xray.recorder_wsgi import WSGIRecorder
from lab.xray.recording import Recording, in_words
from lab.xray.script import Script
from lab.xray.watch import GivenUp, Watch
from wsgi_adapter import WSGIAdapter

_ABANDONED: list[asyncio.Task[Any]] = []  # tasks that no cancellation ends; garbage they would warn


def record(application: Any, world: World, script: Script, timeout: float = 10.0) -> Recording:
    """The recording of one script. Raises LabError where the application can't be started.

    `timeout` is for how many seconds an application may be silent; it is ended then, if it can be.
    """
    with Watch(timeout) as watch:
        try:
            if world == "wsgi":
                return _record_wsgi(application, script, watch)
            return _run(_record_asgi(application, script, timeout), watch, timeout)
        except GivenUp as error:  # outside of the request: it is not recorded
            raise LabError(f"the application did not start up or shut down: {error}") from error


def _record_wsgi(application: Any, script: Script, watch: Watch) -> Recording:
    kept: list[Recording] = []
    called = breaking_wsgi(application) if script.breaks else application
    with _started(application):
        watch.alive()
        play_wsgi(WSGIRecorder(called, kept.append), kept, script, watch.alive)
        watch.alive()
    return kept[0]


def _started(application: Any) -> AbstractContextManager[Any]:
    return _lifespan_of(application) if isinstance(application, WSGIAdapter) else nullcontext()


@contextmanager
def _lifespan_of(adapter: WSGIAdapter) -> Any:
    try:
        adapter.startup()
    except Exception as error:
        raise LabError(f"the application did not start up: {in_words(error)}") from error
    try:
        yield
    finally:
        adapter.shutdown()


class _Impatient(ThreadPoolExecutor):
    """An executor that is not waited for: what blocks in it would hold x-ray."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002  # as the standard library's
        """Start no more, and leave the rest behind."""
        super().shutdown(wait=False, cancel_futures=True)


def _run(coroutine: Coroutine[Any, Any, Recording], watch: Watch, patience: float) -> Recording:
    """What it gives, run on a loop of its own, which leaves no task for `close` to wait for."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.get_loop().set_default_executor(_Impatient())
        return runner.run(_watched(coroutine, watch, patience))


async def _watched(
    coroutine: Coroutine[Any, Any, Recording], watch: Watch, patience: float
) -> Recording:
    beats = asyncio.create_task(_beat(watch))
    ours = {asyncio.current_task(), beats, None}
    watch.is_idle = lambda: asyncio.current_task() in ours
    try:
        return await coroutine
    finally:
        beats.cancel()
        await _end_the_rest(asyncio.all_tasks() - ours, patience)


async def _beat(watch: Watch) -> None:
    """Tell the watch again and again that the loop is not held."""
    while True:
        watch.alive()
        await asyncio.sleep(watch.interval)


async def _end_the_rest(tasks: set[asyncio.Task[Any]], patience: float) -> None:
    """Cancel what still runs; what swallows that is left behind."""
    for task in tasks:
        task.cancel()
    left = (await asyncio.wait(tasks, timeout=patience))[1] if tasks else set()
    for task in left:
        _ABANDONED.append(task)
        asyncio.tasks._unregister_task(task)  # Python's manual, "Extending": else `close` waits


async def _record_asgi(application: Any, script: Script, patience: float) -> Recording:
    kept: list[Recording] = []
    called = breaking_asgi(application) if script.breaks else application
    recorder = ASGIRecorder(called, kept.append)
    if script.kind == "lifespan":
        await play_lifespan(recorder, kept, patience)
        return kept[0]
    lifespan = Lifespan(application, patience)
    try:
        await lifespan.start()
    except (Exception, GivenUp) as error:
        said = str(error) if isinstance(error, LifespanFailed) else in_words(error)
        raise LabError(f"the application did not start up: {said}") from error
    try:
        await play(recorder, kept, script, lifespan.state, patience)
    finally:  # however that ended: a lifespan that is only cancelled may wait to be heard, for ever
        with suppress(Exception, GivenUp):  # its own preset shows this; here another was asked
            await lifespan.stop()
    return kept[0]
