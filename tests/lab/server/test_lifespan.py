"""The lifespan, once for each server, and the state that it leaves."""

import asyncio

import pytest

from asgi_adapter import ASGIAdapter
from core import App
from lab.asgi_validator import ASGIValidator
from lab.errors import LabError
from lab.server.faces import host_of
from lab.server.lifespan import LifespanTask
from tests.lab.server.fakes import Peer, echo
from wsgi_adapter import WSGIAdapter

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def lived(app):
    """Start and stop; what the state was meanwhile."""

    async def live():
        lifespan = LifespanTask(app)
        await lifespan.start()
        state = dict(lifespan.state)
        await lifespan.stop()
        return state

    return asyncio.run(live())


def answering(*answers, then=None):
    async def app(scope, receive, send):
        for answer in answers:
            await receive()
            await send({"type": f"lifespan.{answer}"})
        if then is not None:
            raise then

    return app


def test_an_application_starts_and_stops_once():
    marks = []

    async def app(scope, receive, send):
        assert scope["type"] == "lifespan"
        scope["state"]["door"] = "open"
        marks.append((await receive())["type"])
        await send({"type": "lifespan.startup.complete"})
        marks.append((await receive())["type"])
        await send({"type": "lifespan.shutdown.complete"})

    assert lived(ASGIValidator(app)) == {"door": "open"}
    assert marks == ["lifespan.startup", "lifespan.shutdown"]


@pytest.mark.parametrize("app", [echo, answering(then=ValueError())])
def test_an_application_that_raises_has_no_lifespan(app):
    assert lived(app) == {}


def test_an_application_that_returns_has_none_either():
    assert lived(answering()) == {}


def test_one_that_ends_after_its_start_is_left_alone():
    assert lived(answering("startup.complete")) == {}


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (["startup.failed"], "did not start"),
        (["startup.complete", "shutdown.failed"], "did not shut down"),
    ],
)
def test_a_failure_is_told(answers, words):
    with pytest.raises(LabError, match=words):
        lived(answering(*answers))


def test_what_never_was_started_is_not_stopped():
    asyncio.run(LifespanTask(echo).stop())


def test_each_request_gets_a_copy_of_the_state():
    states = []

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            scope["state"]["shared"] = []
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        scope["state"]["own"] = 1
        scope["state"]["shared"].append(1)
        states.append(scope["state"])
        await echo(scope, receive, send)

    with Peer(app) as peer:
        peer.run(peer.server.host.start())
        peer.send(GET * 2)
    assert states == [{"own": 1, "shared": [1, 1]}] * 2
    assert states[0] is not states[1]


@pytest.mark.parametrize("face", ["wsgi", "asgi"])
def test_an_adapter_is_started_and_stopped_in_both_faces(face):
    marks = []
    site = App()
    door = (WSGIAdapter if face == "wsgi" else ASGIAdapter)(site)
    door.on_startup(lambda: marks.append("start"))
    door.on_shutdown(lambda: marks.append("stop"))

    async def live():
        host = host_of(door)
        assert host.face == face
        await host.start()
        assert marks == ["start"]
        await host.stop()

    asyncio.run(live())
    assert marks == ["start", "stop"]


def test_an_adapter_that_fails_to_start_is_told():
    door = WSGIAdapter(App())

    @door.on_startup
    def fail():
        raise ValueError("no database")

    async def live():
        with pytest.raises(LabError, match="did not start: ValueError\\('no database'\\)"):
            await host_of(door).start()

    asyncio.run(live())


@pytest.mark.parametrize("then", [ValueError("no database"), KeyError("DSN")])
@pytest.mark.parametrize("answered", [(), ("startup.complete",)])
def test_what_fails_in_a_lifespan_is_shown(caplog, answered, then):
    async def app(scope, receive, send):
        for answer in answered:
            await receive()
            await send({"type": f"lifespan.{answer}"})
        await receive()
        raise then

    lived(app)
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert repr(then)[:8] in caplog.text


def test_an_application_that_knows_no_lifespan_is_no_news(caplog):
    async def app(scope, receive, send):
        raise ValueError(scope["type"])

    lived(app)
    assert not caplog.records
