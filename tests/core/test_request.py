"""A request as a handler sees it, the same behind both doors."""

import pytest

from core import Address, App


def ask(client, look, *, root_path="", method="GET", target="/", **options):
    """What a handler finds when it looks at the request."""
    found = []
    site = App()

    @site.route("/{rest:path}", [method])
    def handler(request):
        found.append(look(request))
        return "x"

    site.route("/", [method])(handler)
    assert client(site, root_path=root_path).request(method, target, **options).status == 200
    return found[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("method", "POST"),
        ("path", "/café/x"),
        ("raw_path", "/r/caf%C3%A9/x"),
        ("query_string", "a=%20&b"),
        ("scheme", "http"),
        ("host", "localhost:8000"),
        ("client", Address("127.0.0.1", 50000)),
        ("root_path", "/r"),
        ("server", "127.0.0.1:8000"),
        ("content_type", "text/plain"),
        ("body", b"hi"),
        ("params", {"rest": "café/x"}),
    ],
)
def test_what_a_request_tells(client, name, value):
    found = ask(
        client,
        lambda request: getattr(request, name),
        root_path="/r",
        method="POST",
        target="/caf%C3%A9/x?a=%20&b",
        headers={"Content-Type": "Text/Plain; charset=utf-8"},
        body=b"hi",
    )
    assert found == value


def test_a_request_shows_what_it_is(client):
    assert ask(client, repr, target="/a%20b") == "<Request GET '/a b'>"


def test_headers_query_and_cookies_are_read_once(client):
    def look(request):
        return [
            request.headers is request.headers,
            request.query is request.query,
            request.cookies is request.cookies,
            request.state is request.state,
        ]

    assert ask(client, look) == [True] * 4


def test_a_lazy_attribute_is_documented_on_the_class():
    from core import Request

    assert Request.headers.__doc__ == "The request's header fields."


@pytest.mark.parametrize("name", ["cookie", "content-type", "content-length", "x-a"])
def test_a_single_header_is_what_all_of_them_say(client, name):
    def look(request):
        return request.header(name), request.header(name.upper()), request.headers[name]

    found = ask(
        client,
        look,
        method="POST",
        body=b"x",
        headers={"Cookie": "a=b", "Content-Type": "a/b", "X-A": "é"},
    )
    assert len(set(found)) == 1
    assert ask(client, lambda request: request.header("x-nope")) == ""


def test_the_app_and_a_requests_own_state_are_at_hand(client):
    site = App()
    site.state.greeting = "hi"

    @site.middleware
    def user(request):
        request.state.user = "bob"
        return (yield)

    site.get("/")(lambda request: f"{request.app.state.greeting} {request.state.user}")
    site.get("/set")(lambda request: setattr(request.state, "secret", 1) or "set")
    site.get("/get")(lambda request: {"secret": hasattr(request.state, "secret")})
    assert client(site).get("/").text == "hi bob"
    assert client(site).get("/set").text == "set"
    assert client(site).get("/get").json() == {"secret": False}


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "example.com:80",
        "EXAMPLE.com",
        "127.0.0.1:8000",
        "[::1]",
        "[::1]:8000",
        "a_b",
    ],
)
def test_a_host_is_as_the_client_says(client, host):
    assert ask(client, lambda request: request.host, headers={"Host": host}) == host


def test_a_client_that_sends_no_host_gets_the_servers_name(client):
    assert ask(client, lambda request: request.host, http_version="1.0") == "127.0.0.1:8000"


@pytest.mark.parametrize(
    "hosts",
    [
        [""],
        ["a b"],
        ["a/b"],
        ["a@b"],
        ["a\\b"],
        ["a:"],
        ["a:b"],
        ["a:123456"],
        ["[::1"],
        ["é"],
        ["example.com\n"],
        ["a", "b"],
        ["a", "a"],
    ],
)
def test_a_malformed_or_repeated_host_is_a_400(client, hosts):
    site = App()
    site.get("/")(lambda request: request.host)
    site.get("/other")(lambda: "not asked for")
    headers = [("Host", host) for host in hosts]
    assert client(site).get("/", headers=headers).status == 400
    assert client(site).get("/other", headers=headers).text == "not asked for"


def test_forwarded_headers_change_nothing(client):
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "host=evil.example;proto=https",
    }
    found = ask(
        client,
        lambda request: (request.host, request.scheme, request.client.host, request.root_path),
        headers=headers,
    )
    assert found == ("localhost:8000", "http", "127.0.0.1", "")


def test_a_request_is_what_its_server_gave_it(client, world):
    """The raw environ or scope is at hand for what is special to a server."""

    def look(request):
        return request.environ["RAW_URI"] if world == "wsgi" else request.scope["raw_path"]

    assert ask(client, look) == {"wsgi": "/", "asgi": b"/"}[world]
