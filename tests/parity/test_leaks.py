"""What a request leaves behind: nothing, also where it fails."""

import asyncio
import gc
import logging
import time
import weakref
from contextlib import suppress

import pytest

from asgi_adapter import ASGIAdapter
from core import App, NotFound, call
from wsgi_adapter import WSGIAdapter
from wsgi_adapter.iterable import ResponseIterable


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


def answer(request, error):
    return "answered"


def answer_another(request):
    yield
    return object()


def answer_another_early(request):
    return object()
    yield


def tell(request):
    response = yield
    yield call(id, request)
    return response


def tell_later(request):
    response = yield
    response.background(id, request)
    return response


def end(request):
    yield
    raise SystemExit


# What a request leaves is its own here: no client is in between.
@pytest.mark.parametrize(
    ("middleware", "handler"),
    [
        (None, lambda request: fail(ZeroDivisionError)),
        (answer_another, None),
        (answer_another_early, None),
        (tell, None),
        (tell_later, None),
        (end, None),
    ],
)
@pytest.mark.parametrize("error_handler", [None, answer])
def test_a_request_that_is_over_is_gone(world, middleware, handler, error_handler):
    site, seen = App(), []

    @site.middleware
    def look(request):
        request.state.mine = mine = set()  # only the request has it
        seen.append(weakref.ref(mine))
        del mine
        return (yield)

    if middleware is not None:
        site.middleware(middleware)
    if error_handler is not None:
        site.error(ZeroDivisionError)(error_handler)
    site.get("/", inline=True)(handler or (lambda: "x"))
    logging.disable(logging.CRITICAL)
    gc.collect()
    gc.disable()
    try:
        with suppress(SystemExit):
            ASKED[world](site)
        [reference] = seen
        until = time.monotonic() + 10
        while reference() is not None and time.monotonic() < until:
            time.sleep(0.001)  # a thread of the pool is not at its next job yet
        assert reference() is None
    finally:
        gc.enable()
        logging.disable(logging.NOTSET)


def ask_wsgi(site):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.url_scheme": "http"}
    chunks = WSGIAdapter(site)(environ, lambda status, headers: None)
    list(chunks)
    if isinstance(chunks, ResponseIterable):
        chunks.close()


def ask_asgi(site):
    async def receive():
        await asyncio.Event().wait()

    async def send(message):
        pass

    async def ask():
        scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "headers": []}
        with suppress(SystemExit):  # a loop that is left by one keeps it
            await ASGIAdapter(site)(scope, receive, send)

    asyncio.run(ask())


ASKED = {"wsgi": ask_wsgi, "asgi": ask_asgi}


def garbage(asked, path):
    """How many objects a request leaves to the collector; the least of some, for threads end."""
    asked.get(path)
    gc.disable()
    try:
        return min(_garbage_of_twenty(asked, path) for _ in range(5)) / 20
    finally:
        gc.enable()


def _garbage_of_twenty(asked, path):
    gc.collect()
    for _ in range(20):
        asked.get(path)
    return gc.collect()
