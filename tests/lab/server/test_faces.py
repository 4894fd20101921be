"""What is served, and as what."""

import asyncio
import functools

import pytest

from asgi_adapter import ASGIAdapter
from core import App
from lab.errors import LabError, WrongUsageError
from lab.server.asgi_host import ASGIHost
from lab.server.faces import face_of, host_of, imported
from lab.server.wsgi_host import WSGIHost
from wsgi_adapter import WSGIAdapter


def wsgi(environ, start_response):
    raise NotImplementedError


async def asgi(scope, receive, send):
    raise NotImplementedError


class WSGIObject:
    def __call__(self, environ, start_response):
        raise NotImplementedError

    method = __call__


class ASGIObject:
    async def __call__(self, scope, receive, send):
        raise NotImplementedError

    method = __call__


class ASGIClass:
    def __init__(self, scope, receive, send):
        raise NotImplementedError


def asgi_that_returns_a_coroutine(scope, receive, send):
    raise NotImplementedError


def neither(*arguments):
    raise NotImplementedError


@pytest.mark.parametrize(
    ("app", "face"),
    [
        (wsgi, "wsgi"),
        (asgi, "asgi"),
        (WSGIObject(), "wsgi"),
        (ASGIObject(), "asgi"),
        (WSGIObject().method, "wsgi"),
        (ASGIObject().method, "asgi"),
        (ASGIClass, "asgi"),
        (asgi_that_returns_a_coroutine, "asgi"),
        (functools.partial(wsgi), "wsgi"),
        (functools.partial(functools.partial(asgi)), "asgi"),
        (functools.partial(lambda first, environ, start_response: None, 1), "wsgi"),
        (WSGIAdapter(App()), "wsgi"),
        (ASGIAdapter(App()), "asgi"),
        (neither, None),
        (lambda one: None, None),
        (dict, None),
    ],
)
def test_a_callable_shows_what_it_is(app, face):
    assert face_of(app) == face


def made(app, face=None):
    async def make():
        return host_of(app, face)

    return asyncio.run(make())


@pytest.mark.parametrize(
    ("app", "face", "host", "application"),
    [
        (App(), None, ASGIHost, ASGIAdapter),
        (App(), "asgi", ASGIHost, ASGIAdapter),
        (App(), "wsgi", WSGIHost, WSGIAdapter),
        (wsgi, None, WSGIHost, type(wsgi)),
        (asgi, None, ASGIHost, type(asgi)),
        (asgi, "asgi", ASGIHost, type(asgi)),
        (neither, "wsgi", WSGIHost, type(neither)),
        (neither, "asgi", ASGIHost, type(neither)),
    ],
)
def test_it_is_served_as_what_it_is_or_is_said_to_be(app, face, host, application):
    found = made(app, face)
    assert isinstance(found, host)
    assert isinstance(found.application, application)


@pytest.mark.parametrize(
    ("app", "face", "words"),
    [
        (neither, None, 'face="wsgi" or face="asgi" says'),
        (wsgi, "asgi", "face='asgi' was asked for, but .* is WSGI"),
        (asgi, "wsgi", "face='wsgi' was asked for, but .* is ASGI"),
        (wsgi, "http", 'face is "wsgi" or "asgi"; got \'http\''),
        (5, None, "an App, or a WSGI or ASGI callable, is served; got 5"),
    ],
)
def test_what_can_not_be_served_is_told(app, face, words):
    with pytest.raises(WrongUsageError, match=words):
        made(app, face)


def test_a_name_is_imported():
    assert imported("examples.raw:application").__name__ == "application"
    assert imported("examples.tasks:app.site.state") is not None


def test_a_name_that_a_module_lacks_is_told():
    with pytest.raises(WrongUsageError, match=r"examples\.raw has no 'nope'"):
        imported("examples.raw:nope")


def test_modules_of_this_directory_are_found(tmp_path, monkeypatch):
    (tmp_path / "found_here.py").write_text("thing = object()")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["elsewhere"])
    assert imported("found_here:thing") is not None


@pytest.mark.parametrize("name", ["examples.raw", ":app", "examples.raw:", ""])
def test_a_name_has_two_parts(name):
    with pytest.raises(WrongUsageError, match='an import string is "module:name"'):
        imported(name)


@pytest.mark.parametrize("name", ["nope:app", "nope.nope:app", "examples.nope:app"])
def test_a_module_that_there_is_not_is_named(name):
    with pytest.raises(WrongUsageError, match="there is no module"):
        imported(name)


def test_a_module_that_lacks_another_is_not_blamed_on_its_name(tmp_path, monkeypatch):
    (tmp_path / "lacking.py").write_text("import nothing_of_the_kind")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LabError, match="lacking can't be imported: No module named 'nothing_of"):
        imported("lacking:app")
