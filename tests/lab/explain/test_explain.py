"""What becomes of a request, told without any handler being run."""

import pytest

from core import App
from lab.errors import WrongUsageError
from lab.explain import Subject, explain, subject_of
from lab.testing import Client
from tests.lab.explain import site as module

HERE = "tests.lab.explain.site"


def told(method, path, text=HERE):
    return explain(subject_of(text), method, path)


def why(explanation, path, methods=None):
    """The reason of the one route with this path."""
    [reason] = [
        it.why for it in explanation.tried if it.path == path and methods in (None, it.methods)
    ]
    return reason


@pytest.mark.parametrize(
    ("method", "path", "handler", "parameters"),
    [
        ("GET", "/", "home", []),
        ("GET", "/tasks/new", "new", []),
        ("GET", "/tasks/5?done=true", "show", [("task_id", "int", "int", "5")]),
        ("GET", "/tasks/6", "even_task", [("number", "even", "int", "6")]),
        ("PUT", "/tasks/new", "change", [("name", "str", "str", "'new'")]),
        ("HEAD", "/tasks/new", "new", []),
        ("HEAD", "/fast", "fast_head", []),
        ("GET", "/files/v2", "version", [("major", "int", "int", "2")]),
        ("GET", "/files/a/b", "file", [("rest", "path", "str", "'a/b'")]),
        ("GET", "/files/a%2Fb%C3%A9", "file", [("rest", "path", "str", "'a/bé'")]),
        ("GET", "/admin/users/7", "user", [("user_id", "int", "int", "7")]),
        ("GET", "/admin/list/", "never", []),
        ("GET", "/admin/status", "never", []),
        ("GET", "/admin/object", "Callable", []),
        ("GET", "/admin/builtin", "get_count", []),
    ],
)
def test_the_winner_is_named_with_its_parameters(method, path, handler, parameters):
    winner = told(method, path).winner
    assert winner.handler == handler
    assert [(it.name, it.converter, it.type, it.value) for it in winner.parameters] == parameters


@pytest.mark.parametrize(
    ("method", "path", "route", "reason"),
    [
        ("GET", "/tasks/x", "/tasks/{task_id:int}", "int refused 'x' for 'task_id', segment 2"),
        ("GET", "/tasks/x", "/tasks/new", "segment 2 is 'x', not 'new'"),
        ("GET", "/tasks/x", "/tasks/{name:str}", "the path fits, but it is for PATCH, PUT"),
        ("GET", "/tasks/5/x", "/tasks/new", "segment 2 is '5', not 'new'"),
        ("GET", "/tasks/5/x", "/tasks/{task_id:int}", "the route ends, and the path goes on with"),
        ("GET", "/tasks", "/tasks/new", "the path ends, and the route goes on with /new"),
        ("GET", "/tasks/new/", "/tasks/new", 'only the last "/" differs: the path has one'),
        ("GET", "/tasks/5", "/tasks/{number:even}", "even refused '5' for 'number', segment 2 (an"),
        ("GET", "/tasks/6", "/tasks/{task_id:int}", "a narrower kind comes first (even before int"),
        ("GET", "/files/v2", "/files/{rest:path}", "one segment is tried before the rest of the"),
        ("GET", "/files/x", "/files/v{major:int}", "does not look like v{major:int}"),
        ("GET", "/files/vx", "/files/v{major:int}", "int refused 'x' for 'major'"),
        ("GET", "/x", "/", "segment 1 is 'x', where the route ends"),
        ("GET", "/x", "/admin", "segment 1 is 'x', not 'admin'"),
        ("GET", "/admin/list", "/admin/list/", 'only the last "/" differs: the route has one'),
        ("GET", "/admin/status", "/admin", "a route of this App comes before a mount: /admin/st"),
        ("PUT", "/admin/status", "/admin", "routes of this App have the path, for other methods"),
        ("GET", "/admin/deep/x", "/admin", "a longer prefix comes first, that of /admin/deep"),
        ("GET", "/broken/1", "/broken/{x:broken}", "broken failed with KeyError('1') for 'x'"),
        ("GET", "*", "/", "the path is '*'"),
    ],
)
def test_each_route_that_loses_has_its_reason(method, path, route, reason):
    assert reason in why(told(method, path), route)


def of(*routes, **options):
    """An App whose routes are given as (method, path)."""
    site = App(**options)
    for method, path in routes:
        site.route(path, [method])(lambda request: "")
    return Subject("made", site, {"asgi": module.app})


