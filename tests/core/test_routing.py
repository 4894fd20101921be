"""Which handler answers a path and a method, and what answers where none does."""

import pytest

from core import App, Response
from core.router import Router


def named(site, route, name, methods=("GET",)):
    """Register a handler that answers with its name and the path's parameters."""

    def handler(request):
        return {"name": name, "params": {key: str(value) for key, value in request.params.items()}}

    site.route(route, methods, name=name)(handler)


@pytest.fixture
def site():
    site = App()
    for route in (
        "/",
        "/tasks",
        "/tasks/{id:int}",
        "/tasks/{name}",
        "/tasks/new",
        "/tasks/{id:int}/notes/{note}",
        "/files/{rest:path}",
        "/files/{name}.txt",
        "/files/v{major:int}",
        "/a.b",
        "/a(b",
        "/é",
    ):
        named(site, route, route)
    return site


@pytest.mark.parametrize(
    ("path", "name", "params"),
    [
        ("/", "/", {}),
        ("/tasks", "/tasks", {}),
        ("/tasks/5", "/tasks/{id:int}", {"id": "5"}),  # a narrower kind before a wider one
        ("/tasks/x", "/tasks/{name}", {"name": "x"}),
        ("/tasks/new", "/tasks/new", {}),  # plain text before a parameter
        ("/tasks/5/notes/a", "/tasks/{id:int}/notes/{note}", {"id": "5", "note": "a"}),
        ("/files/a/b/c", "/files/{rest:path}", {"rest": "a/b/c"}),
        ("/files/a", "/files/{rest:path}", {"rest": "a"}),
        ("/files/a.txt", "/files/{name}.txt", {"name": "a"}),  # text around it before none
        ("/files/.txt", "/files/{rest:path}", {"rest": ".txt"}),  # a parameter is not empty
        ("/files/v2", "/files/v{major:int}", {"major": "2"}),
        ("/files/v", "/files/{rest:path}", {"rest": "v"}),
        ("/files/a/", "/files/{rest:path}", {"rest": "a/"}),
        ("/a.b", "/a.b", {}),
        ("/a(b", "/a(b", {}),
        ("/%C3%A9", "/é", {}),
    ],
)
def test_a_path_has_its_handler(client, site, path, name, params):
    assert client(site).get(path).json() == {"name": name, "params": params}


@pytest.mark.parametrize(
    "path",
    [
        "/nope",
        "/tasks/",
        "/tasks//",
        "//tasks",
        "/Tasks",
        "/aXb",  # a "." is a ".", not any character
        "/tasks%0A",  # a match ends where the path ends
        "/tasks/5/notes/a%0A/",
        "/files/",
        "/tasks/5/notes/",
        "/tasks/x/notes/a",
    ],
)
def test_a_path_without_a_handler_is_not_found(client, site, path):
    assert client(site).get(path).status == 404


def test_a_405_allows_every_method_of_the_path_whatever_its_route(client):
    site = App()
    named(site, "/tasks/new", "new", ["GET"])
    named(site, "/tasks/{id:int}", "number", ["DELETE"])
    named(site, "/tasks/{name}", "name", ["PATCH", "PUT"])
    named(site, "/{rest:path}", "rest", ["POST"])
    answers = {
        path: client(site).request("TRACE", path).header("allow")
        for path in ("/tasks/new", "/tasks/5", "/tasks/x", "/x")
    }
    assert answers == {
        "/tasks/new": "GET, HEAD, OPTIONS, PATCH, POST, PUT",
        "/tasks/5": "DELETE, OPTIONS, PATCH, POST, PUT",
        "/tasks/x": "OPTIONS, PATCH, POST, PUT",
        "/x": "OPTIONS, POST",
    }


@pytest.mark.parametrize("method", ["PUT", "get", "NOSUCH", "X-Y"])
def test_a_method_without_a_handler_is_refused_with_allow(client, site, method):
    answer = client(site).request(method, "/tasks")
    assert answer.status == 405  # RFC 9110, 9.1: methods are case-sensitive
    assert answer.header("allow") == "GET, HEAD, OPTIONS"


def test_a_later_route_answers_the_methods_that_a_narrower_one_does_not(client):
    site = App()
    named(site, "/tasks/new", "exact", ["GET"])
    named(site, "/tasks/{name}", "parameter", ["GET", "POST"])
    assert client(site).get("/tasks/new").json()["name"] == "exact"
    assert client(site).post("/tasks/new").json()["name"] == "parameter"


def test_the_method_of_a_form_field_overrides_nothing(client, site):
    answer = client(site).get("/tasks?_method=DELETE", headers={"X-HTTP-Method-Override": "PUT"})
    assert answer.status == 200


def test_head_is_answered_as_get_without_the_body(client, site):
    get, head = client(site).get("/tasks"), client(site).head("/tasks")
    assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")
    assert client(site).head("/tasks/5").status == 200
    assert client(site).head("/nope").status == 404
    assert client(site).head("/nope").body == b""


@pytest.mark.parametrize("head_first", [True, False])
def test_an_explicit_head_counts(client, head_first):
    site = App()

    def get():
        raise AssertionError("HEAD has a handler of its own")

    def head():
        return Response(headers={"content-length": "1234", "x-head": "yes"})

    for method, handler in [("HEAD", head), ("GET", get)][:: 1 if head_first else -1]:
        site.route("/", [method])(handler)
    answer = client(site).head("/")
    assert answer.header("x-head") == "yes"
    assert answer.all("content-length") == ["1234"]  # RFC 9110, 8.6: that of GET's body


def test_options_tells_the_methods(client, site):
    answer = client(site).options("/tasks")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.header("allow") == "GET, HEAD, OPTIONS"
    assert client(site).options("/nope").status == 404


def test_an_explicit_options_counts(client, site):
    site.options("/tasks")(lambda: "mine")
    assert client(site).options("/tasks").text == "mine"
    assert client(site).request("PUT", "/tasks").header("allow") == "GET, HEAD, OPTIONS"


def test_every_method_has_its_decorator(client):
    site = App()
    router = Router("/r")
    for owner in (site, router):
        for method in ("get", "post", "put", "patch", "delete", "options"):
            getattr(owner, method)(f"/{method}")(lambda request: request.method)
    site.include(router)
    for method in ("get", "post", "put", "patch", "delete", "options"):
        for path in (f"/{method}", f"/r/{method}"):
            assert client(site).request(method.upper(), path).text == method.upper()


def test_ten_thousand_routes_cost_no_more_than_ten(growth):
    """A match depends on the path, not on the number of routes."""

    def site_with(count):
        site = App()
        for number in range(count):
            named(site, f"/a{number}/{{id}}", f"a{number}")
        return site

    def match(site):
        for _ in range(300):
            site.tree.match("GET", "/a5/x")

    assert growth(match, site_with(10), site_with(2_000)) < 2
