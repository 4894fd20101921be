"""An App below a prefix of another: inside its middleware, and else as if it stood alone."""

import asyncio

import pytest

from core import App, HTTPError, Response, Router, call
from core.mounts import Mount
from core.response import StreamingResponse


def telling(request, **params):
    """A handler that tells what it sees of its request."""
    return {
        "path": request.path,
        "root": request.root_path,
        "params": {name: str(value) for name, value in params.items()},
        "raw": request.raw_path,
    }


@pytest.fixture
def inner():
    inner = App()

    @inner.get("/")
    def home(request):
        return telling(request)

    @inner.get("/users/{number:int}")
    def user(request, number):
        return telling(request, number=number)

    @inner.get("/files/{name}")
    async def file(request, name):
        return telling(request, name=name)

    @inner.post("/echo")
    def echo(request):
        return request.body

    return inner


@pytest.fixture
def outer(inner):
    outer = App()
    outer.get("/", name="home")(lambda: "outer")
    outer.mount("/admin", inner)
    return outer


# What the App inside sees.


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/admin", "/"),  # as a server does at the very root of an application
        ("/admin/", "/"),
        ("/admin/users/5", "/users/5"),
        ("/admin/files/%C3%A9", "/files/é"),
    ],
)
def test_the_path_is_without_the_prefix_which_is_in_the_root_path(client, outer, asked, path):
    seen = client(outer).get(asked).json()
    assert (seen["path"], seen["root"], seen["raw"]) == (path, "/admin", asked)


def test_a_servers_own_root_path_comes_before_the_prefix(client, outer):
    seen = client(outer, root_path="/site").get("/admin/users/5").json()
    assert (seen["path"], seen["root"]) == ("/users/5", "/site/admin")
    assert seen["raw"] == "/site/admin/users/5"


def test_an_encoded_slash_stays_in_its_segment(client, outer):
    seen = client(outer).get("/admin/files/a%2Fb").json()
    assert (seen["path"], seen["params"]) == ("/files/a/b", {"name": "a/b"})


def test_an_encoded_slash_ends_no_prefix(client, outer):
    assert client(outer).get("/admin%2Fusers/5").status == 404


def test_a_prefix_ends_where_a_segment_does(client, outer):
    assert client(outer).get("/administrator").status == 404


def test_the_request_is_that_of_the_app_inside_and_all_else_is_shared(client, inner, outer):
    @inner.get("/who")
    def who(request):
        request.state.seen.append("inner")
        native = getattr(request, "environ", None) or request.scope
        same = [request.app is inner, request.route.path, request.query["q"], request.cookies]
        return [*same, request.headers["x-y"], request.state.seen, "root_path" in str(native)]

    @outer.middleware
    def mark(request):
        request.state.seen = ["outer"]
        return (yield)

    headers = {"x-y": "z", "cookie": "a=1"}
    answer = client(outer, headers=headers).get("/admin/who?q=1").json()
    assert answer[:6] == [True, "/who", "1", {"a": "1"}, "z", ["outer", "inner"]]


def test_what_neither_request_has_is_an_attribute_error(client, inner, outer):
    @inner.get("/nothing")
    def nothing(request):
        return str(hasattr(request, "nothing"))

    assert client(outer).get("/admin/nothing").text == "False"


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_handler_of_either_kind_runs(client, kind, inner, outer):
    def plain(request):
        return request.path

    async def waiting(request):
        await asyncio.sleep(0)
        return request.path

    inner.get("/kind")(plain if kind == "def" else waiting)
    assert client(outer).get("/admin/kind").text == "/kind"


def test_a_body_is_read_with_the_limit_of_the_app_inside(client):
    inner, outer = App(max_body=3), App(max_body=10)
    inner.post("/")(lambda request: request.body)
    outer.post("/outer")(lambda request: request.body)
    outer.mount("/in", inner)
    asking = client(outer)
    assert asking.post("/in", body=b"123").body == b"123"
    assert asking.post("/in", body=b"1234").status == 413
    assert asking.post("/outer", body=b"1234").body == b"1234"


