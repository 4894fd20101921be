"""Work for the time after a response is done also where nobody takes the response, in both worlds.

It is the response's: where a handler comes to its end it is done, whoever is still there. Only an
`async def` that is cancelled, because its client has left while it was waiting, makes no response,
and so leaves no work; `shielded=True` keeps it from that, and on WSGI nobody tells it anyway.
"""

import asyncio
import threading

import pytest

from asgi_adapter import disconnects
from core import App, Response, StreamingResponse
from tests.asgi_adapter.test_disconnects import Server, errors, run, until
from tests.core.streaming import KINDS, of_kind

PATIENCE = 10  # seconds


def all_told(server):
    """Whether every request knows that its client has left."""
    return all(request.disconnected for request in server.application.watch.tasks)


@pytest.fixture
def done():
    return []


@pytest.fixture(params=KINDS)
def work(request, done):
    """A function of this kind that leaves a mark."""

    async def note_async(mark, error=None):
        await asyncio.sleep(0)
        note(mark, error)

    def note(mark, error=None):
        done.append(mark)
        if error is not None:
            raise error

    return note if request.param == "def" else note_async


def chunks():
    yield b"one"
    yield b"two"


BODIES = {
    "whole": lambda: Response("whole"),
    "stream": lambda: StreamingResponse(chunks()),
    "async stream": lambda: StreamingResponse(of_kind("async def", chunks)()),
}


@pytest.mark.parametrize("body", BODIES)
def test_work_is_done_where_a_client_takes_only_the_header(client, body, work, done, caplog):
    site = App()

    @site.get("/")
    def handler():
        response = BODIES[body]()
        response.background(work, 1, LookupError("in the work"))
        response.background(work, 2)
        return response

    with client(site).stream("GET", "/") as answer:
        assert answer.status == 200
    assert done == [1, 2]
    [failure] = [record.getMessage() for record in errors(caplog)]
    assert "after the response, failed: LookupError('in the work')" in failure


@pytest.mark.parametrize("body", BODIES)
def test_work_of_a_def_is_done_whose_client_has_left(monkeypatch, body, work, done, caplog):
    """A thread can't be broken off, so its response is there, though it is sent to nobody."""
    monkeypatch.setattr(disconnects, "INTERVAL", 0.001)
    has_left, site = threading.Event(), App()

    @site.get("/")
    def handler(request):
        assert has_left.wait(PATIENCE)
        response = BODIES[body]()
        response.background(work, request.disconnected)
        return response

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        await until(lambda: all_told(server))
        has_left.set()
        await serving

    run(main())
    assert done == [True]
    assert errors(caplog) == []


@pytest.mark.parametrize("shielded", [True, False])
def test_work_of_an_async_def_is_done_if_it_came_to_its_end(
    monkeypatch, shielded, work, done, caplog
):
    monkeypatch.setattr(disconnects, "INTERVAL", 0.001)
    has_left, site = asyncio.Event(), App()

    @site.get("/", shielded=shielded)
    async def handler(request):
        await has_left.wait()
        response = Response("whole")
        response.background(work, request.disconnected)
        return response

    async def main():
        server = Server(site)
        serving = server.begin()
        await server.leaves()
        if shielded:
            await until(lambda: all_told(server))
            has_left.set()
        await serving

    run(main())
    assert done == ([True] if shielded else [])
    assert errors(caplog) == []
