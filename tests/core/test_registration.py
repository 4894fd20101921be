"""What is refused when a route is registered, and routes of groups and other modules."""

import pytest

from core import App, Converter, Router


def first():
    return "first"


def second():
    return "second"


def with_number(number):
    return str(number)


def with_other(other):
    return str(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a", "/a"),
        ("/{number}", "/{other}"),  # whatever the parameter's name
        ("/{number:int}", "/{other:int}"),
        ("/x{number}.txt", "/x{other}.txt"),
        ("/{number:path}", "/{other:path}"),
    ],
)
def test_a_second_handler_of_a_method_and_path_is_refused(one, other):
    site = App()
    handlers = (with_number, with_other) if "{" in one else (first, second)
    site.get(one)(handlers[0])
    with pytest.raises(ValueError, match="one handler") as error:
        site.route(other, ["POST", "GET"])(handlers[1])
    assert str(error.value) == (
        f"a method and path have one handler; GET {other!r} has {handlers[0].__name__}, "
        f"got {handlers[1].__name__}"
    )
    assert [route.path for route in site.routes] == [one]


@pytest.mark.parametrize(
    ("one", "other"),
    [("/{number}", "/{other:int}"), ("/a{number}", "/b{other}"), ("/{number}", "/{other}/")],
)
def test_parameters_of_another_kind_are_another_path(client, one, other):
    site = App()
    site.get(one)(with_number)
    site.get(other)(with_other)
    assert len(site.routes) == 2


def test_methods_of_one_path_have_a_handler_each(client):
    site = App()
    site.get("/")(first)
    site.route("/", ["POST", "put"])(second)
    texts = [client(site).request(method, "/").text for method in ("GET", "POST", "PUT")]
    assert texts == ["first", "second", "second"]


@pytest.mark.parametrize(
    ("methods", "error", "says"),
    [
        ("GET", TypeError, "methods are a list, like ['GET']; got 'GET' for '/x'"),
        ([], ValueError, "each a token; got [] for '/x'"),
        (["GET /"], ValueError, "each a token; got ['GET /'] for '/x'"),
        (["GÉT"], ValueError, "each a token"),
    ],
)
def test_methods_that_cannot_be_are_refused(methods, error, says):
    with pytest.raises(error) as raised:
        App().route("/x", methods)(first)
    assert says in str(raised.value)


def test_the_decorated_function_stays_what_it_was():
    assert App().get("/")(first) is first


def test_the_routes_are_listed_in_order():
    site = App()
    site.get("/a/{number:int}", name="one")(with_number)
    site.route("/b", ["PUT", "POST"])(second)
    assert [repr(route) for route in site.routes] == [
        "<Route GET /a/{number:int} -> with_number>",
        "<Route POST,PUT /b -> second>",
    ]
    one, other = site.routes
    assert (one.path, one.methods, one.name, one.names) == (
        "/a/{number:int}",
        {"GET"},
        "one",
        ("number",),
    )
    assert (other.name, repr(other.handler)) == ("second", "<Handler second>")


def test_a_group_has_its_prefix(client):
    site = App()
    api = site.group("/api")
    api.get("/x")(first)
    nested = api.group("/v{version:int}")

    @nested.get("/y")
    def y(version):
        return {"version": version}

    assert client(site).get("/api/x").text == "first"
    assert client(site).get("/api/v2/y").json() == {"version": 2}
    assert client(site).get("/x").status == 404


@pytest.mark.parametrize("before", [True, False])
def test_a_router_is_included_with_the_routes_it_has_and_gets(client, before):
    site, users, notes = App(), Router("/users"), Router()

    def include():
        users.include(notes, "/{number:int}/notes")
        site.include(users, "/{tenant}")

    if before:
        include()

    @users.get("/{number:int}")
    def user(tenant, number):  # a parameter of the prefix comes by name, too
        return {"tenant": tenant, "number": number}

    @notes.get("/{note}", name="note")
    def note(request, note):
        return {**request.params, "its": note}

    if not before:
        include()
    assert client(site).get("/acme/users/5").json() == {"tenant": "acme", "number": 5}
    answer = client(site).get("/acme/users/5/notes/a")
    assert answer.json() == {"tenant": "acme", "number": 5, "note": "a", "its": "a"}
    assert site.url_for("note", tenant="acme", number=5, note="a") == "/acme/users/5/notes/a"


def test_a_router_may_be_included_in_several_places(client):
    site, router = App(), Router()
    router.get("/x")(first)
    site.include(router, "/one")
    site.include(router, "/two")
    router.get("/y")(second)
    for prefix in ("/one", "/two"):
        assert client(site).get(prefix + "/x").text == "first"
        assert client(site).get(prefix + "/y").text == "second"


def test_options_of_a_route_are_kept_by_an_include(client):
    site, router = App(max_body=10), Router()
    router.post("/x", max_body=2, name="small")(lambda request: request.body)
    site.include(router, "/in")
    assert client(site).post("/in/x", body=b"abc").status == 413
    assert site.url_for("small") == "/in/x"


def test_a_duplicate_through_an_include_is_refused():
    site, router = App(), Router()
    site.get("/x")(first)
    router.get("/x")(second)
    with pytest.raises(ValueError, match="GET '/x' has first, got second"):
        site.include(router)


def test_a_router_does_not_include_itself():
    outer, middle, inner = Router(), Router(), Router()
    outer.include(middle, "/m")
    middle.include(inner, "/i")
    for router in (inner, middle, outer):
        with pytest.raises(ValueError, match="can't include itself"):
            inner.include(router, "/again")


@pytest.mark.parametrize("prefix", ["api", "/api/", "/"])
def test_a_prefix_is_checked(prefix):
    for make in (Router, App().group, lambda prefix: App().include(Router(), prefix)):
        with pytest.raises(ValueError, match="a prefix starts with"):
            make(prefix)


def test_converters_of_ones_own_are_known_in_groups_and_includes(client):
    months = Converter("month", lambda text: ["jan", "feb", "mar"].index(text))
    site, router = App(converters=[months]), Router(converters=[months])
    for owner, path in ((site, "/a"), (site.group("/g"), "/a"), (router, "/r")):
        owner.get(path + "/{number:month}")(with_number)
    App().include(router)
    site.include(router)
    for path in ("/a", "/g/a", "/r"):
        assert client(site).get(path + "/feb").text == "1"
        assert client(site).get(path + "/may").status == 404