def test_a_body_may_be_read_as_it_comes(client, inner, outer):
    @inner.post("/stream", stream=True)
    def stream(request):
        return b"".join(request.stream)

    assert client(outer).post("/admin/stream", body=[b"a", b"b"]).body == b"ab"


def test_the_app_outside_may_look_at_the_body_afterwards(client, outer):
    bodies = []

    @outer.middleware
    def look(request):
        response = yield
        bodies.append(request.body)
        return response

    client(outer).post("/admin/echo", body=b"hey")
    client(outer).post("/admin/nope", body=b"hey")  # answered unread
    assert bodies == [b"hey", b""]


# What it answers.


def test_its_404_and_405_are_its_own(client, inner, outer):
    outer.error(404)(lambda request, error: "outer's")
    outer.error(405)(lambda request, error: "outer's")
    inner.error(404)(lambda request, error: f"no {request.path}")
    asking = client(outer)
    assert (asking.get("/nope").text, asking.get("/admin/nope").text) == ("outer's", "no /nope")
    refused = asking.get("/admin/echo")
    assert (refused.status, refused.header("allow")) == (405, "OPTIONS, POST")
    assert refused.text.startswith("Method Not Allowed")


def test_its_options_and_head_are_automatic(client, outer):
    asking = client(outer)
    assert asking.options("/admin/echo").header("allow") == "OPTIONS, POST"
    assert asking.head("/admin/users/5").status == 200


@pytest.mark.parametrize("asked", ["/admin/users/5/", "/admin/echo/"])
def test_its_slashes_are_redirected_below_the_whole_root(client, inner, outer, asked):
    inner.tree.redirect_slashes = True
    answer = client(outer, root_path="/site").get(asked + "?q=1")
    assert (answer.status, answer.header("location")) == (308, "/site" + asked[:-1] + "?q=1")


def test_its_errors_have_its_handlers(client, inner, outer):
    @inner.get("/teapot")
    def teapot():
        raise HTTPError(418)

    @inner.get("/key")
    def key():
        return {}["key"]

    inner.error(KeyError)(lambda request, error: ("inner's", 409))
    outer.error(KeyError)(lambda request, error: "outer's")
    outer.error(418)(lambda request, error: "outer's")
    asking = client(outer)
    assert asking.get("/admin/teapot").text == "I'm a Teapot\n"
    assert (asking.get("/admin/key").status, asking.get("/admin/key").text) == (409, "inner's")


def test_its_bug_is_its_500_which_the_app_outside_is_given_as_a_response(
    client, inner, outer, caplog
):
    statuses = []
    inner.get("/bug")(lambda: 1 / 0)
    inner.error(500)(lambda request, error: "sorry")

    @outer.middleware
    def look(request):
        response = yield
        statuses.append(response.status)
        return response

    answer = client(outer).get("/admin/bug")
    assert (answer.status, answer.text, statuses) == (500, "sorry", [500])
    assert caplog.text.count("failed: ZeroDivisionError") == 1


def test_its_debug_is_its_own(client, caplog):
    inner, outer = App(debug=True), App()
    inner.get("/bug")(lambda: 1 / 0)
    outer.get("/bug")(lambda: 1 / 0)
    outer.mount("/in", inner)
    assert "ZeroDivisionError" in client(outer).get("/in/bug").text
    assert "ZeroDivisionError" not in client(outer).get("/bug").text


def test_an_error_of_the_middleware_outside_has_the_handlers_outside(client, inner, outer):
    outer.error(LookupError)(lambda request, error: (request.path, 404))

    @outer.middleware
    def fail(request):
        yield
        raise LookupError

    answer = client(outer).get("/admin/users/5")
    assert (answer.status, answer.text) == (404, "/admin/users/5")


# Middleware.


