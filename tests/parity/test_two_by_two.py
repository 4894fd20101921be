"""The four cells: a `def` and an `async def` handler, behind either door."""

import asyncio
import threading
from contextvars import ContextVar

import pytest

from core import App, call


@pytest.fixture
def user():
    """A variable of each test's own, so that none is helped by what another has left in it."""
    return ContextVar("user", default="nobody")


@pytest.fixture(params=["def", "async def", "inline def"])
def handler(request):
    """Register a function as a handler of this kind."""

    def register(site, path, function):
        if request.param == "async def":

            async def handler(request):
                await asyncio.sleep(0)
                return function(request)

            site.get(path)(handler)
        else:
            site.get(path, inline=request.param == "inline def")(lambda request: function(request))

    return register


def test_a_handler_is_served_in_every_cell(client, handler):
    site = App()
    handler(site, "/{name}", lambda request: {"name": request.params["name"]})
    assert client(site).get("/bob").json() == {"name": "bob"}


def test_a_handler_sees_what_a_middleware_has_set_in_its_context(client, handler, user):
    site = App()

    @site.middleware
    def authenticate(request):
        user.set("bob")
        return (yield)

    handler(site, "/", lambda request: user.get())
    assert client(site).get("/").text == "bob"


def test_a_context_never_leaks_into_the_next_request(client, handler, user):
    """Also not where a server's thread serves one after the other, as WSGI servers do."""
    site = App()

    def look(request):
        before = user.get()
        user.set("bob")
        return before

    handler(site, "/", look)
    doors = client(site)
    assert [doors.get("/").text for _ in range(3)] == ["nobody"] * 3
    assert user.get() == "nobody"


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_what_a_call_sets_in_the_context_is_there_later(client, handler, user, kind):
    site = App()

    def authenticate():
        user.set("bob")

    async def authenticate_async():
        user.set("bob")

    @site.middleware
    def middleware(request):
        yield call(authenticate if kind == "def" else authenticate_async)
        response = yield
        response.headers["x-user"] = user.get()
        return response

    handler(site, "/", lambda request: user.get())
    answer = client(site).get("/")
    assert (answer.text, answer.header("x-user")) == ("bob", "bob")


def test_what_a_handler_sets_in_the_context_is_there_in_the_middleware(client, handler, user):
    site = App()

    @site.middleware
    def middleware(request):
        response = yield
        response.headers["x-user"] = user.get()
        return response

    handler(site, "/", lambda request: user.set("bob") and "x")
    assert client(site).get("/").header("x-user") == "bob"


def test_requests_of_several_threads_are_served_at_once_on_wsgi(handler):
    """gthread: every thread serves, whatever the kind of the handler."""
    from lab.testing import Client
    from wsgi_adapter import WSGIAdapter

    site = App()
    met = threading.Barrier(4)
    handler(site, "/", lambda request: str(met.wait() < 4))
    application, texts = WSGIAdapter(site), []
    threads = [
        threading.Thread(target=lambda: texts.append(Client(application).get("/").text))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["True"] * 4
