"""What a request leaves behind: nothing, also where it fails."""

import gc
import logging

import pytest

from core import App, NotFound, call


def fail(kind):
    raise kind("as it must")


# On WSGI an `async def` that fails leaves a ring: `run_until_complete` keeps its task, and that the
# exception, whose traceback knows the frame of `run_until_complete`. It is asyncio's own.
@pytest.mark.parametrize("kind", [ZeroDivisionError, NotFound])
@pytest.mark.parametrize(
    ("world", "is_async"), [("wsgi", False), ("asgi", False), ("asgi", True)], indirect=["world"]
)
def test_a_failing_request_leaves_nothing_to_the_garbage_collector(client, kind, is_async):
    async def fail_async():
        fail(kind)

    site = App()
    site.get("/fails", inline=not is_async)(fail_async if is_async else lambda: fail(kind))
    site.get("/works", inline=True)(lambda: "x")
    asked = client(site)
    logging.disable(logging.CRITICAL)  # a record that is kept keeps the exception
    try:
        per_request = {path: garbage(asked, path) for path in ("/fails", "/works")}
    finally:
        logging.disable(logging.NOTSET)
    assert per_request["/fails"] <= per_request["/works"] + 1  # those are the client's own


@pytest.mark.parametrize("kind", [ZeroDivisionError, NotFound])
def test_a_call_of_a_middleware_that_fails_leaves_nothing_either(client, kind):
    site = App()

    @site.middleware
    def ask(request):
        if request.path == "/fails":
            yield call(fail, kind)
        return (yield)

    site.get("/fails", inline=True)(lambda: "x")
    site.get("/works")(lambda: "x")  # in a thread, as the call
    asked = client(site)
    logging.disable(logging.CRITICAL)
    try:
        per_request = {path: garbage(asked, path) for path in ("/fails", "/works")}
    finally:
        logging.disable(logging.NOTSET)
    assert per_request["/fails"] <= per_request["/works"] + 5  # those are the client's own


def garbage(asked, path):
    """How many objects a request leaves to the collector."""
    asked.get(path)
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            asked.get(path)
        return gc.collect() / 20
    finally:
        gc.enable()