def test_the_middleware_outside_is_around_that_inside(client, inner, outer):
    trace = []

    def tracing(name):
        def middleware(request):
            trace.append((name, request.path, request.root_path))
            response = yield
            trace.append((name, request.path, request.route.path))
            response.headers["x-by"] = response.headers.get("x-by", "") + name
            return response

        return middleware

    outer.middleware(tracing("outer"))
    inner.middleware(tracing("inner"))
    answer = client(outer).get("/admin/users/5")
    assert trace == [
        ("outer", "/admin/users/5", ""),
        ("inner", "/users/5", "/admin"),
        ("inner", "/users/5", "/users/{number:int}"),
        ("outer", "/admin/users/5", "/admin"),
    ]
    assert answer.header("x-by") == "innerouter"


def test_the_middleware_inside_sees_no_other_paths(client, inner, outer):
    inner.middleware(lambda request: (yield from ()) or Response("inner"))
    assert client(outer).get("/").text == "outer"
    assert client(outer).get("/admin").text == "inner"


def test_a_middleware_inside_may_call(client, inner, outer):
    async def load(name):
        await asyncio.sleep(0)
        return name.upper()

    @inner.middleware
    def loading(request):
        name = yield call(load, "ann")
        response = yield
        response.headers["x-name"] = name
        return response

    assert client(outer).get("/admin").header("x-name") == "ANN"


def test_a_middleware_outside_may_answer_instead(client, inner, outer):
    inner.error(404)(lambda request, error: pytest.fail("the App inside was asked"))
    outer.middleware(lambda request: (yield from ()) or Response("no", 403))
    assert client(outer).get("/admin/nope").status == 403


# Responses that take time.


@pytest.fixture
def closed(inner):
    """What has happened at the end of a stream of the App inside."""
    happened = []

    def chunks(request):
        try:
            for _ in range(3):
                yield request.path.encode()
        finally:
            happened.append(f"closed {request.path}")

    async def achunks(request):
        try:
            for _ in range(3):
                yield request.path.encode()
        finally:
            happened.append(f"closed {request.path}")

    def work(request):
        response = StreamingResponse(chunks(request))
        response.background(happened.append, f"after {request.path}")
        return response

    inner.get("/def")(chunks)
    inner.get("/async")(achunks)
    inner.get("/work")(work)
    return happened


@pytest.mark.parametrize("kind", ["def", "async"])
def test_a_stream_sees_its_request_to_its_end(client, outer, closed, kind):
    assert client(outer).get(f"/admin/{kind}").text == f"/{kind}" * 3
    assert closed == [f"closed /{kind}"]


@pytest.mark.parametrize("kind", ["def", "async"])
def test_a_stream_of_which_nobody_wants_the_rest_is_closed(client, outer, closed, kind):
    with client(outer).stream("GET", f"/admin/{kind}") as answer:
        next(answer.chunks())
    assert closed == [f"closed /{kind}"]


@pytest.mark.parametrize("kind", ["def", "async"])
def test_a_stream_passes_through_the_middleware_outside(client, outer, closed, kind):
    @outer.middleware
    def upper(request):
        response = yield
        response.map_chunks(bytes.upper)
        return response

    assert client(outer).get(f"/admin/{kind}").text == f"/{kind}".upper() * 3


@pytest.mark.parametrize("kind", ["def", "async"])
@pytest.mark.parametrize("where", ["outer", "inner"])
def test_a_stream_that_a_middleware_replaces_is_closed(client, inner, outer, closed, kind, where):
    def replace(request):
        yield
        return "instead"

    (outer if where == "outer" else inner).middleware(replace)
    assert client(outer).get(f"/admin/{kind}").text == "instead"
    assert closed == [f"closed /{kind}"]


def test_work_for_the_time_after_is_done_once_the_outermost_has_sent(client, outer, closed):
    assert client(outer).get("/admin/work").text == "/work" * 3
    assert closed == ["closed /work", "after /work"]


def test_a_response_that_was_spoilt_is_the_500_of_the_app_inside(client, inner, outer, caplog):
    inner.error(500)(lambda request, error: "inner's")
    outer.error(500)(lambda request, error: "outer's")

    @inner.middleware
    def spoil(request):
        response = yield
        response.status = 99
        return response

    assert client(outer).get("/admin").text == "inner's"


# Which of several answers.


