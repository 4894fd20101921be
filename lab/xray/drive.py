"""Play a script to an application, in process, and record what passes.

An ASGI application is started up before and shut down after, as a server does; so is Tandem's own
WSGI adapter. What the application raises is in the recording, and goes no further.
"""

import asyncio
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

from core.worlds import World
from lab.errors import LabError
from lab.testing import LifespanFailed
from lab.testing.lifespan import Lifespan
from lab.xray.broken import breaking_asgi, breaking_wsgi
from lab.xray.drive_asgi import play_http, play_lifespan, play_websocket
from lab.xray.drive_wsgi import play_wsgi
from lab.xray.recorder_asgi import ASGIRecorder
from lab.xray.recorder_wsgi import WSGIRecorder
from lab.xray.recording import Recording, in_words
from lab.xray.script import Script
from wsgi_adapter import WSGIAdapter


def record(application: Any, world: World, script: Script, timeout: float = 10.0) -> Recording:
    """The recording of one script. Raises LabError where the application can't be started.

    `timeout` is for how many seconds an ASGI application may be silent; it is cancelled then.
    """
    if world == "wsgi":
        return _record_wsgi(application, script)
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(_record_asgi(application, script, timeout))


def _record_wsgi(application: Any, script: Script) -> Recording:
    kept: list[Recording] = []
    called = breaking_wsgi(application) if script.breaks else application
    with _started(application):
        play_wsgi(WSGIRecorder(called, kept.append), kept, script)
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
    except Exception as error:
        said = str(error) if isinstance(error, LifespanFailed) else in_words(error)
        raise LabError(f"the application did not start up: {said}") from error
    play = play_http if script.kind == "http" else play_websocket
    try:
        await play(recorder, kept, script, lifespan.state, patience)
    finally:  # however that ended: a lifespan that is only cancelled may wait to be heard, for ever
        with suppress(Exception):  # its own preset, lifespan, shows this; here another was asked
            await lifespan.stop()
    return kept[0]