@pytest.mark.parametrize(
    ("first", "second", "path", "reason"),
    [
        ("/a", "/{x}", "/a", "plain text comes before a parameter, in segment 1: /a"),
        ("/a-{x}", "/{x}", "/a-b", "a parameter with more text around it comes first (a-{x:str})"),
        ("/{x:int}/{y}", "/{x:slug}/{y}", "/1/2", "a narrower kind comes first (int before slug)"),
        ("/{x:int}/a", "/{y:int}/{z}", "/1/a", "plain text comes before a parameter, in segment 2"),
        ("/{x:int}/{y}", "/{x:uuid}", "/1/2", "uuid refused '1'"),
        ("/a{x}", "/{x}b", "/ab1b", "of two alike the one that was registered first"),
    ],
)
def test_of_two_that_fit_the_rule_is_told(first, second, path, reason):
    explanation = explain(of(("GET", first), ("GET", second)), "GET", path)
    assert explanation.winner is not None
    assert reason in explanation.tried[1].why
    assert explanation.tried[0].why == ""


def test_head_of_its_own_comes_before_get():
    assert "fast_head is for this method alone" in why(told("HEAD", "/fast"), "/fast", ["GET"])


@pytest.mark.parametrize(
    ("method", "path", "status", "reason"),
    [
        ("GET", "/nope", 404, "no route has this path"),
        ("GET", "/tasks/new/", 404, "/tasks/new is one, and App(redirect_slashes=True) sends"),
        ("DELETE", "/tasks/5", 405, "allowed here: GET, HEAD, OPTIONS, PATCH, PUT"),
        ("OPTIONS", "/tasks/5", 204, "OPTIONS has no handler here"),
        ("GET", "/admin/list", 308, "redirect_slashes is set"),
        ("GET", "/admin/list/x", 404, "no route has this path"),
        ("GET", "/admin/deep/x", 404, "no route has this path"),
        ("GET", "/%FF", 400, "the path is not UTF-8"),
        ("GET", "/broken/1", 500, "a converter failed: KeyError('1')"),
        ("GET", "*", 404, "no route has this path"),
        ("WEBSOCKET", "/nope", 403, "no WebSocket has this path"),
        ("WEBSOCKET", "/broken/1", 500, "a converter failed: KeyError('1')"),
    ],
)
def test_what_no_handler_answers_has_its_status(method, path, status, reason):
    explanation = told(method, path)
    assert (explanation.status, explanation.winner) == (status, None)
    assert reason in explanation.reason
    assert explanation.runs == []


def test_a_status_has_its_headers_as_they_are_sent():
    assert told("DELETE", "/tasks/5").headers == {"allow": "GET, HEAD, OPTIONS, PATCH, PUT"}
    assert told("OPTIONS", "/tasks/5").headers["allow"] == "GET, HEAD, OPTIONS, PATCH, PUT"
    assert told("GET", "/admin/list?a=1").headers["location"] == "/admin/list/?a=1"


def test_a_redirect_to_another_host_is_none():
    """`//host` in a Location would be read as one."""
    explanation = explain(of(("GET", "//host/"), redirect_slashes=True), "GET", "//host")
    assert explanation.status == 404


def test_a_slash_that_would_be_redirected_but_for_an_encoded_one_is_a_404():
    explanation = explain(of(("GET", "/{x}/"), redirect_slashes=True), "GET", "/a%2Fb")
    assert (explanation.status, explanation.reason) == (404, "no route has this path")


def test_the_error_handler_that_answers_is_named():
    assert told("GET", "/nope").answered_by.startswith("nothing_there (tests.lab.explain.site:")
    assert told("DELETE", "/tasks/5").answered_by == ""
    assert told("GET", "/admin/x").answered_by == ""  # the mounted App's, and it has none


def test_middleware_is_told_from_outside_inwards():
    layers = [(it.name, it.around) for it in told("GET", "/admin/users/7").middleware]
    assert layers == [
        ("Native", "the WSGI door"),
        ("outer", "the App"),
        ("inner", "the App at /admin"),
    ]
    assert [it.name for it in told("WEBSOCKET", "/ws/a").middleware] == []


def test_a_route_that_fits_and_was_not_come_to_says_so():
    site = App(converters=module.site.converters.values())
    for path in ("/{x:broken}", "/{x:path}"):
        site.get(path)(lambda request: "")
    explanation = explain(Subject("made", site, {"asgi": module.app}), "GET", "/a")
    assert explanation.status == 500
    assert explanation.tried[1].why == "it fits, but a converter failed before it was come to"


