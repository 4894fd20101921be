"""What a review found, at both doors: each of these was once answered wrongly."""

import asyncio
import re
from http import HTTPStatus

import pytest

from core import App, Converter, Forbidden, HTTPError, Response
from lab.testing.asked import Asked
from lab.testing.wsgi import environ_of

TEAMS = ["red"]


@pytest.fixture
def site():
    return App()


def test_a_stop_iteration_of_a_converter_is_a_500(client):
    team = Converter("team", lambda text: next(name for name in TEAMS if name == text))
    site = App(converters=[team])
    site.get("/t/{name:team}")(lambda name: name)
    assert client(site).get("/t/red").text == "red"
    assert client(site).get("/t/blue").status == 500


@pytest.mark.parametrize("path", ["/nope", "/"])
def test_middleware_may_look_at_a_request_that_no_handler_got(client, site, path):
    seen = []

    @site.middleware
    def look(request):
        response = yield
        seen.append((request.body, request.params, request.route))
        return response

    site.get("/")(lambda: "x")
    assert client(site).post(path, body=b"12345").status in (404, 405)
    assert seen == [(b"", {}, None)]


def test_the_route_can_be_told(client, site):
    site.get("/notes/{number}")(lambda request: request.route.path)
    assert client(site).get("/notes/7").text == "/notes/{number}"


def test_an_http_status_is_a_status(client, site):
    site.get("/")(lambda: ({"made": True}, HTTPStatus.CREATED))
    site.error(HTTPStatus.NOT_FOUND)(lambda request, error: "mine")
    assert client(site).get("/").status == 201
    assert client(site).get("/nope").text == "mine"


def test_a_response_that_is_used_again_keeps_its_status(client, site):
    shared = Response("x")
    site.get("/lost")(lambda: (shared, 404))
    site.get("/found")(lambda: shared)
    assert [client(site).get(path).status for path in ("/lost", "/found")] == [404, 200]


@pytest.mark.parametrize(("name", "value"), [("status", 999), ("body", "text"), ("body", None)])
def test_a_response_that_middleware_spoilt_is_a_500(client, site, name, value, caplog):
    @site.middleware
    def spoil(request):
        response = yield
        setattr(response, name, value)
        return response

    site.get("/")(lambda: "x")
    assert client(site).get("/").status == 500
    assert "a status from 200 to 599, Headers and a body of bytes" in caplog.text


def test_a_response_that_a_handler_spoilt_is_a_500(client, site, caplog):
    @site.get("/")
    def spoil():
        response = Response("x")
        response.body = 5
        return response

    assert client(site).get("/").status == 500
    assert "a body of bytes; got <Response 200, 5>" in caplog.text


def test_a_response_that_an_error_handler_spoilt_is_a_500(client, site):
    @site.error(500)
    def spoil(request, error):
        response = Response("x")
        response.status = 999
        return response

    site.get("/")(lambda: 1 / 0)
    assert client(site).get("/").status == 500


def test_the_last_resort_is_not_asked_for_what_has_an_answer(client, site):
    class Mine(HTTPError, LookupError):
        def __init__(self):
            super().__init__(409, "mine")

    @site.get("/")
    def handler():
        raise Mine

    site.error(Exception)(lambda request, error: "last resort")
    assert client(site).get("/").text == "Conflict: mine\n"


def test_the_last_resort_may_answer_with_an_http_error(client, site):
    @site.error(500)
    def busy(request, error):
        raise HTTPError(503, "later")

    site.get("/")(lambda: 1 / 0)
    assert client(site).get("/").status == 503


def test_head_of_a_route_that_reads_a_get_body_reads_it_too(client, site):
    site.get("/", max_body=10)(lambda request: request.body)
    assert client(site).request("HEAD", "/", body=b"12345").header("content-length") == "5"


