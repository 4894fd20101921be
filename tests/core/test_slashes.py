"""A last "/" is part of a path; `redirect_slashes` sends the client to the other spelling."""

import pytest

from core import App


@pytest.fixture
def site():
    site = App(redirect_slashes=True)
    site.route("/plain", ["GET", "POST"])(lambda: "plain")
    site.get("/slash/")(lambda: "slash")
    site.get("/items/{name}")(lambda name: name)
    site.get("/dirs/{name}/")(lambda name: name)
    site.get("/{rest:path}")(lambda rest: rest)
    return site


@pytest.mark.parametrize("path", ["/plain/", "/slash"])
def test_slashes_are_strict_unless_told_otherwise(client, path):
    site = App()
    site.get("/plain")(lambda: "plain")
    site.get("/slash/")(lambda: "slash")
    assert client(site).get(path).status == 404


@pytest.mark.parametrize(
    ("method", "path", "location"),
    [
        ("POST", "/plain/", "/plain"),
        ("POST", "/slash", "/slash/"),  # its GET is there: the other path has the last word
        ("POST", "/items/a%20b/", "/items/a%20b"),
        ("POST", "/dirs/caf%C3%A9", "/dirs/caf%C3%A9/"),
        ("POST", "/plain/?a=1&b=%2F", "/plain?a=1&b=%2F"),
    ],
)
def test_the_other_spelling_is_told_with_the_query(client, method, path, location):
    site = App(redirect_slashes=True)
    site.route("/plain", ["POST"])(lambda: "plain")
    site.post("/slash/")(lambda: "slash")
    site.post("/items/{name}")(lambda name: name)
    site.post("/dirs/{name}/")(lambda name: name)
    answer = client(site).request(method, path)
    assert (answer.status, answer.header("location")) == (308, location)


def test_a_redirect_stays_under_the_root_path(client, site):
    answer = client(App(redirect_slashes=True), root_path="/é").get("/x/")
    assert answer.status == 404
    site = App(redirect_slashes=True)
    site.get("/x")(lambda: "x")
    assert client(site, root_path="/é").get("/x/").header("location") == "/%C3%A9/x"


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example/a/", "/%2Fevil.example/"])
def test_a_redirect_never_names_another_host(client, path):
    site = App(redirect_slashes=True)
    site.post("/{rest:path}")(lambda rest: rest)
    site.get("/x/{rest:path}")(lambda rest: rest)
    answer = client(site).get(path)
    assert answer.header("location") is None
    assert answer.status in (404, 405)


def test_a_route_that_begins_with_two_slashes_is_not_redirected_to(client):
    site = App(redirect_slashes=True)
    site.get("//evil.example")(lambda: "x")
    assert client(site).get("//evil.example").text == "x"
    assert client(site).get("//evil.example/").status == 404


def test_a_backslash_in_a_redirect_is_encoded(client):
    site = App(redirect_slashes=True)
    site.get("/{name}")(lambda name: name)
    # browsers take "/\\" for "//"
    assert client(site).get("/%5Cevil.example/").header("location") == "/%5Cevil.example"


def test_a_path_with_a_handler_is_not_redirected(client, site):
    assert client(site).get("/plain").text == "plain"
    assert client(site).get("/slash/").text == "slash"
    assert client(site).get("/plain/").text == "plain/"  # the {rest:path} has it


def test_a_path_of_which_neither_spelling_is_there_is_not_found(client):
    site = App(redirect_slashes=True)
    site.get("/a")(lambda: "a")
    assert client(site).get("/b/").status == 404
    assert client(site).get("/").status == 404


def test_an_encoded_slash_is_not_taken_for_a_separator_by_a_redirect(client):
    site = App(redirect_slashes=True)
    site.get("/{a}/{b}/{c}")(lambda a, b, c: "three")
    assert client(site).get("/x/y%2Fz/").status == 404
