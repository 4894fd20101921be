"""One context a request: every step of it is in it, sees what the earlier ones have set, and may
take it back; and none of it is there in another request.
"""

import asyncio
import threading
from contextvars import ContextVar, copy_context

import pytest

from asgi_adapter import ASGIAdapter
from core import App, Response, call
from lab.testing import Client
from tests.core.streaming import KINDS, of_kind
from wsgi_adapter import WSGIAdapter


@pytest.fixture
def path():
    """The steps that a request has gone through, kept in its context."""
    return ContextVar("path", default=())


@pytest.fixture
def token():
    """What one step leaves to another, beside the context."""
    return []


def spread(site, *, walk):
    """Have `walk(step)` called in each step of a request: def and async def, in every place."""

    async def walk_async(step):
        await asyncio.sleep(0)
        walk(step)

    @site.middleware
    def middleware(request):
        walk("in")
        yield call(walk, "call in")
        yield call(walk_async, "async call in")
        response = yield
        walk("out")
        yield call(walk, "call out")
        yield call(walk_async, "async call out")
        response.background(walk, "background")
        response.background(walk_async, "async background")
        return response

    return walk_async


STEPS_IN = ("in", "call in", "async call in")
STEPS_OUT = ("out", "call out", "async call out")
STEPS_AFTER = ("background", "async background")


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_step_sets_all_later_steps_see(client, path, kind):
    site, seen = App(), []

    def walk(step):
        path.set((*path.get(), step))
        seen.append(path.get())

    walk_async = spread(site, walk=walk)

    def chunks():
        try:
            for number in range(3):
                walk(number)
                yield b"x"
        finally:
            walk("close")

    if kind == "def":

        @site.get("/")
        def handler():
            walk("handler")
            return of_kind(kind, chunks)()
    else:

        @site.get("/")
        async def handler():
            await walk_async("handler")
            return of_kind(kind, chunks)()

    assert client(site).get("/").body == b"xxx"
    steps = (*STEPS_IN, "handler", 0, *STEPS_OUT, 1, 2, "close", *STEPS_AFTER)
    assert seen == [steps[: number + 1] for number in range(len(steps))]
    assert path.get() == ()


@pytest.mark.parametrize("kind", KINDS)
def test_what_one_step_has_set_another_may_reset(client, path, token, kind):
    """As `with bound_contextvars():` around the yields of a generator does."""
    site = App()

    def chunks():
        here = path.set("in the generator")
        try:
            yield path.get().encode()
            yield path.get().encode()
        finally:
            path.reset(here)

    @site.middleware
    def middleware(request):
        yield call(lambda: token.append(path.set("set in a call")))
        response = yield
        response.background(lambda: path.reset(token.pop()))
        return response

    site.get("/")(of_kind(kind, chunks))
    assert client(site).get("/").body == b"in the generator" * 2
    assert token == []


CELLS = ["def", "async def", "inline def"]


@pytest.mark.parametrize("sets", CELLS)
@pytest.mark.parametrize("resets", CELLS)
def test_a_token_is_good_from_one_kind_of_step_to_another(client, path, token, sets, resets):
    site = App()

    def step(kind, function):
        async def function_async():
            await asyncio.sleep(0)
            function()

        return call(function_async if kind == "async def" else function)

    @site.middleware
    def middleware(request):
        if sets == "inline def":
            token.append(path.set("set"))
        else:
            yield step(sets, lambda: token.append(path.set("set")))
        response = yield
        assert path.get() == "set"
        if resets == "inline def":
            path.reset(token.pop())
        else:
            yield step(resets, lambda: path.reset(token.pop()))
        response.headers["x-path"] = repr(path.get())
        return response

    site.get("/")(lambda: "x")
    assert client(site).get("/").header("x-path") == "()"


def test_what_was_set_before_an_error_is_there_after_it(client, path):
    site = App()

    def fails():
        path.set("failed")
        raise LookupError

    async def fails_async():
        await asyncio.sleep(0)
        fails()

    site.get("/def")(fails)
    site.get("/async")(fails_async)
    site.error(LookupError)(lambda request, error: path.get())
    doors = client(site)
    assert [doors.get(f"/{kind}").text for kind in ("def", "async")] == ["failed"] * 2


def test_a_step_sees_what_the_server_has_set_and_changes_nothing_there(path):
    """An ASGI server makes a task for each request; a WSGI server's thread is in one context."""
    site = App()

    def handler():
        before = path.get()
        path.set("handler")
        return before

    site.get("/")(handler)
    path.set("server")
    client = Client(site, world="wsgi")
    assert copy_context().run(client.get, "/").text == "server"
    assert path.get() == "server"


class Interleaved:
    """Requests of which many are under way: each looks after each step whose it is."""

    def __init__(self):
        self.site = App()
        self.wrong = 0
        self.user = ContextVar("user", default=None)
        self.site.middleware(self._middleware)
        self.site.get("/def/{name}")(self._def)
        self.site.get("/async/{name}")(self._async)
        self.site.get("/stream/{name}")(self._stream)
        self.site.get("/streams/{name}")(self._stream_async)

    paths = ("def", "async", "stream", "streams")

    def _middleware(self, request):
        name = request.path.rpartition("/")[2]
        self.wrong += self.user.get() is not None
        self.user.set(name)
        response = yield
        self.look(name)
        response.background(self.look, name)
        return response

    def look(self, name):
        self.wrong += self.user.get() != name
        self.user.set(name)

    def _def(self, name):
        self.look(name)
        return name

    async def _async(self, name):
        await asyncio.sleep(0)
        self.look(name)
        return name

    def _stream(self, name):
        for _ in range(2):
            self.look(name)
            yield name.encode()

    async def _stream_async(self, name):
        for _ in range(2):
            self.look(name)
            await asyncio.sleep(0)
            yield name.encode()


REQUESTS = 10_000


def test_of_many_requests_in_threads_none_sees_another_s_context():
    """As gunicorn's gthread: a thread serves one after the other, all at once."""
    interleaved = Interleaved()
    application, threads = WSGIAdapter(interleaved.site), 8

    def serve(first):
        client = Client(application, validate=False)
        for number in range(first, REQUESTS, threads):
            kind = interleaved.paths[number // threads % 4]
            answer = client.get(f"/{kind}/{number}")
            interleaved.wrong += answer.text not in (str(number), str(number) * 2)

    serving = [threading.Thread(target=serve, args=[first]) for first in range(threads)]
    for thread in serving:
        thread.start()
    for thread in serving:
        thread.join()
    assert interleaved.wrong == 0


def test_of_many_requests_on_one_loop_none_sees_another_s_context():
    interleaved = Interleaved()
    client = Client(ASGIAdapter(interleaved.site), validate=False)

    async def serve(first, step):
        for number in range(first, REQUESTS, step):
            kind = interleaved.paths[number // step % 4]
            answer = await client.request_async("GET", f"/{kind}/{number}")
            interleaved.wrong += answer.text not in (str(number), str(number) * 2)

    async def main():
        await asyncio.gather(*[serve(first, 50) for first in range(50)])

    asyncio.run(main())
    assert interleaved.wrong == 0


def test_an_exception_in_a_context_is_no_hindrance_to_the_next_step(client, path):
    """A context that was left by an exception can be entered again."""
    site = App()

    @site.middleware
    def middleware(request):
        for _ in range(3):
            try:
                yield call(int, "x")
            except ValueError:
                path.set((*path.get(), "again"))
        response = yield
        response.headers["x-path"] = str(len(path.get()))
        return response

    site.get("/")(lambda: Response("x"))
    assert client(site).get("/").header("x-path") == "3"
