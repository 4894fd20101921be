import pytest

from asgi_adapter import ASGIAdapter
from core import App
from lab.sentinel import Sentinel
from lab.testing import Client
from tests.lab.sentinel.clock import Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watched(clock):
    """Ask an App, or an ASGI application, under a sentinel; what it has told."""

    def ask(application, path="/", threshold=0.05, times=1):
        if isinstance(application, App):
            application = ASGIAdapter(application)
        sentinel = Sentinel(application, threshold, tell=lambda held: None, clock=clock)
        client = Client(sentinel, timeout=30)
        for _ in range(times):
            assert client.get(path).status < 500
        client.close()
        return sentinel.held

    return ask
