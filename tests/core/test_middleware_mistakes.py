"""What a middleware can do wrong, and how it is told."""

import asyncio
from contextlib import suppress

import pytest

from asgi_adapter import ASGIAdapter
from core import App, BasicAuth, Response, call
from lab.testing import Client
from wsgi_adapter import WSGIAdapter


def yields_twice(request):
    yield
    yield


def yields_twice_after_an_error(request):
    try:
        yield
    except ZeroDivisionError:
        yield


def yields_twice_after_a_call(request):
    yield
    yield call(int)
    yield


def yields_twice_and_swallows_that(request):
    yield
    with suppress(RuntimeError):
        yield
    return "x"


def yields_three_times_and_swallows_that(request):
    yield
    with suppress(RuntimeError):
        yield
    yield


def yields_a_number(request):
    yield 5


def yields_a_number_after(request):
    yield
    yield 5


def yields_a_response(request):
    yield Response("mine")


def returns_a_number(request):
    yield
    return 5


def returns_a_number_early(request):
    if request.path:
        return 5
    yield


def returns_nothing_early(request):
    if request.path:
        return
    yield


def swallows_the_error(request):
    with suppress(ZeroDivisionError):
        yield


MISTAKES = [
    (yields_twice, "/", "yields_twice came to a second"),
    (yields_twice_after_an_error, "/crash", "yields_twice_after_an_error came to a second"),
    (yields_twice_after_a_call, "/", "yields_twice_after_a_call came to a second"),
    (yields_twice_and_swallows_that, "/", "yields_twice_and_swallows_that came to a second"),
    (yields_three_times_and_swallows_that, "/", "and_swallows_that came to a second"),
    (yields_a_number, "/", "call(...); got 5 from yields_a_number"),
    (yields_a_number_after, "/", "call(...); got 5 from yields_a_number_after"),
    (yields_a_response, "/", "got <Response 200, 4 bytes> from yields_a_response"),
    (returns_a_number, "/", "got 5 from"),
    (returns_a_number_early, "/", "got 5 from"),
    (returns_nothing_early, "/", "got None from"),
    (swallows_the_error, "/crash", "got None from"),
]


@pytest.fixture
def site():
    site = App()
    site.get("/")(lambda: "x")
    site.get("/crash")(lambda: 1 / 0)
    return site


@pytest.mark.parametrize(("mistake", "path", "says"), MISTAKES)
def test_a_mistake_is_a_500_and_the_log_says_which(client, site, mistake, path, says, caplog):
    site.middleware(mistake)
    assert client(site).get(path).status == 500
    assert says in caplog.text


@pytest.mark.parametrize(("mistake", "path", "says"), MISTAKES)
def test_a_mistake_is_an_exception_to_the_outer_middleware(client, site, mistake, path, says):
    fresh, seen = App(), []

    @fresh.middleware
    def outer(request):
        try:
            return (yield)
        except Exception as error:
            seen.append(str(error))
            return "mended"

    fresh.middleware(mistake)
    for route in site.routes:
        fresh.add(route)
    assert client(fresh).get(path).text == "mended"
    assert len(seen) == 1
    assert says in seen[0]


def test_a_middleware_that_answers_with_a_mistake_is_named(client, site, caplog):
    site.middleware(returns_a_number)
    client(site).get("/")
    assert "returns_a_number" in caplog.text


async def coroutine(request):
    return None


async def async_generator(request):
    yield


@pytest.mark.parametrize("function", [coroutine, async_generator, lambda request: None])
def test_what_never_yields_is_refused_when_it_is_registered(function):
    with pytest.raises(
        TypeError, match="a middleware is a generator: a `def` with one bare `yield`"
    ):
        App().middleware(function)


class Cancelled:
    """A site in which nothing catches a cancellation, and the marks that it leaves."""

    def __init__(self):
        self.site, self.marks = App(), []

        @self.site.middleware
        def careless(request):
            try:
                return (yield)
            except Exception:
                self.marks.append("taken for an error")
                raise
            finally:
                self.marks.append("closed")

        @self.site.error(Exception)
        def handler(request, error):
            self.marks.append("answered")
            return "x"