def test_the_longest_prefix_counts(client):
    def telling_prefix(prefix):
        inner = App()
        inner.get("/{rest:path}")(lambda rest: f"{prefix} {rest}")
        return inner

    outer = App()
    for prefix in ("/a", "/a/b/c", "/a/b"):
        outer.mount(prefix, telling_prefix(prefix))
    asking = client(outer)
    assert asking.get("/a/x").text == "/a x"
    assert asking.get("/a/b/x").text == "/a/b x"
    assert asking.get("/a/b/c/x").text == "/a/b/c x"
    assert asking.get("/a/bc").text == "/a bc"


@pytest.mark.parametrize("route", ["/admin/users/5", "/admin/users/{name}", "/admin"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_route_within_the_prefix_is_the_app_outsides(client, inner, route, is_first):
    outer = App()
    if is_first:
        outer.get(route)(lambda: "outer")
    outer.mount("/admin", inner)
    if not is_first:
        outer.get(route)(lambda: "outer")
    asked = route.replace("{name}", "5")
    asking = client(outer)
    assert asking.get(asked).text == "outer"
    assert asking.delete(asked).header("allow") == "GET, HEAD, OPTIONS"  # the whole path is
    assert asking.options(asked).header("allow") == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("route", ["/{rest:path}", "/{first}/users/{number}"])
def test_a_mount_comes_before_a_parameter_in_its_place(client, inner, outer, route):
    outer.route(route, ["GET", "PUT"])(lambda: "outer")
    asking = client(outer)
    assert asking.get("/admin/users/5").json()["root"] == "/admin"
    assert asking.put("/admin/users/5").status == 405
    assert asking.get("/other/users/5").text == "outer"


def test_a_mount_at_the_empty_prefix_has_what_is_left(client, inner):
    outer = App()
    outer.get("/outer")(lambda: "outer")
    outer.mount("", inner)
    asking = client(outer)
    assert asking.get("/outer").text == "outer"
    assert asking.post("/outer").status == 405
    assert asking.get("/users/5").json()["path"] == "/users/5"
    assert asking.get("/").json()["root"] == ""
    assert outer.url_for(":user", number=5) == "/users/5"


def test_an_app_may_be_mounted_at_several_places(client, inner, outer):
    outer.mount("/again", inner)
    asking = client(outer)
    assert asking.get("/admin/users/5").json()["root"] == "/admin"
    assert asking.get("/again/users/5").json()["root"] == "/again"


def test_mounts_may_be_nested(client, inner, outer):
    outermost = App()
    outermost.mount("/more", outer)
    asking = client(outermost, root_path="/r")
    seen = asking.get("/more/admin/files/a%2Fb").json()
    assert (seen["root"], seen["params"]) == ("/r/more/admin", {"name": "a/b"})
    assert outermost.url_for("more:admin:user", number=5) == "/more/admin/users/5"


def test_routes_that_are_added_later_are_there_too(client, inner, outer):
    inner.get("/late")(lambda: "late")
    assert client(outer).get("/admin/late").text == "late"


@pytest.mark.parametrize("is_first", [True, False])
def test_routers_and_groups_have_mounts(client, inner, is_first):
    outer, router = App(), Router("/r")
    if is_first:
        outer.include(router, "/in")
    router.group("/g").mount("/admin", inner)
    if not is_first:
        outer.include(router, "/in")
    assert client(outer).get("/in/r/g/admin/users/5").json()["root"] == "/in/r/g/admin"
    assert outer.url_for("admin:user", number=5) == "/in/r/g/admin/users/5"


def test_routes_lists_the_mounts(inner, outer):
    mount = outer.routes[-1]
    assert isinstance(mount, Mount)
    assert (mount.path, mount.app, mount.methods) == ("/admin", inner, frozenset())
    assert repr(mount) == "<Mount /admin>"


# URLs.


def test_a_url_inside_is_the_whole_path(client, inner, outer):
    inner.get("/link")(lambda request: request.url_for("user", number=7))
    assert client(outer).get("/admin/link").text == "/admin/users/7"
    assert client(outer, root_path="/é").get("/admin/link").text == "/%C3%A9/admin/users/7"


def test_a_url_from_outside_names_the_mount(client, inner, outer):
    outer.get("/link")(lambda request: request.url_for("admin:user", number=7))
    assert client(outer, root_path="/r").get("/link").text == "/r/admin/users/7"
    assert inner.url_for("user", number=7) == "/users/7"


@pytest.mark.parametrize(
    ("prefix", "options", "name"),
    [("/a/b", {}, "a/b:user"), ("/é", {}, "é:user"), ("/a", {"name": "x"}, "x:user")],
)
def test_a_mount_is_named_like_its_prefix_or_as_told(inner, prefix, options, name):
    outer = App()
    outer.mount(prefix, inner, **options)
    url = outer.url_for(name, number=7)
    assert url == prefix.replace("é", "%C3%A9") + "/users/7"


def test_a_name_of_two_mounts_is_refused(inner, outer):
    outer.mount("/other", inner, name="admin")
    with pytest.raises(LookupError, match="'admin:user' names /admin, /other"):
        outer.url_for("admin:user", number=7)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nope", "'nope' names none"),
        ("nope:user", "got 'nope:user', of which 'nope:' names none"),
        (
            "admin:nope",
            "got 'admin:nope', of which 'nope' names none in the App mounted as 'admin'",
        ),
        (
            "admin:nope:user",
            "got 'admin:nope:user', of which 'nope:' names none in the App mounted as 'admin'",
        ),
    ],
)
def test_a_name_that_no_mount_or_no_route_of_it_has_is_refused(outer, name, told):
    with pytest.raises(LookupError) as refusal:
        outer.url_for(name)
    assert str(refusal.value) == f"url_for takes the name of one path; {told}"


