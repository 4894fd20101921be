import asyncio
import signal
from contextlib import suppress

import pytest

from core import App
from lab.errors import LabError
from lab.xray import Script
from lab.xray.drive import record
from tests.lab.xray.asked import GET, kinds
from wsgi_adapter import WSGIAdapter


class Adapter(WSGIAdapter):
    def startup(self):
        raise OSError("no database")


def test_an_adapter_that_does_not_start_is_told():
    with pytest.raises(LabError, match="did not start up: OSError: no database"):
        record(Adapter(App()), "wsgi", GET)


def test_a_lifespan_that_fails_at_the_end_leaves_the_answer():
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            raise OSError("on shutdown")
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})

    assert kinds(record(app, "asgi", GET))[-1] == "return"


class Gone(BaseException):
    pass


@pytest.mark.parametrize("error", [SystemExit(3), ValueError("no"), Gone("no")])
def test_what_an_application_raises_is_recorded_and_goes_no_further(error):
    def application(environ, start_response):
        raise error

    async def app(scope, receive, send):
        raise error

    assert kinds(record(application, "wsgi", GET))[-1] == "raise"
    assert kinds(record(app, "asgi", Script(kind="lifespan")))[-1] == "raise"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("error", [Gone, KeyboardInterrupt])
def test_an_application_that_answers_a_cancellation_is_shut_down_whatever_it_raised(error):
    stopped = []

    async def app(scope, receive, send):
        if scope["type"] != "lifespan":
            raise error
        await receive()
        await send({"type": "lifespan.startup.complete"})
        try:
            await receive()
            stopped.append(True)
        except BaseException:  # as Starlette has it
            await send({"type": "lifespan.shutdown.failed", "message": ""})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    with suppress(KeyboardInterrupt):
        assert kinds(record(app, "asgi", GET))[-1] == "raise"

    assert stopped


@pytest.mark.timeout(20)
def test_ctrl_c_ends_an_x_ray_that_waits():
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            raise ValueError
        signal.raise_signal(signal.SIGINT)
        await asyncio.Event().wait()

    with pytest.raises(KeyboardInterrupt):
        record(app, "asgi", GET)