def test_the_body_and_its_limit_are_told():
    assert (told("PUT", "/tasks/a").winner.max_body, told("GET", "/").winner.max_body) == (
        1_000,
        None,
    )
    upload = told("POST", "/upload").winner
    assert (upload.stream, upload.max_body) == (True, 10_000_000)


@pytest.mark.parametrize(
    ("path", "kind", "sync", "uvicorn"),
    [
        ("/", "def", "the worker's one thread", "one of 3 threads"),
        ("/fast", "def, inline", "the worker's one thread", "on the event loop itself"),
        ("/tasks/5", "async def", "on the loop of the worker's one", "on the event loop, which"),
        ("/rows", "async def with yield", "on the loop of the worker's", "chunk by chunk"),
        ("/files/a", "def with yield", "the worker's one thread", "3 threads of a pool, for each"),
    ],
)
def test_where_it_runs_is_told_for_each_server(path, kind, sync, uvicorn):
    explanation = told("GET", path)
    where = {server: text for servers, text in explanation.runs for server in servers}
    assert explanation.winner.kind == kind
    assert sync in where["gunicorn sync"]
    assert uvicorn in where["uvicorn"]


def test_an_async_def_has_no_place_under_gevent_and_another_on_a_shared_loop():
    own = {server: text for servers, text in told("GET", "/rows").runs for server in servers}
    assert "so it is a 500" in own["gunicorn gevent"]
    site = App()

    @site.get("/")
    async def home(): ...

    subject = Subject("made", site, {"wsgi": module.shared})
    [sync, *_] = explain(subject, "GET", "/").runs
    assert "on the one loop that all threads of the process share" in sync[1]


def test_the_servers_are_those_of_compare():
    from lab.compare.contenders import KINDS
    from lab.explain import running

    known = {(kind.name, kind.interface) for kind in KINDS}
    assert {(name, "ASGI") for name in running.LOOPS} <= known
    on_wsgi = running.ONE_THREAD + running.THREADS + running.GREENLETS
    assert {(name, "WSGI") for name in on_wsgi} <= known


def test_what_a_foreign_application_answers_is_noted():
    assert (
        "On WSGI the application that is mounted at /other/é" in told("GET", "/other/é/x").notes[0]
    )
    assert "On ASGI the application that is mounted at /foreign" in told("GET", "/foreign").notes[0]
    assert told("GET", "/foreigner").notes == []
    assert told("WEBSOCKET", "/foreign/x").notes != []
    assert told("WEBSOCKET", "/other/é").notes == []


def test_a_method_in_lower_case_is_told_to_be_another():
    explanation = told("get", "/")
    assert explanation.status == 405
    assert explanation.notes == ["get is another method than GET: case matters"]


def test_a_websocket_is_found_among_its_own_routes():
    explanation = told("WEBSOCKET", "/ws/a")
    assert explanation.winner.handler == "chat"
    assert explanation.winner.parameters[0].value == "'a'"
    assert explanation.tried[1].why == "segment 1 is 'ws', not 'broken'"
    assert [servers[0] for servers, _ in explanation.runs] == ["uvicorn"]


@pytest.mark.parametrize(
    ("method", "path", "text", "said"),
    [
        ("GET", "tasks", HERE, "a path starts with \"/\"; got 'tasks'"),
        ("GET", "", HERE, 'a path starts with "/"'),
        ("", "/", HERE, "a method is a word, as in GET; got ''"),
        ("GET /", "/", HERE, "a method is a word"),
        ("WEBSOCKET", "/ws", HERE + ":application", "has a WSGI door only"),
    ],
)
def test_what_cant_be_asked_is_refused(method, path, text, said):
    with pytest.raises(WrongUsageError) as error:
        told(method, path, text)
    assert said in str(error.value)


@pytest.mark.parametrize("path", ["/tasks/new", "/tasks/5", "/nope", "/admin/list", "/admin/x"])
@pytest.mark.parametrize("method", ["PUT", "TRACE", "OPTIONS"])
def test_the_status_is_the_one_that_a_client_gets(world, method, path):
    """On an App as that of the module, whose handlers answer."""
    site, inside = App(), App(redirect_slashes=True)
    site.get("/tasks/new")(lambda: "")
    site.get("/tasks/{x:int}")(lambda: "")
    inside.get("/list/")(lambda: "")
    site.mount("/admin", inside)
    explanation = explain(Subject("made", site, {"asgi": module.app}), method, path)
    answer = Client(site, world=world).request(method, path)
    assert answer.status == explanation.status
    assert explanation.headers.items() <= dict(answer.headers.items()).items()
