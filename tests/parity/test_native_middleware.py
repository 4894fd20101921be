"""Middleware of either protocol around an adapter; both adapters take it in the same way."""

import pytest

from asgi_adapter import ASGIAdapter
from core import App
from tests.asgi_adapter.server import converse, live


class Tracing:
    """Native middleware of either world that leaves its mark on the way in."""

    def __init__(self, application, trace, name="?"):
        self.application = application
        self.trace = trace
        self.name = name

    def __call__(self, *arguments):
        self.trace.append(self.name)
        return self.application(*arguments)


@pytest.fixture
def trace():
    return []


@pytest.fixture
def application(adapter, trace):
    site = App()

    @site.get("/")
    def handler():
        trace.append("app")
        return "x"

    application = adapter(site)
    application.add_middleware(Tracing, trace=trace, name="A")
    application.add_middleware(Tracing, trace=trace, name="B")
    return application


def test_the_first_that_is_added_is_outermost(client, application, trace):
    assert client(application).get("/").text == "x"
    assert trace == ["A", "B", "app"]


def test_native_middleware_is_around_that_of_the_app(client, application, trace):
    @application.site.middleware
    def inner(request):
        trace.append("inner")
        return (yield)

    client(application).get("/nope")
    assert trace == ["A", "B", "inner"]


def test_one_may_be_added_after_a_request(client, application, trace):
    client(application).get("/")
    trace.clear()
    application.add_middleware(Tracing, trace=trace, name="C")
    client(application).get("/")
    assert trace == ["A", "B", "C", "app"]


def test_the_options_are_those_of_the_class(adapter, trace):
    with pytest.raises(TypeError):
        adapter(App()).add_middleware(Tracing, nope=1)


def test_two_adapters_of_one_app_have_middleware_of_their_own(client, adapter, application, trace):
    assert client(adapter(application.site)).get("/").text == "x"
    assert trace == ["app"]


def test_native_middleware_is_around_websockets_and_the_lifespan(trace):
    app = ASGIAdapter(App())
    app.add_middleware(Tracing, trace=trace, name="A")
    app.on_startup(lambda: trace.append("start"))  # added later, there all the same

    @app.websocket("/")
    async def handler(websocket):
        trace.append("websocket")

    live(app)
    converse(app)
    assert trace == ["A", "start", "A", "websocket"]
