"""Middleware around every request: its order, what it sees, and what it may do."""

import pytest

from core import App, Forbidden, HTTPError, NotFound, Response, call


@pytest.fixture
def trace():
    return []


def traced(trace, name):
    """A middleware that leaves its marks on the way in and on the way out."""

    def middleware(request):
        trace.append(f"{name} in")
        try:
            response = yield
        except Exception as error:
            trace.append(f"{name} sees {error}")
            raise
        trace.append(f"{name} out {response.status}")
        return response

    return middleware


@pytest.fixture
def site(trace):
    site = App()
    for name in ("A", "B"):
        site.middleware(traced(trace, name))

    @site.get("/def")
    def plain():
        trace.append("app")
        return "x"

    @site.get("/async")
    async def coroutine():
        trace.append("app")
        return "x"

    @site.get("/crash")
    def crash():
        raise LookupError("no luck")

    @site.get("/none")
    def none():
        return None

    @site.get("/forbidden")
    async def forbidden():
        raise Forbidden("not you")

    return site


@pytest.mark.parametrize("path", ["/def", "/async"])
def test_the_order_is_a_b_app_b_a(client, site, trace, path):
    assert client(site).get(path).status == 200
    assert trace == ["A in", "B in", "app", "B out 200", "A out 200"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("POST", "/def", 405),
        ("GET", "/%ff", 400),
        ("GET", "/forbidden", 403),
        ("OPTIONS", "/def", 204),
        ("HEAD", "/def", 200),
    ],
)
def test_every_answer_passes_through(client, site, trace, method, path, status):
    assert client(site).request(method, path).status == status
    assert [mark for mark in trace if mark != "app"] == [
        "A in",
        "B in",
        f"B out {status}",
        f"A out {status}",
    ]


def test_an_exception_passes_through_and_is_a_500_at_the_end(client, site, trace, caplog):
    assert client(site).get("/crash").status == 500
    assert trace == ["A in", "B in", "B sees no luck", "A sees no luck"]
    assert len(caplog.records) == 1


def test_what_a_handler_may_not_return_is_an_exception_too(client, site, trace):
    assert client(site).get("/none").status == 500
    assert [mark.partition(" a ")[0] for mark in trace[2:]] == ["B sees", "A sees"]


def test_a_middleware_is_around_what_was_registered_before_it(client, site, trace):
    site.middleware(traced(trace, "C"))
    client(site).get("/def")
    assert trace == ["A in", "B in", "C in", "app", "C out 200", "B out 200", "A out 200"]


@pytest.mark.parametrize("early", ["mine", ({"a": 1}, 201), Response("mine", 202)], ids=repr)
def test_a_middleware_may_answer_itself(client, site, trace, early):
    @site.middleware
    def stop(request):
        if request.path == "/early":
            return early
        return (yield)

    site.middleware(traced(trace, "never"))
    answer = client(site).get("/early")
    assert answer.status in (200, 201, 202)
    assert trace == ["A in", "B in", f"B out {answer.status}", f"A out {answer.status}"]


def test_a_response_may_be_changed_or_replaced(client):
    site = App()

    @site.middleware
    def replace(request):
        response = yield
        return f"{response.body.decode()}, replaced", 201

    @site.middleware
    def change(request):
        response = yield
        response.headers["x-changed"] = "yes"
        response.body = b"changed"
        # nothing is returned: what was given goes on

    site.get("/")(lambda: "x")
    answer = client(site).get("/")
    assert (answer.status, answer.text) == (201, "changed, replaced")
    assert client(site).get("/").header("x-changed") is None


def test_a_middleware_may_answer_an_exception(client, caplog):
    site = App()

    @site.middleware
    def translate(request):
        try:
            return (yield)
        except LookupError as error:
            return f"looked for {error}", 404

    site.get("/")(lambda: {}["nothing"])
    answer = client(site).get("/")
    assert (answer.status, answer.text) == (404, "looked for 'nothing'")
    assert caplog.records == []


def test_an_http_error_in_a_middleware_is_a_response_to_the_outer_ones(client, site, trace):
    @site.middleware
    def before(request):
        if request.path == "/before":
            raise HTTPError(401, headers={"www-authenticate": "Basic"})
        response = yield
        if request.path == "/def":
            raise NotFound("hidden")
        return response

    answer = client(site).get("/before")
    assert (answer.status, answer.header("www-authenticate")) == (401, "Basic")
    assert trace == ["A in", "B in", "B out 401", "A out 401"]
    trace.clear()
    assert client(site).get("/def").status == 404
    assert trace == ["A in", "B in", "app", "B out 404", "A out 404"]


def test_a_middleware_that_crashes_on_the_way_in_is_seen_by_the_outer_ones(client, site, trace):
    @site.middleware
    def broken(request):
        raise LookupError("on the way in")
        yield

    assert client(site).get("/def").status == 500
    assert trace == ["A in", "B in", "B sees on the way in", "A sees on the way in"]


def test_a_middleware_that_crashes_on_the_way_out_is_seen_by_the_outer_ones(client, site, trace):
    @site.middleware
    def broken(request):
        yield
        raise LookupError("on the way out")

    assert client(site).get("/def").status == 500
    assert trace[2:] == ["app", "B sees on the way out", "A sees on the way out"]


def test_a_finally_runs_whatever_happens(client, trace):
    site = App()

    @site.middleware
    def cleanup(request):
        try:
            yield
        finally:
            trace.append("cleaned up")

    site.get("/")(lambda: "x")
    site.get("/crash")(lambda: 1 / 0)
    for path in ("/", "/crash", "/nope"):
        client(site).get(path)
    assert trace == ["cleaned up"] * 3


class Counting:
    """A callable object as middleware; its state is its own."""

    def __init__(self):
        self.count = 0

    def __call__(self, request):
        self.count += 1
        response = yield
        response.headers["x-count"] = str(self.count)


def test_a_middleware_may_be_a_callable_object(client):
    site, counting = App(), Counting()
    site.middleware(counting)
    site.get("/")(lambda: "x")
    assert [client(site).get("/").header("x-count") for _ in range(2)] == ["1", "2"]


def test_parameters_are_there_after_the_yield(client):
    site, seen = App(), []

    @site.middleware
    def watch(request):
        response = yield
        seen.append(request.params)
        return response

    site.get("/{name}")(lambda name: name)
    client(site).get("/bob")
    assert seen == [{"name": "bob"}]


def test_a_middleware_may_call_before_and_after(client, trace):
    site = App()

    @site.middleware
    def calls(request):
        trace.append((yield call(trace.__len__)))
        response = yield
        trace.append((yield call(trace.__len__)))
        return response

    site.get("/")(lambda: "x")
    assert client(site).get("/").status == 200
    assert trace == [0, 1]
