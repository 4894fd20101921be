"""`url_for`: the path of a named route, the same as the one that leads to it."""

import pytest

from asgi_adapter.request import ASGIRequest
from core import App, Router


@pytest.fixture
def site():
    site = App()
    site.get("/", name="home")(lambda: "home")
    site.get("/tasks/{number:int}/{note}", name="note")(
        lambda number, note: {"number": number, "note": note}
    )
    site.get("/files/{rest:path}", name="file")(lambda rest: rest)

    @site.get("/here")
    def here(request):
        return request.url_for("note", number=5, note="é")

    return site


def test_a_route_is_named_like_its_handler_or_as_told(site):
    assert site.url_for("here") == "/here"
    assert site.url_for("home") == "/"


@pytest.mark.parametrize("note", ["a", "é", "a/b", "a b", "a%2Fb", "?x=1#y", "%zz", "a+b", "~;:@"])
def test_a_url_leads_back_to_its_parameters(client, site, note):
    url = site.url_for("note", number=5, note=note)
    assert url.isascii()
    assert client(site).get(url).json() == {"number": 5, "note": note}


def test_a_path_parameter_keeps_its_slashes(client, site):
    url = site.url_for("file", rest="a/b c/é")
    assert url == "/files/a/b%20c/%C3%A9"
    assert client(site).get(url).text == "a/b c/é"


@pytest.mark.parametrize(
    ("params", "came"),
    [
        ({"number": 5}, "number"),
        ({}, "nothing"),
        ({"number": 5, "note": "a", "x": 1}, "number, note, x"),
    ],
)
def test_missing_and_further_parameters_are_refused(site, params, came):
    with pytest.raises(ValueError, match="takes number, note") as error:
        site.url_for("note", **params)
    assert (
        str(error.value)
        == f"the path '/tasks/{{number:int}}/{{note}}' takes number, note; got {came}"
    )


def test_a_route_without_parameters_takes_nothing(site):
    with pytest.raises(ValueError, match="takes nothing; got x"):
        site.url_for("home", x=1)


@pytest.mark.parametrize("note", [".", "..", ""])
def test_a_segment_that_would_be_removed_on_the_way_is_refused(site, note):
    with pytest.raises(ValueError, match="'note'"):
        site.url_for("note", number=5, note=note)


def test_a_name_that_no_route_has_is_refused(site):
    with pytest.raises(LookupError, match="'nope' names none"):
        site.url_for("nope")


def test_a_name_of_several_paths_is_refused(site):
    site.get("/other", name="home")(lambda: "other")
    with pytest.raises(LookupError, match="'home' names /, /other"):
        site.url_for("home")


def test_a_name_of_several_methods_of_one_path_is_one(site):
    site.post("/", name="home")(lambda: "posted")
    assert site.url_for("home") == "/"


def test_a_requests_url_is_under_the_root_path(client, site):
    assert client(site).get("/here").text == "/tasks/5/%C3%A9"
    assert client(site, root_path="/api").get("/here").text == "/api/tasks/5/%C3%A9"
    assert client(site, root_path="/gé").get("/here").text == "/g%C3%A9/tasks/5/%C3%A9"


def test_a_root_path_that_is_all_slash_makes_no_host(site):
    scope = {"type": "http", "method": "GET", "path": "/here", "root_path": "/", "headers": []}
    assert ASGIRequest(site, scope, None).url_for("home") == "/"


def test_a_group_knows_the_urls_of_its_own_routes():
    site, router = App(), Router("/r")
    router.get("/x", name="x")(lambda: "x")
    site.include(router, "/in")
    assert router.url_for("x") == "/r/x"
    assert site.url_for("x") == "/in/r/x"


def test_a_parameter_may_be_called_name(client):
    site = App()
    site.get("/{name}", name="one")(lambda request: request.url_for("one", name="b"))
    assert client(site).get("/a").text == "/b"