@pytest.mark.parametrize("exception", [asyncio.CancelledError, SystemExit, KeyboardInterrupt])
@pytest.mark.parametrize("world", ["wsgi", "asgi"])
def test_what_is_no_error_goes_through_to_the_server(world, exception, caplog):
    cancelled = Cancelled()

    @cancelled.site.get("/", inline=True)
    def handler():
        raise exception

    adapter = {"wsgi": WSGIAdapter, "asgi": ASGIAdapter}[world]
    with pytest.raises(exception):
        Client(adapter(cancelled.site)).get("/")
    assert cancelled.marks == ["closed"]
    assert caplog.records == []


def test_a_cancelled_request_closes_every_middleware():
    """As where the client of an ASGI server has gone and the server cancels its task."""
    cancelled = Cancelled()
    begun = asyncio.Event()

    @cancelled.site.get("/")
    async def handler():
        begun.set()
        await asyncio.Event().wait()

    async def serve():
        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        task = asyncio.create_task(ASGIAdapter(cancelled.site)(scope, None, None))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(serve())
    assert cancelled.marks == ["closed"]


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_stop_iteration_of_a_handler_is_a_500(client, kind, caplog):
    site = App()

    def stops():
        return next(iter([]))

    async def stops_async():
        raise StopIteration("end")

    site.get("/")(stops if kind == "def" else stops_async)
    assert client(site).get("/").status == 500
    [record] = caplog.records
    assert "StopIteration" in str(record.exc_info[1])


@pytest.mark.parametrize("exception", [asyncio.CancelledError, SystemExit, KeyboardInterrupt])
@pytest.mark.parametrize("world", ["wsgi", "asgi"])
def test_what_is_no_error_goes_through_middleware_also_out_of_an_error_handler(world, exception):
    site, marks = App(), []

    @site.middleware
    def lease(request):
        try:
            yield
        finally:
            yield call(marks.append, "released")

    @site.error(LookupError)
    def lost(request, error):
        raise exception

    @site.get("/", inline=True)
    def handler():
        raise LookupError

    adapter = {"wsgi": WSGIAdapter, "asgi": ASGIAdapter}[world]
    with pytest.raises(exception):
        Client(adapter(site)).get("/")
    assert marks == ["released"]


@pytest.mark.parametrize("mistake", [None, 5])
@pytest.mark.parametrize("is_early", [False, True])
def test_what_a_mistaken_middleware_undoes_is_done(client, site, mistake, is_early, caplog):
    marks = []

    @site.middleware
    def lease(request):
        try:
            if is_early:
                yield 5
            yield
            yield mistake
        finally:
            yield call(marks.append, "released")

    assert client(site).get("/").status == 500
    assert marks == ["released"]
    says = "lease came to a second" if mistake is None and not is_early else "got 5 from"
    assert says in caplog.text


@pytest.mark.parametrize(
    ("name", "value"),
    [("headers", {"a": "b"}), ("headers", None), ("status", 200.0), ("status", []), ("body", "x")],
)
def test_a_response_that_a_middleware_has_spoilt_is_a_500_and_logged(
    client, site, name, value, caplog
):
    @site.middleware
    def spoil(request):
        response = yield
        setattr(response, name, value)
        return response

    assert client(site).get("/").status == 500
    assert "a response has a status from 200 to 599, Headers and a body of bytes" in caplog.text


class Layer:
    def __init__(self, option):
        self.option = option

    def __call__(self, request):
        yield


@pytest.mark.parametrize("kind", [Layer, BasicAuth, int])
def test_a_class_is_refused_where_an_object_of_it_was_meant(kind):
    with pytest.raises(TypeError, match=rf"got the class {kind.__name__} \(write"):
        App().middleware(kind)
