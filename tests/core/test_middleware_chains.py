"""The runners of a middleware serve one request after the other, and never two at once."""

import gc
import weakref

import pytest

from core import App, Forbidden, Response


def test_a_request_that_is_over_is_not_kept_by_its_middleware(client):
    seen = []
    site = App()

    @site.middleware
    def look(request):
        request.state.mine = mine = set()  # only the request has it
        seen.append(weakref.ref(mine))
        del mine
        yield

    site.get("/", inline=True)(lambda: "x")
    asked = client(site)
    asked.get("/")
    asked.get("/nowhere")
    gc.collect()
    assert [reference() for reference in seen] == [None, None]


def test_a_middleware_that_raised_serves_the_next_request(client):
    order = []
    site = App()

    @site.middleware
    def outer(request):
        order.append("outer in")
        try:
            response = yield
        finally:
            order.append("outer out")
        return response

    @site.middleware
    def inner(request):
        if request.path == "/inwards":
            raise LookupError("inwards")
        response = yield
        if request.path == "/outwards":
            raise LookupError("outwards")
        return response

    @site.error(LookupError)
    def lost(request, error):
        return str(error)

    for path in ("/inwards", "/outwards", "/fine"):
        site.get(path, inline=True)(lambda: "fine")
    asked = client(site)
    paths = ["/inwards", "/fine", "/outwards", "/fine", "/nowhere", "/fine"]
    answers = [asked.get(path) for path in paths]
    assert [answer.status for answer in answers] == [500, 200, 500, 200, 404, 200]
    assert [answer.text for answer in answers][:4] == ["inwards", "fine", "outwards", "fine"]
    assert order == ["outer in", "outer out"] * 6


@pytest.mark.world("wsgi")  # under an event loop no second one runs
def test_a_request_inside_another_has_middleware_of_its_own(client):
    site = App()

    @site.middleware
    def mark(request):
        response = yield
        response.headers["x-path"] = request.path
        return response

    asked = client(site)
    site.get("/inner", inline=True)(lambda: "x")

    @site.get("/outer", inline=True)
    def outer():
        return client(site).get("/inner").headers["x-path"]

    answer = asked.get("/outer")
    assert (answer.text, answer.headers["x-path"]) == ("/inner", "/outer")


def test_a_middleware_that_is_added_later_is_around_the_next_request(client):
    site = App()

    @site.middleware
    def first(request):
        response = yield
        response.headers["x-first"] = "1"
        return response

    def second(request):
        response = yield
        response.headers["x-second"] = "1"
        return response

    @site.get("/", inline=True)
    def add():
        if not added:
            added.append(site.middleware(second))
        return Response("x")

    added = []
    asked = client(site)
    answers = [asked.get("/") for _ in range(3)]
    assert ["x-second" in answer.headers for answer in answers] == [False, True, True]
    assert all("x-first" in answer.headers for answer in answers)


def test_a_middleware_is_around_every_request_that_comes_after_it(client):
    """Also where a thread adds it while another one puts its chain away."""

    class Adding(list):
        def append(self, chain):
            if len(site._middleware) == 1:
                site.middleware(guard)
            super().append(chain)

    def guard(request):
        raise Forbidden()
        yield

    site = App()

    @site.middleware
    def first(request):
        return (yield)

    site.get("/", inline=True)(lambda: "x")
    site._idle = Adding()
    asked = client(site)
    assert [asked.get("/").status for _ in range(3)] == [200, 403, 403]