@pytest.mark.parametrize("kind", ["slug", "str", "path", "float"])
def test_a_path_and_an_annotation_that_disagree_are_refused(site, kind):
    def handler(n: int):
        return n

    with pytest.raises(TypeError, match=f"the path gives 'n' as {kind}"):
        site.get("/x/{n:" + kind + "}")(handler)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/u/<int:id>", "a parameter is written {name} or {name:int}; got '/u/<int:id>'"),
        ("/u/{int:id}", "the name comes first: {id:int}"),
    ],
)
def test_the_way_others_write_a_parameter_is_told_from_ours(site, path, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        site.get(path)(lambda: "x")


def test_a_decorator_without_its_path_is_told(site):
    with pytest.raises(TypeError, match=r"a route is registered as in @app\.get"):
        site.get(lambda: "x")


def test_a_mistyped_parameter_is_not_taken_for_the_request(site):
    with pytest.raises(TypeError, match="the path has the parameters 'note_id', got 'noteid'"):
        site.get("/notes/{note_id}")(lambda noteid: noteid)


def test_an_app_is_not_included_for_its_middleware_would_be_lost(site):
    guarded = App()

    @guarded.middleware
    def guard(request):
        raise Forbidden
        yield

    with pytest.raises(TypeError, match="an App keeps its middleware"):
        site.include(guarded)


@pytest.mark.parametrize("path", ["xadmin/users", "?admin/users", "*"])
def test_what_is_no_path_is_no_route(adapter, world, site, path):
    @site.middleware
    def guard(request):
        if request.path.startswith("/admin"):
            raise Forbidden
        return (yield)

    site.get("/admin/users")(lambda: "secret")
    asked = Asked("GET", path, "", [], [])
    # `wsgiref.validate` takes such a path for a mistake of the server's, and wsgiref makes it
    answered = {"wsgi": answer_of_wsgi, "asgi": answer_of_asgi}[world](adapter(site), asked)
    assert answered == (404 if path == "*" else 400)


def answer_of_wsgi(application, asked):
    """The status, without the validator."""
    statuses = []
    application(environ_of(asked), lambda status, headers: statuses.append(int(status[:3])))
    return statuses[0]


def answer_of_asgi(app, asked):
    """The status, without the validator."""
    statuses = []

    async def send(message):
        statuses.append(message.get("status"))

    scope = {"type": "http", "method": "GET", "path": asked.path, "headers": []}
    asyncio.run(app(scope, None, send))
    return statuses[0]


@pytest.mark.parametrize("world", ["wsgi"])
def test_a_handler_that_cancels_itself_is_a_500_where_nobody_cancels(client, site, caplog):
    @site.get("/")
    async def handler():
        task = asyncio.create_task(asyncio.sleep(5))
        task.cancel()
        await task

    assert client(site).get("/").status == 500
    assert "cancelled by code of its own" in caplog.text


def test_a_traceback_that_can_not_be_encoded_is_shown(client):
    site = App(debug=True)

    @site.get("/")
    def handler():
        raise ValueError("\ud800")

    assert client(site).get("/").status == 500


@pytest.mark.parametrize(
    ("host", "is_shown"), [("203.0.113.9", False), ("127.0.0.1", True), ("a name", False)]
)
def test_a_traceback_is_shown_to_this_machine_alone(world, host, is_shown):
    from asgi_adapter.request import ASGIRequest
    from core.pages import crash_page
    from wsgi_adapter.request import WSGIRequest

    site = App(debug=True)
    if world == "wsgi":
        environ = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": host, "HTTP_HOST": "localhost"}
        request = WSGIRequest(site, environ)
    else:
        headers = [(b"host", b"localhost")]
        scope = {"method": "GET", "path": "/", "client": (host, 1), "headers": headers}
        request = ASGIRequest(site, scope, None)
    assert (b"secret" in crash_page(request, ValueError("secret")).body) is is_shown


def test_headers_can_be_copied(client, site):
    first = Response("x", headers=[("x-a", "1"), ("x-a", "2")])
    again = Response("y", headers=first.headers)
    assert again.headers.get_all("x-a") == ["1", "2"]
    assert dict(first.headers)["x-a"] == "1"


@pytest.mark.parametrize("body", [b"12345678", [b"1234", b"5678"]])  # declared, and counted
def test_middleware_may_look_at_a_request_whose_body_was_refused(client, body):
    site, seen = App(max_body=5), []

    @site.middleware
    def look(request):
        response = yield
        seen.append(request.body)
        return response

    site.post("/")(lambda request: request.body)
    assert client(site).post("/", body=body).status == 413
    assert seen == [b""]
