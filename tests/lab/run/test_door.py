import json
import os
import sys
from contextlib import closing

import pytest

from asgi_adapter import ASGIAdapter
from core import App
from lab.run import door
from lab.run.door import READY, VARIABLE, Order, opened, served
from lab.run.finding import Found
from lab.sentinel import Sentinel
from lab.testing import Client
from wsgi_adapter import WSGIAdapter


def hello():
    site = App()

    @site.get("/")
    def home():
        return "hello"

    return site


@pytest.mark.parametrize("is_dev", [False, True])
def test_an_app_is_given_its_adapter(world, is_dev):
    application = served(Found("m:site", world, hello()), is_dev=is_dev)
    with closing(Client(application, world=world)) as client:
        assert client.get("/").text == "hello"


def test_an_application_is_served_as_it_is():
    application = WSGIAdapter(hello())
    assert served(Found("m:app", "wsgi", application), is_dev=False) is application
    assert application.site.debug is False


@pytest.mark.parametrize("made", [lambda site: site, ASGIAdapter, WSGIAdapter])
def test_in_development_apps_show_their_errors_mounted_ones_too(made):
    outer, inner = hello(), App()
    outer.mount("/inner", inner)
    application = made(outer)
    served(Found("m:app", "wsgi", application), is_dev=True)
    assert (outer.debug, inner.debug) == (True, True)


def test_in_development_a_sentinel_is_around_every_asgi_application():
    async def app(scope, receive, send): ...

    assert isinstance(served(Found("m:app", "asgi", app), is_dev=True), Sentinel)
    assert isinstance(served(Found("m:app", "asgi", hello()), is_dev=True), Sentinel)
    assert not isinstance(served(Found("m:app", "wsgi", hello()), is_dev=True), Sentinel)


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "ordered.py").write_text("from core import App\nsite = App()\n")
    yield "ordered"
    sys.modules.pop("ordered", None)


def test_what_the_environment_orders_is_opened_and_told(module):
    readable, writable = os.pipe()
    try:
        application = opened(Order("ordered:site", "wsgi", ready=writable).variables())
        assert isinstance(application, WSGIAdapter)
        assert os.read(readable, 100) == READY
    finally:
        os.close(readable)
        os.close(writable)


def test_nobody_has_to_listen(module):
    readable, writable = os.pipe()
    os.close(readable)
    try:
        assert opened(Order("ordered:site", "asgi", ready=writable).variables())
    finally:
        os.close(writable)


def test_the_door_is_made_when_a_server_asks_for_it(module, monkeypatch):
    order = {"name": "ordered:site", "face": "asgi"}
    monkeypatch.setenv(VARIABLE, json.dumps(order))
    monkeypatch.setattr(door, "app", None, raising=False)  # put away in the end
    del door.app
    first = door.app
    assert isinstance(first, ASGIAdapter)
    assert door.app is first
    with pytest.raises(AttributeError, match="has no 'nope'"):
        _ = door.nope
