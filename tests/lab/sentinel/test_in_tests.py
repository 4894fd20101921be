"""The sentinel of the test client, and of the pytest plugin."""

import asyncio
import sqlite3
import sys
import time
import warnings

import pytest

from core import App, call
from lab.sentinel import EventLoopHeld
from lab.sentinel.clocks import RealClock
from lab.testing import Client


@pytest.fixture(autouse=True)
def _no_time(monkeypatch, clock):
    """Time goes by the test's clock."""
    monkeypatch.setattr("lab.sentinel.sentinel.RealClock", lambda: clock)


@pytest.fixture
def no_blockbuster(monkeypatch):
    monkeypatch.setitem(sys.modules, "blockbuster", None)


@pytest.fixture
def site(clock):
    site = App()

    @site.get("/slow")
    async def slow():
        clock.after_looks(15).wait(20)
        return ""

    @site.get("/def")
    def fine():
        time.sleep(0)
        return ""

    @site.get("/sleep")
    async def sleep():
        time.sleep(0)  # noqa: ASYNC251  # what is looked for
        return ""

    @site.get("/file")
    async def file():
        with open(__file__) as opened:  # noqa: ASYNC230  # as above
            return opened.read()

    @site.get("/inside")
    async def inside():
        with sqlite3.connect(":memory:") as connection:
            connection.execute("select 1")
        connection.close()
        return ""

    @site.get("/print")
    async def printing():
        print("hello")  # noqa: T201  # the terminal is no file
        return ""

    @site.get("/none")
    async def none():
        return ""

    @site.middleware
    def around(request):
        yield call(time.sleep, 0)
        return (yield)

    return site


def warnings_of(site, path, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with Client(site, timeout=30, **options) as client:
            assert client.get(path).status == 200
    return [str(it.message) for it in caught if it.category is EventLoopHeld]


def test_a_handler_that_holds_the_loop_is_warned_of(site, no_blockbuster):
    [message] = warnings_of(site, "/slow", sentinel=True)
    assert message.startswith("async def slow (")


def test_the_threshold_is_given_in_seconds(site, no_blockbuster):
    assert warnings_of(site, "/slow", sentinel=5.0) != []
    assert warnings_of(site, "/none", sentinel=5.0) == []


def test_as_an_error_it_fails_the_test(site, no_blockbuster):
    client = Client(site, sentinel=True, timeout=30)
    with pytest.raises(EventLoopHeld, match="async def slow"):
        client.get("/slow")
    assert client.get("/slow").status == 200  # it was told
    client.close()


async def ask(site):
    async with Client(site, sentinel=True, timeout=30) as client:
        return await client.request_async("GET", "/slow")


def test_a_test_with_a_loop_of_its_own_is_warned_too(site, no_blockbuster):
    with pytest.warns(EventLoopHeld, match="async def slow"):
        asyncio.run(ask(site))


def test_without_the_option_and_on_wsgi_there_is_none(site):
    assert warnings_of(site, "/sleep") == []
    assert warnings_of(site, "/sleep", world="wsgi", sentinel=True) == []


def test_a_wrong_threshold_is_told_when_the_client_is_made(site):
    with pytest.raises(ValueError, match="a number of seconds over 0"):
        Client(site, sentinel=-1.0)


@pytest.mark.parametrize(
    ("path", "name", "calls"),
    [
        ("/sleep", "sleep", "time.sleep"),
        ("/file", "file", "io.TextIOWrapper.read"),
        ("/inside", "inside", "sqlite3.Connection.execute"),
    ],
)
def test_a_blocking_call_is_named_however_short_it_is(site, path, name, calls):
    pytest.importorskip("blockbuster")
    messages = warnings_of(site, path, sentinel=True)
    [message] = [it for it in messages if calls in it]
    assert message.startswith(f"async def {name} (")
    assert f"calls {calls}, which holds the event loop, at " in message
    assert "GET /" + name + "; use `await " in message


@pytest.mark.parametrize("path", ["/def", "/none", "/print"])
def test_a_call_in_a_thread_or_to_the_terminal_is_not_named(site, path):
    pytest.importorskip("blockbuster")
    assert warnings_of(site, path, sentinel=True) == []


def test_the_functions_are_themselves_again_afterwards(site):
    pytest.importorskip("blockbuster")
    before = time.sleep
    warnings_of(site, "/sleep", sentinel=True)
    assert time.sleep is before


def test_two_clients_at_a_time_leave_the_functions_as_they_were(site):
    """A request inside a request, each with a loop of its own, in threads of their own."""
    pytest.importorskip("blockbuster")
    before = time.sleep

    @site.get("/outer")
    def outer():
        with Client(site, sentinel=True, timeout=30) as inner:
            return inner.get("/sleep").body

    assert warnings_of(site, "/outer", sentinel=True) == []
    assert time.sleep is before


def test_what_is_called_on_the_loop_by_nobodys_request_is_not_named(site):
    """The test's own code, on the client's loop."""
    pytest.importorskip("blockbuster")

    class Chunks:
        def __iter__(self):
            time.sleep(0)
            yield b"a"

    site.post("/")(lambda request: request.body.decode())
    client = Client(site, sentinel=True)
    assert client.post("/", body=Chunks()).text == "a"
    client.close()


CONFTEST = """
import pytest
import served

@pytest.fixture
def app():
    return served.site
"""
SERVED = """
import threading
from core import App

site = App()
gate = threading.Event()

@site.get("/")
async def slow():
    gate.wait(0.3)
    return ""
"""
TEST = "def test_it(client): assert client.get('/').status == 200"


@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        ([], {"passed": 2, "warnings": 0}),
        (["--sentinel", "0.001", "-W", "default"], {"passed": 2, "warnings": 1}),
        (
            ["--sentinel=0.001", "-W", "error::lab.sentinel.EventLoopHeld"],
            {"passed": 1, "failed": 1},
        ),
    ],
)
def test_the_plugin_has_an_option_for_its_client(pytester, monkeypatch, options, outcome):
    monkeypatch.setattr("lab.sentinel.sentinel.RealClock", RealClock)
    monkeypatch.setitem(sys.modules, "blockbuster", None)
    pytester.makepyfile(served=SERVED)
    pytester.makeconftest(CONFTEST)
    pytester.syspathinsert()
    pytester.makepyfile(test_it=TEST)
    plugins = ("-p", "no:tandem", "-p", "no:muffin_pytest", "-p", "lab.pytest_plugin")
    result = pytester.runpytest_inprocess(*plugins, *options)
    result.assert_outcomes(**outcome)
