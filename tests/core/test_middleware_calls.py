"""`call(...)`: how a middleware waits for something, and what it is told when it goes wrong."""

import asyncio
import functools

import pytest

from core import App, NotFound, call


def load(name, *, greeting="hi"):
    return f"{greeting} {name}"


async def load_async(name, *, greeting="hi"):
    await asyncio.sleep(0)
    return f"{greeting} {name}"


class Loader:
    async def __call__(self, name):
        return await load_async(name)

    def load(self, name):
        return load(name)


CALLS = {
    "def": call(load, "bob"),
    "async def": call(load_async, "bob"),
    "keywords": call(load_async, "bob", greeting="hi"),
    "partial": call(functools.partial(load_async, greeting="hi"), "bob"),
    "callable object": call(Loader(), "bob"),
    "method": call(Loader().load, "bob"),
}


@pytest.fixture(params=[True, False], ids=["before", "after"])
def around(request):
    """A site whose middleware makes this call, before or after its bare yield."""

    def make(wanted, handle=None):
        site, results = App(), []

        def calls():
            try:
                results.append((yield wanted))
            except Exception as error:
                if handle is None:
                    raise
                results.append(handle(error))

        @site.middleware
        def middleware(asked):
            if request.param:
                yield from calls()
            response = yield
            if not request.param:
                yield from calls()
            return response

        site.get("/")(lambda: "x")
        return site, results

    return make


@pytest.mark.parametrize("wanted", CALLS.values(), ids=CALLS)
def test_a_call_gives_its_result(client, around, wanted):
    site, results = around(wanted)
    assert client(site).get("/").text == "x"
    assert results == ["hi bob"]


def failing(error):
    raise error


async def failing_async(error):
    raise error


@pytest.mark.parametrize("function", [failing, failing_async])
def test_a_calls_exception_is_raised_at_its_yield(client, around, function):
    site, results = around(call(function, LookupError("lost")), handle=repr)
    assert client(site).get("/").status == 200
    assert results == ["LookupError('lost')"]


@pytest.mark.parametrize("function", [failing, failing_async])
def test_a_calls_exception_that_is_not_caught_is_a_500(client, around, function, caplog):
    site, _ = around(call(function, LookupError("lost")))
    assert client(site).get("/").status == 500
    assert "LookupError('lost')" in caplog.text


@pytest.mark.parametrize("function", [failing, failing_async])
def test_a_calls_http_error_is_its_response(client, around, function):
    site, _ = around(call(function, NotFound("gone")))
    assert client(site).get("/").text == "Not Found: gone\n"


@pytest.mark.parametrize("function", [failing, failing_async])
def test_a_stop_iteration_is_an_error_like_others(client, around, function):
    site, results = around(call(function, StopIteration("end")), handle=type)
    assert client(site).get("/").status == 200
    assert results == [RuntimeError]


def test_a_middleware_may_answer_after_a_call(client):
    site = App()

    @site.middleware
    def authorised(request):
        user = yield call(load_async, "bob")
        if user:
            return f"{user}, no", 403
        return (yield)

    site.get("/")(lambda: "never")
    answer = client(site).get("/")
    assert (answer.status, answer.text) == (403, "hi bob, no")


def test_a_middleware_may_call_many_times(client):
    site, results = App(), []

    @site.middleware
    def calls(request):
        for name in "abc":
            results.append((yield call(load_async, name)))
            results.append((yield call(load, name)))
        response = yield
        results.append((yield call(load, "d")))
        return response

    site.get("/")(lambda: "x")
    client(site).get("/")
    assert results == ["hi a", "hi a", "hi b", "hi b", "hi c", "hi c", "hi d"]


def test_a_call_in_an_except_clause_may_explain_an_error(client):
    site = App()

    @site.middleware
    def explain(request):
        try:
            return (yield)
        except ZeroDivisionError:
            return (yield call(load_async, "error")), 503

    site.get("/")(lambda: 1 / 0)
    answer = client(site).get("/")
    assert (answer.status, answer.text) == (503, "hi error")
