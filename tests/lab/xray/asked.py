"""Bare applications of either world, recorded by one GET; and what is said of the recording."""

from lab.xray.checking import check
from lab.xray.drive import record
from lab.xray.script import Script
from lab.xray.tape import Tape

GET = Script(headers=[("Host", "localhost:8000")])


def recorded(application, script=GET, world=None, timeout=10.0):
    """The recording of a bare application; a coroutine function is of ASGI."""
    is_asgi = world == "asgi" or (world is None and application.__code__.co_flags & 0x80)
    return record(application, "asgi" if is_asgi else "wsgi", script, timeout)


def for_http(app):
    """The application for http alone: it has no lifespan."""

    async def only_http(scope, receive, send):
        if scope["type"] != "http":
            raise ValueError(f"only http is answered; got {scope['type']!r}")
        await app(scope, receive, send)

    return only_http


def kinds(recording):
    return [event.kind for event in recording.events]


def detail(recording, kind, name, place=0):
    return recording.of(kind)[place].details[name]


def loaded(recording):
    """The recording as it is on a tape that was saved and loaded."""
    tape = Tape("m", GET, {recording.world: recording})
    return Tape.read(tape.json()).sides[recording.world]


def faults(application, script=GET):
    """The findings, each as "clause: what"."""
    return [f"{found.clause}: {found.what}" for found in check(recorded(application, script))]
