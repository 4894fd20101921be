"""One `client` for both worlds: a test that asks for it runs once through either adapter."""

import os
import time
from contextlib import ExitStack, closing

import pytest
from hypothesis import HealthCheck, settings

from asgi_adapter import ASGIAdapter, disconnects
from lab.testing import Client
from wsgi_adapter import WSGIAdapter

# Here, and not by its entry point, which comes before pytest-cov has begun to measure.
pytest_plugins = ["lab.pytest_plugin", "pytester"]

# In a fresh clone the first text that Hypothesis draws makes its tables of characters: a second.
settings.register_profile("tandem", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("tandem")

ADAPTERS = {"wsgi": WSGIAdapter, "asgi": ASGIAdapter}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Where nothing may be skipped (CI=true), a test that is skipped has failed."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
    return report


@pytest.fixture
def adapter(world):
    """The adapter class of this world."""
    return ADAPTERS[world]


@pytest.fixture
def client(world):
    """Make a client of an App, or of an application that is made of one already.

    It is closed with the test: an exception that was raised through it may keep it for longer.
    """
    with ExitStack() as stack:

        def make(*arguments, **options):
            return stack.enter_context(closing(Client(*arguments, world=world, **options)))

        yield make


@pytest.fixture(scope="module")
def unwatched():
    """Nobody looks whether a client has left, however long a busy machine takes for a request.

    Who waits for a client to leave receives what is left of its body (ASGI knows no other way). So
    a module that counts what was received by whom has it looked after never.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disconnects, "INTERVAL", 3600.0)
        yield


@pytest.fixture
def growth():
    """How many times the work four times the input takes: about 4 if linear, 16 if quadratic.

    It is the least of several processor times of this thread: a busy machine changes little.
    """

    def measure(function, small, large):
        return _least_time(function, large) / _least_time(function, small)

    return measure


def _least_time(function, argument):
    times = []
    for _ in range(5):
        began = time.thread_time_ns()
        function(argument)
        times.append(time.thread_time_ns() - began)
    return min(times)
