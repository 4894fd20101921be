from contextlib import ExitStack

import pytest

from tests.end_to_end.exchange import ask_raw, request_bytes
from tests.end_to_end.servers import serving

SERVERS = ("gunicorn sync", "uvicorn httptools", "uvicorn h11")
FORM = "Content-Type: application/x-www-form-urlencoded"
ACCEPT_JSON = "Accept: text/html, application/json;q=0.9"
pytestmark = pytest.mark.server

REQUESTS = {
    "examples.tasks": [
        (200, "GET", "/"),
        (200, "HEAD", "/"),
        (200, "GET", "/tasks"),
        (200, "GET", "/tasks?done=true&done=false&&=&%zz"),
        (400, "GET", "/tasks?done=%ff"),
        (204, "OPTIONS", "/tasks"),
        (405, "PUT", "/tasks", b"x"),
        (405, "PROPFIND", "/tasks"),
        (400, "POST", "/tasks", b"x"),
        (400, "POST", "/tasks", b'"title"'),
        (400, "POST", "/tasks", [b"{", b"}"]),
        (404, "GET", "/tasks%0A"),
        (404, "GET", "/tasks/"),
        (404, "GET", "//tasks"),
        (404, "GET", "/tasks%2F"),
        (404, "DELETE", "/tasks/00000000-0000-4000-8000-000000000000"),
        (200, "GET", "/hello"),
        (200, "GET", "/wait"),
    ],
    "examples.echo": [
        (200, "GET", "/echo?message=a%26b+c%C3%A9"),
        (200, "GET", "/echo?message=a;b=c&message=d"),
        (200, "GET", "/echo?message=%01%00"),
        (200, "GET", "/%65cho?message=x"),  # percent-encoded letters are the letters
        (200, "GET", "http://elsewhere/echo?message=x"),  # RFC 9112, 3.2.2: absolute-form
        (400, "GET", "/echo?message=%ff"),
        (200, "GET", "/json", b"", "Accept: */*"),
        (404, "GET", "/nope", b"", ACCEPT_JSON),
        (404, "GET", "/nope", b"", "Accept: application/json;q=0"),
        (404, "HEAD", "/nope"),
        (405, "POST", "/", b"x", ACCEPT_JSON),
        (405, "DELETE", "/json"),
    ],
    "examples.login": [
        (200, "GET", "/login"),
        (200, "GET", "/welcome/%C3%A9"),
        (200, "GET", "/welcome/b%20b"),
        (200, "GET", "/welcome/a%2Fb"),
        (200, "GET", "/welcome/a%252Fb"),
        (200, "GET", "/welcome/%zz"),
        (200, "GET", "/welcome/%"),
        (404, "GET", "/welcome/%00"),
        (200, "GET", "/welcome/a+b;c=d"),
        (400, "GET", "/welcome/%ff"),
        (404, "GET", "/welcome/a/b"),
        (200, "POST", "/login", b"name=%C3%A9&password=+%2B", FORM),
        (200, "POST", "/login", [b"name=a&pass", b"word=b"], FORM + "; charset=utf-8"),
        (400, "POST", "/login", b"name=a", FORM),
        (415, "POST", "/login", b"name=a"),
        (415, "POST", "/login"),
        (200, "POST", "/login", {"name": "a", "password": "b"}),
        (400, "POST", "/login", {"name": "a"}),
    ],
    "examples.routers": [
        (200, "GET", "/home"),
        (500, "GET", "/about"),
        (500, "GET", "/about", b"", ACCEPT_JSON),
        (500, "HEAD", "/about"),
        (200, "GET", "/about/careers?role=&place=a&place=b"),
        (200, "POST", "/about/careers", {"name": "Ada"}),
        (400, "POST", "/about/careers", b"bad"),
        (400, "POST", "/about/careers", b"\xff"),
        (204, "OPTIONS", "/about/careers"),
        (405, "POST", "/home", b"x"),
    ],
    "examples.pullo": [(200, "GET", "/hello"), (404, "GET", "/nope"), (405, "POST", "/hello")],
    "examples.raw": [(200, "GET", "/hello"), (404, "GET", "/nope"), (200, "HEAD", "/")],
}


@pytest.fixture(scope="module")
def servers(request):
    with ExitStack() as stack:
        yield [stack.enter_context(serving(name, request.param)) for name in SERVERS]


@pytest.mark.parametrize(
    ("servers", "status", "request_"),
    [
        pytest.param(example, status, request, id=" ".join([example, *map(str, request[:2])]))
        for example, rows in REQUESTS.items()
        for status, *request in rows
    ],
    indirect=["servers"],
    scope="module",
)
def test_the_same_bytes_get_the_same_answer_at_both_doors(servers, status, request_):
    octets = request_bytes(*request_)
    of_wsgi, *of_asgi = [ask_raw(server, octets) for server in servers]
    assert of_wsgi.status == status
    assert of_asgi == [of_wsgi, of_wsgi]
