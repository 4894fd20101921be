"""The WSGI callable itself (PEP 3333, "The Application/Framework Side")."""

import importlib
import sys
import types

import pytest

from core import App
from wsgi_adapter import WSGIAdapter

ENVIRON = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}


def serve(site, environ):
    """What start_response was given, and the chunks."""
    started = []
    chunks = WSGIAdapter(site)(dict(environ), lambda *arguments: started.append(arguments))
    return started, list(chunks)


@pytest.fixture
def site():
    site = App()
    site.get("/")(lambda: "x")
    return site


def test_start_response_is_called_once_by_position_with_built_in_types(site):
    [[status, headers]], chunks = serve(site, ENVIRON)
    assert (type(status), type(headers)) == (str, list)
    assert {type(pair) for pair in headers} == {tuple}
    assert {type(text) for pair in headers for text in pair} == {str}
    assert {type(chunk) for chunk in chunks} == {bytes}


def test_an_empty_body_has_no_chunk(site):
    """A server sends the headers with the first bytes, or at the end."""
    _, chunks = serve(site, {**ENVIRON, "REQUEST_METHOD": "HEAD"})
    assert chunks == []


def test_the_environ_is_left_as_it_was(site):
    environ = dict(ENVIRON)
    before = dict(environ)
    WSGIAdapter(site)(environ, lambda *arguments: None)
    assert environ == before


def test_headers_of_one_response_are_not_those_of_the_next(site):
    [[_, first]], _ = serve(site, ENVIRON)
    first.append(("connection", "close"))  # as a server may
    [[_, second]], _ = serve(site, ENVIRON)
    assert ("connection", "close") not in second


@pytest.mark.parametrize("package", ["wsgi_adapter", "asgi_adapter"])
def test_another_package_named_core_is_named(package, monkeypatch):
    """As where a user's own `core` is found first."""
    another = types.ModuleType("core")
    another.__path__ = ["/home/user/core"]
    monkeypatch.setitem(sys.modules, "core", another)
    monkeypatch.delitem(sys.modules, package)
    with pytest.raises(ImportError, match=r"is hidden by another one: .*/home/user/core"):
        importlib.import_module(package)
