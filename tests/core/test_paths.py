"""A path's way from the request line to a parameter: decoded once, the same behind both doors."""

import pytest

from asgi_adapter import ASGIAdapter
from core import App
from core.target import split_segments
from lab.testing import Client
from wsgi_adapter import WSGIAdapter


@pytest.fixture
def site():
    site = App()

    @site.get("/one/{value}")
    def one(value):
        return "1:" + value

    @site.get("/two/{first}/{second}")
    def two(first, second):
        return f"2:{first}:{second}"

    @site.get("/rest/{value:path}")
    def rest(value):
        return "rest:" + value

    @site.get("/plain/text")
    def plain():
        return "plain"

    @site.get("/raw")
    def raw(request):
        return {"path": request.path, "raw": request.raw_path, "root": request.root_path}

    return site


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/one/caf%C3%A9", "1:café"),
        ("/one/caf%c3%a9", "1:café"),
        ("/one/b%20b", "1:b b"),
        ("/one/a+b", "1:a+b"),  # a "+" is a space in a query only
        ("/one/a%2Fb", "1:a/b"),
        ("/one/a%2fb", "1:a/b"),
        ("/two/a%2Fb/c", "2:a/b:c"),
        ("/one/%2F", "1:/"),
        ("/one/..%2F..%2Fetc", "1:../../etc"),
        ("/rest/a%2Fb/c", "rest:a/b/c"),
        ("/one/%2525", "1:%25"),  # decoded once
        ("/one/a%252Fb", "1:a%2Fb"),
        ("/one/a%252Fb%2Fc", "1:a%2Fb/c"),
        ("/one/%zz", "1:%zz"),  # RFC 3986, 2.1: no escape, so it stands for itself
        ("/one/%", "1:%"),
        ("/one/%4", "1:%4"),
        ("/%6Fne/x", "1:x"),
        ("/one/%EF%BF%BD", "1:\ufffd"),  # what a server puts for bad bytes, but sent as it is
        ("/one/%F0%9F%9A%B2", "1:🚲"),
        ("/one/a%0A", "1:a\n"),
        ("/plain/text", "plain"),
    ],
)
def test_a_path_is_decoded_once(client, site, path, text):
    answer = client(site).get(path)
    assert (answer.status, answer.text) == (200, text)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/%zz", 404),
        ("/%", 404),
        ("/%00", 404),
        ("/one/a%00b", 404),  # a NUL is in no path, so no handler needs to look for it
        ("/rest/a/%00", 404),
        ("/plain/text%00", 404),
        ("/plain/text%0A", 404),
        ("/plain%2Ftext", 404),  # an encoded "/" separates nothing
        ("/one%2Fx", 404),
        ("/%252Fplain/text", 404),
        ("/%ff", 400),
        ("/one/%ff", 400),
        ("/one/%C3", 400),
        ("/one/a%2Fb%ff", 400),
        ("/one/%ED%A0%80", 400),  # a surrogate is not UTF-8
        ("/one/%C0%AF", 400),  # nor is "/" in two bytes
        ("/../raw", 404),
        ("/./raw", 404),
        ("//raw", 404),
    ],
)
def test_an_odd_path_is_answered_with_its_status(client, site, path, status):
    assert client(site).get(path).status == status


def test_a_root_path_is_taken_off_once_and_decoded_alike(client, site):
    mounted = client(site, root_path="/grüße")
    assert mounted.get("/plain/text").text == "plain"
    assert mounted.get("/one/a%2Fb").text == "1:a/b"
    assert mounted.get("/two/caf%C3%A9/a%2Fb").text == "2:café:a/b"
    assert mounted.get("/one/%ff").status == 400
    assert mounted.get("/raw").json() == {
        "path": "/raw",
        "raw": "/gr%C3%BC%C3%9Fe/raw",
        "root": "/grüße",
    }


def test_a_path_that_begins_like_the_root_path_again_keeps_it(client):
    site = App()
    site.get("/api/x")(lambda: "x")
    assert client(site, root_path="/api").get("/api/x").text == "x"


def test_the_root_of_a_mounted_application_is_its_root(client):
    site = App()
    site.get("/")(lambda: "root")
    assert client(site, root_path="/api").get("").text == "root"
    assert client(site, root_path="/api").get("/").text == "root"


class Rewriting:
    """Native middleware of either world that serves another path than the one that was asked."""

    def __init__(self, application):
        self.application = application

    def __call__(self, first, *rest):
        key = "PATH_INFO" if "PATH_INFO" in first else "path"
        return self.application({**first, key: "/two/rewritten/path"}, *rest)


def test_a_path_rewritten_by_native_middleware_is_not_overruled(client, adapter, site):
    application = adapter(site)
    application.add_middleware(Rewriting)
    assert client(application).get("/one/a%2Fb").text == "2:rewritten:path"


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("http://example.com/one/a%2Fb", "/one/a%2Fb"),  # RFC 9112, 3.2.2: absolute-form
        ("http://example.com", "/"),
        ("/one/a%2Fb?x=%2F", "/one/a%2Fb"),
    ],
)
def test_a_raw_path_is_the_path_of_the_request_target(site, raw, path):
    seen = []
    site.middleware(lambda request: (seen.append(request.raw_path), (yield))[1])
    client = Client(lambda environ, start: WSGIAdapter(site)({**environ, "RAW_URI": raw}, start))
    client.get("/")
    assert seen == [path]


@pytest.mark.parametrize("missing", ["RAW_URI", "raw_path"])
def test_a_server_need_not_tell_the_raw_path(site, missing):
    """Then an encoded "/" can't be told from a plain one, and all else is as it was."""

    def without(first, *rest):
        application = WSGIAdapter(site) if missing == "RAW_URI" else ASGIAdapter(site)
        return application({key: first[key] for key in first if key != missing}, *rest)

    client = Client(without, world="wsgi" if missing == "RAW_URI" else "asgi")
    assert client.get("/raw").json() == {"path": "/raw", "raw": "", "root": ""}
    assert client.get("/one/caf%C3%A9").text == "1:café"
    assert client.get("/one/a%2Fb").status == 404
    assert client.get("/one/%ff").status == 400


def test_an_encoded_slash_is_found_where_a_proxy_has_taken_the_root_path_away():
    assert split_segments("/one/a%2Fb", "/root", "/one/a/b") == ["one", "a/b"]
    assert split_segments("/root/one/a%2Fb", "/root", "/one/a/b") == ["one", "a/b"]
    assert split_segments("/other/a%2Fb", "/root", "/one/a/b") is None
