"""What `explain` says is what the App does: on routes and paths that Hypothesis makes up."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from asgi_adapter import ASGIAdapter
from core import App, Response
from lab.explain import Subject, explain
from lab.explain.losing import Asked, answers, difference
from lab.testing import Client

SEGMENTS = st.sampled_from(
    ["a", "b", "", "1", "{%}", "{%:int}", "{%:slug}", "a{%}", "{%}.txt", "v{%:int}", "{%:path}"]
)
ROUTES = st.lists(
    st.tuples(
        st.lists(SEGMENTS, min_size=1, max_size=3),
        st.sets(st.sampled_from(["GET", "POST", "HEAD", "OPTIONS"]), min_size=1),
    ),
    max_size=7,
)
PREFIXES = st.sampled_from(["/a", "/b", "/a/b", "/1/a"])
PATHS = st.lists(
    st.sampled_from(["a", "b", "", "1", "22", "ab", "x.txt", "v1", "a%2Fb", "%C3%A9", "a%00"]),
    min_size=1,
    max_size=4,
).map(lambda segments: "/" + "/".join(segments))
METHODS = st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT"])


def app_of(routes, number, redirects):
    """An App of these routes, those that can't be left out; each answers with its own name."""
    site = App(redirect_slashes=redirects)
    for index, (segments, methods) in enumerate(routes):
        path = "/" + "/".join(it.replace("%", f"p{at}") for at, it in enumerate(segments))
        add(site, path, methods, f"r{number}_{index}")
    return site


def add(site, path, methods, name):
    def handler(request):
        values = {key: str(value) for key, value in request.params.items()}
        return Response(headers={"x-name": name, "x-params": ascii(sorted(values.items()))})

    handler.__qualname__ = name
    with suppress(ValueError):  # it is there already, or {rest:path} is not the last
        site.route(path, methods)(handler)


@given(ROUTES, ROUTES, PREFIXES, PREFIXES, st.booleans(), METHODS, PATHS)
def test_explain_and_the_app_find_the_same(
    routes, inner_routes, prefix, second, redirects, method, path
):
    site = app_of(routes, 0, redirects)
    site.mount(prefix, app_of(inner_routes, 1, redirects))
    if second != prefix:
        site.mount(second, app_of(inner_routes, 2, not redirects))
    told = explain(Subject("made", site, {"asgi": ASGIAdapter(site)}), method, path)
    answer = Client(site, world="asgi").request(method, path)
    if told.winner is not None:
        parameters = sorted((it.name, str(eval(it.value))) for it in told.winner.parameters)
        assert answer.header("x-name") == told.winner.handler
        assert answer.header("x-params") == ascii(parameters)
    else:
        assert answer.header("x-name") is None
        assert answer.status == told.status
        assert answer.header("allow") == told.headers.get("allow")
        assert answer.header("location") == told.headers.get("location")
    winners = [it for it in told.tried if not it.why]
    assert len(winners) <= 1 + path.count("/")  # one in each App on the way
    assert "converter failed" not in str(told)


@given(ROUTES, METHODS, st.lists(st.sampled_from(["a", "b", "", "1", "x.txt"]), min_size=1))
def test_a_route_fits_by_itself_just_where_the_tree_finds_one(routes, method, segments):
    """The sentences are made route by route; the tree is another way to the same."""
    site = app_of(routes, 0, redirects=False)
    path = "/" + "/".join(segments)
    asked = Asked(method, path, segments)
    fitting = [route for route in site.routes if difference(route, asked) is None]
    answer = Client(site, world="wsgi").request(method, path)
    names = {it.handler.function.__qualname__ for it in fitting if answers(it, method)}
    assert (answer.header("x-name") in names) if names else answer.header("x-name") is None
    if answer.status == 405:
        methods = set().union({"OPTIONS"}, *(it.methods for it in fitting))
        methods |= {"HEAD"} if "GET" in methods else set()
        assert set(answer.header("allow").split(", ")) == methods
    assert (answer.status == 404) == (not fitting)
