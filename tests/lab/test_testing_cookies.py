"""The cookies that a client keeps (RFC 6265, 5)."""

import pytest

from core import App, RedirectResponse, Response
from lab.testing import Client


@pytest.fixture
def site():
    """An App that sets what it is told to, and tells what it is sent."""
    site = App()

    @site.post("/")
    @site.post("/{rest:path}")
    def set_cookies(request):
        response = Response("x")
        for line in request.text().splitlines():
            response.headers.add("set-cookie", line)
        return response

    site.get("/")(lambda request: request.header("cookie"))
    site.get("/{rest:path}")(lambda request: request.header("cookie"))
    return site


def test_a_cookie_is_kept_and_sent_back(client, site):
    asking = client(site)
    answer = asking.post("/", body='a="b c"; Path=/\nd=e\n=nameless\nnothing')
    assert answer.cookies == {"a": "b c", "d": "e"}
    assert dict(asking.cookies) == {"a": "b c", "d": "e"}
    assert asking.get("/").text == 'a="b c"; d=e'


def test_a_cookie_can_be_set_and_forgotten(client, site):
    asking = client(site)
    asking.cookies["a"] = "ä"
    asking.cookies["b"] = "1"
    assert asking.get("/x/y").text == 'a="\\303\\244"; b=1'
    del asking.cookies["a"]
    assert (list(asking.cookies), len(asking.cookies)) == (["b"], 1)
    with pytest.raises(KeyError):
        del asking.cookies["a"]
    asking.cookies.clear()
    assert asking.get("/").text == ""


def test_a_requests_own_cookies_come_beside_and_are_not_kept(client, site):
    asking = client(site)
    asking.cookies.update({"a": "1", "b": "2"})
    assert asking.get("/", cookies={"b": "3"}).text == "a=1; b=3"
    assert asking.get("/").text == "a=1; b=2"


def test_a_cookie_header_is_sent_as_it_is(client, site):
    asking = client(site)
    asking.cookies["a"] = "1"
    assert asking.get("/", headers={"Cookie": "b=2"}).text == "b=2"


@pytest.mark.parametrize(
    ("attributes", "sent"),
    [
        ("", True),
        ("; Max-Age=60", True),
        ("; Max-Age=0", False),
        ("; Max-Age=-1", False),
        ("; Max-Age=soon", True),  # 5.2.2: what is no number is ignored
        ("; Expires=Thu, 01 Jan 1970 00:00:00 GMT", False),
        ("; Expires=Thu, 01-Jan-1970 00:00:00 GMT", False),
        ("; Expires=Fri, 31 Dec 2999 23:59:59 GMT", True),
        ("; Expires=never", True),  # 5.2.1: likewise
        ("; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", True),  # 5.3: Max-Age first
        ("; Max-Age=0; Max-Age=60", True),  # 5.3: the last
        ("; Path=/a", True),
        ("; Path=/a/", True),
        ("; Path=/a/b", True),
        ("; Path=/a/b/", False),
        ("; Path=/a/bb", False),
        ("; Path=a", True),  # 5.2.4: the default path
        ("; Secure", False),
        ("; Domain=localhost", True),
        ("; Domain=.LOCALHOST", True),
        ("; Domain=example.com", False),
        ("; HttpOnly; SameSite=Strict", True),
    ],
)
def test_where_and_how_long_a_cookie_is_sent(client, site, attributes, sent):
    asking = client(site)
    asking.post("/a/x", body=f"k=1{attributes}")
    assert asking.get("/a/b").text == ("k=1" if sent else "")


def test_an_expired_cookie_is_dropped(client, site):
    asking = client(site)
    asking.post("/", body="k=1\nk=2; Max-Age=0\nnever=1; Max-Age=0")
    assert dict(asking.cookies) == {}


def test_the_default_path_is_the_directory(client, site):
    asking = client(site)
    asking.post("/a/b", body="k=1")
    assert [asking.get(path).text for path in ("/", "/ab", "/a", "/a/c")] == ["", "", "k=1", "k=1"]


def test_the_longest_path_comes_first(client, site):
    asking = client(site)
    asking.post("/a/b", body="k=1; Path=/\nk=2; Path=/a\nl=3; Path=/")
    assert asking.get("/a/").text == "k=2; k=1; l=3"


def test_a_secure_cookie_is_sent_by_https(client, site):
    asking = client(site, base_url="https://localhost")
    asking.post("/", body="k=1; Secure")
    assert asking.get("/").text == "k=1"


def test_a_cookie_is_its_hosts_or_its_domains(client, site):
    asking = client(site, base_url="http://a.example.com:80")
    asking.post("/", body="own=1\nall=2; Domain=example.com")
    hosts = ["a.example.com", "b.example.com", "example.com", "badexample.com"]
    sent = [asking.get("/", headers={"Host": host}).text for host in hosts]
    assert sent == ["own=1; all=2", "all=2", "all=2", ""]


def test_cookies_are_kept_on_the_way_of_a_redirect(client, site):
    @site.get("/login")
    def login():
        response = RedirectResponse("/home")
        response.set_cookie("user", "ann")
        return response

    assert client(site).get("/login", follow_redirects=True).text == "user=ann"


def test_two_clients_share_no_cookies(site):
    first, second = Client(site), Client(site)
    first.cookies["a"] = "1"
    assert second.get("/").text == ""