def test_a_mount_is_no_route_by_itself(outer):
    with pytest.raises(LookupError, match="'admin' names none"):
        outer.url_for("admin")


# What can't be mounted.


@pytest.mark.parametrize(
    ("prefix", "told"),
    [
        ("admin", 'a prefix starts with "/"'),
        ("/", "does not end with it"),
        ("/admin/", "does not end with it"),
        ("/{tenant}", "without parameters; got '/.tenant.'"),
        ("/a/{tenant:int}/b", "without parameters"),
        ("/a?b", "without a query"),
    ],
)
def test_a_prefix_that_is_none_is_refused(inner, prefix, told):
    outer = App()
    with pytest.raises(ValueError, match=told):
        outer.mount(prefix, inner)
    assert outer.routes == []


def test_a_prefix_of_a_group_has_no_parameters_either(inner):
    with pytest.raises(ValueError, match=r"got '/\{tenant\}/admin'"):
        App().group("/{tenant}").mount("/admin", inner)


def test_a_prefix_has_one_app(inner, outer):
    with pytest.raises(ValueError, match="a prefix has one App; '/admin' has "):
        outer.mount("/admin", App())


@pytest.mark.parametrize("other", [Router(), lambda environ, start_response: [], None])
def test_what_is_no_app_is_refused(other):
    with pytest.raises(TypeError, match=r"a Router is included, .* ASGIAdapter.mount; got .*/x"):
        App().mount("/x", other)


def test_a_name_has_no_colon(inner):
    with pytest.raises(ValueError, match="has no \":\" in it; got 'a:b' for '/x'"):
        App().mount("/x", inner, name="a:b")


def test_an_app_is_not_mounted_in_itself_however_far_inside(inner, outer):
    innermost, router = App(), Router()
    inner.mount("/more", innermost)
    router.mount("/x", outer)
    for mounting in (
        lambda: outer.mount("/x", outer),
        lambda: innermost.mount("/x", outer),
        lambda: innermost.include(router),
    ):
        with pytest.raises(ValueError, match="can't be mounted inside itself; '/x' of"):
            mounting()
    assert innermost.routes == []


def test_a_router_that_is_included_can_not_bring_the_app_into_itself(outer):
    router = Router()
    outer.include(router)
    with pytest.raises(ValueError, match="inside itself"):
        router.mount("/x", outer)
    assert router.routes == []
