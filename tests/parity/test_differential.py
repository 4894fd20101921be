"""The same request through both adapters gives the same answer, whatever it is (requirement R3)."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asgi_adapter import ASGIAdapter
from core import App, Forbidden, RedirectResponse, Response, call
from lab.testing import Client
from wsgi_adapter import WSGIAdapter

pytestmark = pytest.mark.usefixtures("unwatched")  # what is received is compared too


@dataclass
class Seen:
    """What a handler finds in a request."""

    method: str
    path: str
    raw_path: str
    root_path: str
    query: list[tuple[str, str]]
    cookies: dict[str, str]
    headers: list[tuple[str, str]]
    body: str
    host: str


def make_site():
    """An App with a route of every kind."""
    site = App(max_body=30, max_fields=6, redirect_slashes=True)

    def look(request):
        return Seen(
            request.method,
            request.path,
            request.raw_path,
            request.root_path,
            request.query.items(),
            request.cookies,
            sorted(request.headers.items()),
            request.body.decode("latin-1"),
            request.host,
        )

    @site.middleware
    def mark(request):
        seen = yield call(len, request.path)
        response = yield
        response.headers["x-length"] = str(seen)
        return response

    @site.route("/look/{rest:path}", ["GET", "POST", "PUT"])
    def seen(request):
        return look(request)

    @site.route("/async/{name}", ["POST", "DELETE"])
    async def seen_async(request, name):
        return look(request)

    site.get("/items/{number}")(annotated)
    site.get("/items/{number}/")(lambda number: f"/{number}")
    site.get("/days/{day}")(days)
    site.post("/form")(lambda request: request.form().items())
    site.post("/json")(lambda request: {"json": request.json()})
    site.post("/text", max_body=5)(lambda request: request.text())
    site.get("/body", max_body=5)(lambda request: request.body)
    site.route("/stream", ["GET", "POST"], stream=True)(lambda request: b"".join(request.stream))

    @site.put("/stream-async", stream=True, max_body=5)
    @site.post("/stream-async", stream=True)
    async def stream(request):
        return b"".join([chunk async for chunk in request.stream])

    site.get("/wrong")(lambda: None)
    site.get("/crash")(lambda: 1 / 0)
    site.get("/empty")(lambda: Response(status=204))
    site.get("/away")(lambda request: RedirectResponse(request.url_for("annotated", number=5)))
    site.head("/head")(lambda: Response(headers={"content-length": "7"}))

    @site.get("/forbidden")
    async def forbidden():
        raise Forbidden("no")

    @site.error(ZeroDivisionError)
    async def divided(request, error):
        return {"error": str(error)}

    return site


def annotated(number: int):
    return {"number": number}


def days(day: date):
    return day.isoformat()


ROOT = "/gr\u00fc\u00dfe"
SITE = make_site()
DOORS = [Client(WSGIAdapter(SITE), ROOT), Client(ASGIAdapter(SITE), ROOT)]

ROUTES = ["look", "async", "items", "days", "form", "json", "text", "body", "wrong", "crash"]
ROUTES += ["stream", "stream-async", "empty", "away", "head", "forbidden", "nope"]
PIECES = [*ROUTES, "5", "2024-02-29", "a", "%2F", "%2f", "%25", "%zz", "%", "%ff", "%C3%A9", "%00"]
PIECES += ["%0A", ".", "..", "", "~", "+", "%EF%BF%BD", ":", "@", "%5C", "é".encode().hex()]

segments = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)
paths = st.one_of(
    st.tuples(st.sampled_from(ROUTES), st.lists(segments, max_size=2)).map(
        lambda parts: "/".join(["", parts[0], *parts[1]])
    ),
    st.lists(segments, max_size=4).map(lambda parts: "/" + "/".join(parts)),
    st.text(max_size=8).map(lambda text: "/look/" + quote(text, safe="/", errors="replace")),
)
queries = st.text("ab=&+%2;éC3A9f", max_size=12).map(lambda text: quote(text, safe="=&+%;"))
methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "get", "X"])

# a value as a server passes it on: latin-1, no control characters, nothing around it
values = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"]))
values = values.map(str.strip).filter(lambda text: text == text.strip(" \t"))
types = st.sampled_from(
    ["application/x-www-form-urlencoded", "application/json", "text/plain", "x"]
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Accept": st.sampled_from(["application/json", "text/html", "*/*", "application/json;q=0"]),
        "Cookie": values | st.text('ab=;," \\1', max_size=10).map(str.strip),
        "Content-Type": types,
        "Content-Encoding": st.sampled_from(["gzip", "identity"]),
        "Host": st.sampled_from(["example.com", "localhost:1", "a b", "[::1]"]),
        "X-A": values,
        "X_Under": values,
    },
)
bodies = st.one_of(
    st.binary(max_size=40),
    st.lists(st.binary(max_size=12), max_size=4),
    st.sampled_from([b'{"a": [1, null]}', b"a=1&b=%C3%A9", b"a=%ff", b"{", b"a&a&a&a&a&a&a&a"]),
)


@settings(max_examples=200, deadline=None)
@given(methods, paths, queries, headers, bodies)
@example("GET", "/look/a%2Fb", "", {}, b"")
@example("GET", "/%ff", "", {}, b"")
@example("POST", "/look/x", "a=%ff", {}, b"")
@example("POST", "/text", "", {}, [b"abc", b"def"])
@example("GET", "/items/5", "", {"Cookie": 'a="\\303\\251"'}, b"")
@pytest.mark.filterwarnings("error")
def test_both_doors_give_the_same_answer(method, path, query, headers, body):
    wsgi, asgi = (
        door.request(method, f"{path}?{query}", headers=headers, body=body) for door in DOORS
    )
    assert wsgi == asgi
    assert bool(wsgi.taken) is bool(asgi.taken)
    assert 200 <= wsgi.status < 600
    assert wsgi.status != 500 or path.startswith(("/wrong", "/crash"))


def test_the_routes_are_reached():
    """So that the test above compares more than pages of 404."""
    asked = {"/look/x": 200, "/items/5": 200, "/items/x": 308, "/days/2024-02-29": 200}
    asked |= {"/crash": 500, "/wrong": 500, "/empty": 204, "/away": 302, "/forbidden": 403}
    asked |= {"/look/x?a&b&c&d&e&f&g": 400, "/body": 200, "/form": 405, "/items/5//": 308}
    for door in DOORS:
        assert {path: door.get(path).status for path in asked} == asked
