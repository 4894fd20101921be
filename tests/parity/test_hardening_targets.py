"""Targets and hosts that no honest client sends, and what an answer may say of them."""

import pytest

from core import App, RedirectResponse

EVIL = "evil.example"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def site():
    site = App(redirect_slashes=True)
    site.get("/one")(lambda: "one")
    site.get("/text/{text}")(lambda text: text)
    site.get("/rest/{rest:path}")(lambda rest: rest)
    site.get("/raw/{text}")(lambda request, text: request.raw_path)
    return site


# What a request line should not hold.


@pytest.mark.parametrize("character", list("\"#<>\\^`{|}[];,'\x7f"))
def test_what_a_target_should_not_hold_stands_for_itself(client, site, character):
    """RFC 3986, 2: it should have been encoded. Servers pass it on or refuse it, we take it."""
    for path in ("text", "rest"):
        answer = client(site).get(f"/{path}/a{character}b")
        assert (answer.status, answer.text) == (200, f"a{character}b")
    assert client(site).get(f"/one{character}").status == 404


@pytest.mark.parametrize(
    ("target", "status", "location"),
    [
        ("/one#/../text/a", 404, None),  # no fragment leads to another route
        ("/nope#/one", 404, None),
        ("/one/#", 404, None),
        ("//evil.example/one", 404, None),
        ("//evil.example/one/", 404, None),
        ("/\\evil.example", 404, None),
        ("/one/", 308, "/one"),
        ("//one/", 404, None),
        ("/%2Fevil.example/one/", 404, None),
        ("/%5Cevil.example", 404, None),
        ("/text//evil.example", 404, None),
    ],
)
def test_no_target_leads_to_another_host_or_route(client, site, target, status, location):
    answer = client(site).get(target)
    assert (answer.status, answer.header("location")) == (status, location)


@pytest.mark.parametrize(
    ("target", "statuses"),
    [
        ("http://evil.example/one", {"wsgi": 400, "asgi": 200}),  # WSGI servers hand over a path
        ("http://evil.example/nope", {"wsgi": 400, "asgi": 404}),
        ("http://evil.example", {"wsgi": 400, "asgi": 404}),
        ("one", {"wsgi": 400, "asgi": 400}),
        ("#one", {"wsgi": 400, "asgi": 400}),
        ("evil.example:443", {"wsgi": 400, "asgi": 400}),  # RFC 9112, 3.2.3: authority-form
        ("javascript:one", {"wsgi": 400, "asgi": 400}),
        ("*", {"wsgi": 404, "asgi": 404}),
    ],
)
def test_what_is_no_path_is_made_one_or_refused(client, world, site, target, statuses):
    """A server that passes it on breaks PEP 3333, so the validator is left out."""
    answer = client(site, validate=False).get(target)
    assert answer.status == statuses[world]
    assert EVIL not in answer.text + str(answer.headers)


# The host that a client says it asks.


@pytest.mark.parametrize("host", [EVIL, "a b", f"{EVIL}/x", f"localhost@{EVIL}", SCRIPT])
def test_a_host_is_in_no_answer_of_its_own_accord(client, host):
    """Links and redirects are paths, so what a client says of the host gets nowhere."""
    site = App(redirect_slashes=True)
    site.get("/one", name="one")(lambda: "one")
    site.get("/link")(lambda request: request.url_for("one"))
    site.get("/away")(lambda request: RedirectResponse(request.url_for("one")))
    site.get("/bug")(lambda: 1 / 0)
    doors = client(site, headers={"Host": host})
    asked = [("GET", path) for path in ("/one", "/one/", "/link", "/away", "/bug", "/nope")]
    for method, path in [*asked, ("POST", "/one"), ("OPTIONS", "/one")]:
        answer = doors.request(method, path)
        assert answer.status in (200, 204, 302, 308, 404, 405, 500)
        assert host not in answer.text + str(answer.headers)
