"""Requests that are made to cost much: four times as large, they cost about four times as much.

The parsers of single header fields, and bodies as they come, have such tests beside their others
(`test_cookies`, `test_query_and_form`, `test_error_pages`, `test_body`, `test_streams_in`).
"""

import pytest

from asgi_adapter import response
from asgi_adapter.request import ASGIRequest
from core import App, Converter, NotFound, fields
from core.route import make_route
from core.target import split_segments
from core.tree import PathTree
from wsgi_adapter.request import WSGIRequest

SMALL, LARGE = 5_000, 20_000
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


# Header fields.


def environ_of(pairs):
    """The environ of a request with these fields, those of one name joined as servers join them."""
    values = {}
    for name, value in pairs:
        values.setdefault("HTTP_" + name.upper().replace("-", "_"), []).append(value)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "a", "SERVER_PORT": "80"}
    return environ | {key: ",".join(its) for key, its in values.items()}


def scope_of(pairs):
    """The scope of a request with these fields."""
    headers = [(name.lower().encode(), value.encode()) for name, value in pairs]
    return {"type": "http", "method": "GET", "path": "/", "headers": headers}


def read_all(request):
    """Work out everything that is made of a request's header fields."""
    for name in ("x-0", "x-a", "cookie", "nope"):
        request.header(name)
        request.headers.get_all(name)
    return request.headers.items(), request.cookies, request.content_type, request.body_length()


@pytest.mark.parametrize(
    "field",
    [
        lambda number: (f"X-{number}", "1"),
        lambda number: ("X-A", "1"),
        lambda number: ("Cookie", f"a{number}=1; b"),
        lambda number: ("Content-Type", "text/html;"),
    ],
    ids=["of different names", "of one name", "of cookies", "of media types"],
)
def test_a_flood_of_header_fields_costs_in_proportion(world, growth, field):
    def ask(given):
        if world == "wsgi":
            return read_all(WSGIRequest(App(), given))
        return read_all(ASGIRequest(App(), given, None))

    of = environ_of if world == "wsgi" else scope_of
    small, large = (of([field(number) for number in range(count)]) for count in (SMALL, LARGE))
    assert growth(ask, small, large) < 8


def test_what_is_remembered_of_header_fields_is_bounded():
    """Fields of a response that come again are encoded once; what clients make up is no such."""
    response.encoded([(f"x-{number}", str(number)) for number in range(10_000)])
    assert len(response._encoded) <= 2_000


# The query and forms.


@pytest.mark.parametrize("separator", ["&", "a=1&", "a&"])
def test_a_hundred_thousand_fields_are_refused_unparsed(client, monkeypatch, separator):
    monkeypatch.delattr(fields, "Fields")  # who parses all makes them
    site = App()
    site.get("/")(lambda request: request.query.items())
    site.post("/")(lambda request: request.form().items())
    text = separator * 100_000
    assert client(site).get("/?" + text).status == 400
    assert client(site).post("/", body=text, headers=FORM).status == 413


# Paths.


@pytest.fixture
def tree():
    """Routes of which a path of many segments may be many."""
    tree = PathTree(redirect_slashes=True)
    paths = ["/a/{x}/a", "/{x}/{y}", "/{x:int}/a", "/a/{x:path}", "/a/b-{x}", "/{x}/b/{y:path}"]
    for path in [*paths, "/x/{x}/y/{y}/z/{z}/{rest:path}"]:
        tree.add(make_route(path, lambda: None, ["POST"]))
    return tree


@pytest.mark.parametrize("piece", ["/a", "/", "a", "/b-", "/9", "/.."])
def test_a_long_path_costs_in_proportion(tree, growth, piece):
    def match(path):
        try:
            tree.match("GET", path)
        except Exception as error:
            return error

    assert growth(match, "/" + piece * SMALL, "/" + piece * LARGE) < 8


@pytest.mark.parametrize("piece", ["%2F", "/%2f", "%", "%41", "%25"])
def test_a_long_path_as_it_was_sent_costs_in_proportion(growth, piece):
    def split(raw):
        return split_segments(raw, "/root", "/nope")

    assert growth(split, "/%2F" + piece * SMALL, "/%2F" + piece * LARGE) < 8


def test_no_part_of_a_path_is_looked_at_twice_for_one_place_in_the_tree():
    """However many routes begin alike: two kinds in each of 8 places would be 256 ways."""
    tried = []

    def converter(name):
        return Converter(name, lambda text: tried.append(name) or text)

    tree, kinds = PathTree(), {name: converter(name) for name in ("one", "two")}
    for number in range(2**8):
        bits = [(number >> bit) & 1 for bit in range(8)]
        path = "".join(f"/{{p{place}:{('one', 'two')[bit]}}}" for place, bit in enumerate(bits))
        tree.add(make_route(path + "/end", lambda: None, ["GET"], converters=kinds))
    with pytest.raises(NotFound):
        tree.match("GET", "/x" * 8 + "/other")
    assert len(tried) == sum(2**place for place in range(1, 9))  # the places that there are


# JSON.


@pytest.mark.parametrize(
    "member",
    ['"{}": 0', '"{}": []', '"a": {}', '"a": ' + "9" * 400, '"\\n{}": "\\u00e9"'],
    ids=["names", "lists", "one name", "long integers", "escapes"],
)
def test_a_flood_of_members_costs_in_proportion(growth, member):
    def read(body):
        request = WSGIRequest(App(), environ_of([]))
        request.body = body
        return request.json()

    small, large = (
        b"{" + ", ".join(member.replace("{}", str(n)) for n in range(count)).encode() + b"}"
        for count in (SMALL, LARGE)
    )
    assert growth(read, small, large) < 8


def test_whatever_a_client_names_is_text(client):
    """Python hashes text with a secret of the process, so nobody can make names that collide."""
    site = App()

    @site.post("/{name:int}")
    def names(request, name):
        named = [request.json(), request.json()["1"], request.query, request.cookies]
        assert type(name) is int  # a value, and no name
        return [type(key).__name__ for keys in (*named, request.headers) for key in keys]

    answer = client(site).post("/1?1=1", json={"1": {"2": 3}}, cookies={"1": "1"})
    assert set(answer.json()) == {"str"}
