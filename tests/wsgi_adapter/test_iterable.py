"""A response as the server iterates and closes it (PEP 3333)."""

import sys
import types

import pytest

from core import App, ClientDisconnected, EventStream, Response, StreamingResponse
from core.event_stream import KEEP_ALIVE
from lab.testing import Client
from lab.testing.wsgi import environ_of
from tests.core.streaming import KINDS, AsyncIterable, Chunks, Iterable, of_kind
from wsgi_adapter import WSGIAdapter


@pytest.fixture
def site():
    return App()


@pytest.fixture(params=KINDS)
def chunks(request, site):
    made = Chunks()
    site.get("/")(of_kind(request.param, made))
    return made


@pytest.fixture
def serve(site):
    """Have the application begin to answer, as a server does."""
    application = WSGIAdapter(site)
    client = Client(application)

    def call(method="GET"):
        started = []
        body = application(
            environ_of(client.asked(method, "/")), lambda *start: started.append(start)
        )
        assert len(started) == 1
        return body

    return call


def test_the_server_gets_a_chunk_for_each_next(chunks, serve):
    body = serve()
    assert chunks.marks == [0]  # the first is got ahead: it may still be an error
    assert next(body) == b"0"
    assert chunks.marks == [0]
    assert next(body) == b"1"
    assert chunks.marks == [0, 1]
    body.close()


@pytest.mark.parametrize("kind_of", [Iterable, AsyncIterable])
def test_at_its_end_it_stays_there(site, serve, kind_of):
    """What is left to be done is done in `close`."""
    made = kind_of(b"a", b"b")
    site.get("/")(lambda: StreamingResponse(made))
    body = serve()
    assert list(body) == [b"a", b"b"]
    assert list(body) == []
    assert made.closed == 0
    body.close()
    assert made.closed == 1


@pytest.mark.parametrize("taken", [0, 1, 3])
def test_closing_it_ends_everything_once(chunks, serve, taken):
    body = serve()
    for _ in range(taken):
        next(body)
    for _ in range(3):
        body.close()
    assert chunks.marks.count("closed") == 1
    assert chunks.marks[-1] == "closed"


def test_it_may_be_iterated_in_pieces_and_goes_on_where_it_was(chunks, serve):
    body = serve()
    assert next(body) == b"0"
    assert next(iter(body)) == b"1"
    assert next(body) == b"2"
    body.close()


def test_closing_it_early_is_the_client_s_leaving(site, serve):
    seen = []

    @site.get("/")
    def handler(request):
        def endless():
            try:
                while True:
                    yield b"x"
            finally:
                seen.append(request.disconnected)

        return endless()

    body = serve()
    next(body)
    body.close()
    assert seen == [True]


def test_a_body_that_came_to_its_end_is_no_leaving(site, serve):
    seen = []

    @site.get("/")
    def handler(request):
        response = Response("x")
        response.background(lambda: seen.append(request.disconnected))
        return response

    body = serve()
    assert list(body) == [b"x"]
    assert seen == []
    body.close()
    assert seen == [False]


def test_a_body_that_is_given_up_is_no_end(site, serve):
    """A server that was told of an end would end the response cleanly."""
    site.get("/")(Chunks(fails_at=1, error=ClientDisconnected("of another server")))
    body = serve()
    assert next(body) == b"0"
    with pytest.raises(ClientDisconnected, match="given up before its end"):
        next(body)
    body.close()


def test_an_error_is_raised_once_and_close_is_quiet(site, serve):
    made = Chunks(fails_at=1)
    site.get("/")(made)
    body = serve()
    assert next(body) == b"0"
    with pytest.raises(LookupError):
        next(body)
    assert made.marks == [0, "closed"]
    body.close()


def test_a_head_makes_the_first_chunk_alone_and_sends_none(chunks, serve):
    body = serve("HEAD")
    assert (list(body), chunks.marks) == ([], [0])
    body.close()
    assert chunks.marks == [0, "closed"]


def test_events_of_an_async_source_say_where_they_can_not_be_waited_for(site, serve, monkeypatch):
    async def events():
        yield "never"

    site.get("/")(lambda: EventStream(events()))
    monkey = types.SimpleNamespace(is_module_patched=lambda name: name == "threading")
    monkeypatch.setitem(sys.modules, "gevent.monkey", monkey)
    body = serve()
    assert next(body) == KEEP_ALIVE
    with pytest.raises(RuntimeError, match="needs an event loop beside its thread; under gevent"):
        next(body)
    body.close()
