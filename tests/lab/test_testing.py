"""The client for tests: the same requests and the same answers in both worlds."""

import asyncio
import gc
import io
import threading
import types
import uuid
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl

import flask
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from asgi_adapter import ASGIAdapter
from core import App, RedirectResponse, Response
from lab.asgi_rules import Violation
from lab.testing import Client, ClientError
from lab.testing.loops import run_at_once
from wsgi_adapter import WSGIAdapter


def echo(request):
    """What came of a request."""
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query.items(),
        "headers": sorted(request.headers.items()),
        "cookies": request.cookies,
        "body": request.body.decode("latin-1"),
    }


@pytest.fixture
def site():
    site = App()
    site.route("/echo/{rest:path}", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])(echo)
    return site


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options"])
def test_each_method_has_its_name(client, site, method):
    answer = getattr(client(site), method)("/echo/x")
    assert (answer.status, answer.json()["method"]) == (200, method.upper())


def test_head_is_answered_without_a_body(client, site):
    answer = client(site).head("/echo/x")
    assert (answer.status, answer.body) == (200, b"")


def test_a_query_is_encoded(client, site):
    found = client(site).get("/echo/x", query={"a b": "é&", "c": ["1", "2"]}).json()
    assert found["query"] == [["a b", "é&"], ["c", "1"], ["c", "2"]]


def test_a_path_is_sent_as_it_is_but_for_what_no_request_line_holds(client, site):
    found = client(site).get("/echo/a%2Fb é").json()
    assert found["path"] == "/echo/a/b é"


@pytest.mark.parametrize(
    "headers", [{"X-A": "1"}, [("X-A", "1")], types.MappingProxyType({"x-a": "1"})]
)
def test_headers_come_in_any_form(client, site, headers):
    assert ["x-a", "1"] in client(site).get("/echo/x", headers=headers).json()["headers"]


def test_the_clients_own_headers_give_way_to_a_requests(client, site):
    asking = client(site, headers={"Authorization": "mine", "X-B": "b"})
    found = asking.get("/echo/x", headers={"authorization": "theirs"}).json()["headers"]
    assert [value for name, value in found if name in ("authorization", "x-b")] == ["theirs", "b"]


@dataclass
class Point:
    x: int
    id: uuid.UUID


@pytest.mark.parametrize(
    ("options", "body", "media_type"),
    [
        ({"body": b"ab"}, "ab", None),
        ({"body": "é"}, "\xc3\xa9", None),
        ({"json": {"a": 1}}, '{"a": 1}', "application/json"),
        ({"json": 0}, "0", "application/json"),
        (
            {"json": Point(1, uuid.UUID(int=5))},
            '{"x": 1, "id": "00000000-0000-0000-0000-000000000005"}',
            "application/json",
        ),
        (
            {"form": {"a": "1 2", "b": ["x", "y"]}},
            "a=1+2&b=x&b=y",
            "application/x-www-form-urlencoded",
        ),
        ({"form": [("a", "1")]}, "a=1", "application/x-www-form-urlencoded"),
        ({"json": 1, "headers": {"Content-Type": "a/b"}}, "1", "a/b"),
        ({"body": b"ab", "headers": {"Content-Length": "2"}}, "ab", None),
    ],
)
def test_a_body_is_sent_with_its_type_and_length(client, site, options, body, media_type):
    found = client(site).post("/echo/x", **options).json()
    headers = dict(found["headers"])
    assert found["body"] == body
    assert headers.get("content-type") == media_type
    assert headers["content-length"] == str(len(body))


def test_files_and_fields_are_sent_as_multipart(client, site):
    files = {"one": b"1", "two": ('a"b.txt', "zwei"), "three": ("c.png", b"3", "image/png")}
    found = client(site).post("/echo/x", form={"n": 5}, files=files).json()
    media_type, boundary = dict(found["headers"])["content-type"].split("; boundary=")
    parts = found["body"].split(f"--{boundary}")
    assert media_type == "multipart/form-data"
    assert parts[1:] == [
        '\r\nContent-Disposition: form-data; name="n"\r\n\r\n5\r\n',
        '\r\nContent-Disposition: form-data; name="one"; filename="one"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n1\r\n",
        '\r\nContent-Disposition: form-data; name="two"; filename="a%22b.txt"\r\n'
        "Content-Type: application/octet-stream\r\n\r\nzwei\r\n",
        '\r\nContent-Disposition: form-data; name="three"; filename="c.png"\r\n'
        "Content-Type: image/png\r\n\r\n3\r\n",
        "--\r\n",
    ]


@pytest.mark.parametrize("chunks", [[b"ab", b"", b"c"], [b"abc"], []])
@pytest.mark.parametrize("form", [list, tuple, iter])
def test_chunks_are_sent_without_a_length(client, site, chunks, form):
    found = client(site).post("/echo/x", body=form(chunks)).json()
    headers = dict(found["headers"])
    assert found["body"] == b"".join(chunks).decode()
    assert headers["transfer-encoding"] == "chunked"
    assert "content-length" not in headers


def test_two_bodies_are_refused_by_name(client, site):
    with pytest.raises(TypeError, match="got json and form or files"):
        client(site).post("/echo/x", json=1, form={})


def test_an_unknown_option_is_refused_by_name(client, site):
    with pytest.raises(TypeError, match="got params for GET /echo/x"):
        client(site).get("/echo/x", params={"a": "b"})


def test_an_answer_has_headers_of_several_values(client):
    site = App()
    response = Response("é", headers={"X-A": "1"})
    response.headers.add("x-a", "2")
    site.get("/")(lambda: response)
    answer = client(site).get("/")
    assert (answer.headers["X-A"], answer.headers.get_all("x-A")) == ("1", ["1", "2"])
    assert (answer.header("X-A"), answer.all("X-A")) == ("1", ["1", "2"])
    assert [value for name, value in answer.fields if name == "x-a"] == ["1", "2"]
    assert answer.header("x-b") is None
    assert answer.text == "é"


def test_a_text_is_decoded_by_its_charset(client):
    site = App()
    headers = {"content-type": 'text/plain; charset="latin-1"'}
    site.get("/")(lambda: Response("é".encode("latin-1"), headers=headers))
    assert client(site).get("/").text == "é"


def test_an_app_is_asked_by_asgi_where_no_world_is_told(site):
    assert isinstance(Client(site).application, ASGIAdapter)


def test_a_module_is_asked_by_its_two_names(client, world, site):
    module = types.ModuleType("module")
    module.application, module.app = WSGIAdapter(site), ASGIAdapter(site)
    made = client(module)
    assert made.application is {"wsgi": module.application, "asgi": module.app}[world]
    assert made.get("/echo/x").status == 200


def hello_wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


async def hello_asgi(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


def not_a_coroutine(scope, receive, send):
    return hello_asgi(scope, receive, send)


class WSGIObject:
    def __call__(self, environ, start_response):
        return hello_wsgi(environ, start_response)


class ASGIObject:
    async def __call__(self, scope, receive, send):
        await hello_asgi(scope, receive, send)


def anything(*arguments):
    return (hello_wsgi if len(arguments) == 2 else hello_asgi)(*arguments)


FLASK = flask.Flask("hello")
FLASK.get("/")(lambda: "hello")
STARLETTE = Starlette(routes=[Route("/", lambda request: PlainTextResponse("hello"))])


@pytest.mark.parametrize(
    ("application", "found"),
    [
        (hello_wsgi, "wsgi"),
        (hello_asgi, "asgi"),
        (not_a_coroutine, "asgi"),
        (WSGIObject(), "wsgi"),
        (ASGIObject(), "asgi"),
        (partial(hello_asgi), "asgi"),
        (FLASK, "wsgi"),
        (STARLETTE, "asgi"),
    ],
    ids=str,
)
def test_the_world_of_a_foreign_application_is_found_out(application, found):
    client = Client(application)
    assert client.world == found
    assert client.get("/").text == "hello"


@pytest.mark.parametrize("told", ["wsgi", "asgi"])
def test_a_world_that_cannot_be_seen_is_told(told):
    assert Client(anything, world=told).get("/").text == "hello"


@pytest.mark.parametrize("application", [anything, dict, print, lambda one: None])
def test_a_world_that_cannot_be_seen_has_to_be_told(application):
    with pytest.raises(ValueError, match="say world='wsgi' or world='asgi'"):
        Client(application)


def test_a_world_that_is_not_the_applications_is_refused():
    with pytest.raises(ValueError, match="of the wsgi world, not asgi"):
        Client(hello_wsgi, world="asgi")


def test_an_unknown_world_is_refused():
    with pytest.raises(ValueError, match="got 'http'"):
        Client(hello_wsgi, world="http")


def test_what_cannot_be_called_is_no_application():
    with pytest.raises(TypeError, match="got 5"):
        Client(5)


def test_an_exception_of_the_application_is_raised_in_the_test(world):
    def wsgi(environ, start_response):
        raise LookupError("mine")

    async def asgi(scope, receive, send):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        Client({"wsgi": wsgi, "asgi": asgi}[world]).get("/")


def test_the_validator_stands_between(world):
    def wsgi(environ, start_response):
        start_response("200 OK", [("Status", "200")])
        return []

    async def asgi(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"X", b"1")]})
        await send({"type": "http.response.body"})

    application = {"wsgi": wsgi, "asgi": asgi}[world]
    with pytest.raises(AssertionError):
        Client(application).get("/")
    assert Client(application, validate=False).get("/").status == 200


def test_an_application_that_sends_no_response_is_a_named_error(world):
    async def asgi(scope, receive, send):
        await send({"type": "http.response.debug", "info": {}})

    application = {"wsgi": lambda environ, start_response: [b"x"], "asgi": asgi}[world]
    with pytest.raises(ClientError, match="the application returned and has"):
        Client(application, world=world, validate=False).get("/")


def test_an_asgi_application_that_stops_in_its_body_ends_the_answer():
    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})

    assert Client(application, validate=False).get("/").body == b"a"
    with pytest.raises(Violation, match="the response is not complete"):
        Client(application).get("/")


def test_what_is_written_comes_before_what_is_returned():
    """PEP 3333, "The write() Callable"."""

    def application(environ, start_response):
        write = start_response("200 OK", [("Content-Type", "text/plain")])
        write(b"a")
        write(b"b")
        yield b"c"
        write(b"d")

    assert Client(application, world="wsgi", validate=False).get("/").body == b"abcd"


def test_start_response_may_be_called_when_the_first_chunk_is_made():
    def application(environ, start_response):
        start_response("201 Created", [("Content-Type", "text/plain")])
        yield b"a"

    answer = Client(application).get("/")
    assert (answer.status, answer.body) == (201, b"a")


def test_start_response_again_replaces_what_was_not_sent_and_raises_afterwards():
    """PEP 3333, "Error Handling"."""

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        if environ["PATH_INFO"] == "/late":
            yield b"a"
        try:
            raise LookupError("mine")
        except LookupError as error:
            exc_info = (LookupError, error, error.__traceback__)
            start_response("500 Oh", [("Content-Type", "text/plain")], exc_info)
        yield b"b"

    client = Client(application)
    with client.stream("GET", "/late") as late, pytest.raises(LookupError):
        list(late.chunks())
    assert Client(application, validate=False).get("/").body == b"b"


@pytest.mark.parametrize("method", ["BREW", "get"])
def test_a_method_may_be_any_token(client, method):
    site = App()
    assert client(site).request(method, "/").status == 404


def test_an_underscore_in_a_name_passes_for_no_hyphen():
    """As gunicorn does; uvicorn hands it on as it is."""
    seen = []

    def application(environ, start_response):
        seen.extend(name for name in environ if name.startswith("HTTP_X"))
        return hello_wsgi(environ, start_response)

    Client(application).get("/", headers={"X_A": "1", "X-B": "2"})
    assert seen == ["HTTP_X_B"]


def test_a_disconnect_in_a_body_leaves_the_answer_whole(client):
    """Nobody would see it; a test may."""
    site = App()
    site.post("/")(lambda request: request.body)
    answer = client(site).post("/", body=[b"a"], disconnect=True)
    assert (answer.status, answer.text != "") == (400, True)


def test_a_buffered_reader_takes_wsgi_input():
    def application(environ, start_response):
        assert io.BufferedReader(environ["wsgi.input"]).read() == b"abc"
        return hello_wsgi(environ, start_response)

    assert Client(application, validate=False).post("/", body=[b"a", b"bc"]).status == 200


def test_wsgi_input_is_a_file(site):
    seen = []

    def application(environ, start_response):
        body = environ["wsgi.input"]
        seen.extend([body.readline(), body.read(1), list(body)])
        return hello_wsgi(environ, start_response)

    Client(application).post("/", body=[b"ab\nc", b"d\ne"])
    assert seen == [b"ab\n", b"c", [b"d\n", b"e"]]


def test_a_base_url_is_what_a_client_thinks_it_asks(client):
    site = App()
    site.get("/")(lambda request: f"{request.scheme}://{request.host}")
    assert client(site, base_url="https://example.com").get("/").text == "https://example.com"


def test_an_answer_knows_what_was_read_of_the_body(client):
    site = App()
    site.post("/", max_body=3)(lambda: "x")
    assert client(site).post("/", body=[b"ab", b"cd", b"ef"]).taken == 4


def test_files_that_the_server_is_to_send_are_read(tmp_path):
    (tmp_path / "a").write_bytes(b"content")

    async def application(scope, receive, send):
        assert "http.response.pathsend" in scope["extensions"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.pathsend", "path": str(tmp_path / "a")})

    assert Client(application, extensions=["http.response.pathsend"]).get("/").body == b"content"


def test_trailers_are_kept_and_hints_passed_over():
    async def application(scope, receive, send):
        start = {"type": "http.response.start", "status": 200, "headers": [], "trailers": True}
        await send(start)
        await send({"type": "http.response.early_hint", "links": [b"</a>; rel=preload"]})
        await send({"type": "http.response.body", "body": b"x"})
        more = {"type": "http.response.trailers", "more_trailers": True}
        await send({**more, "headers": [(b"x-sum", b"1")]})
        await send({"type": "http.response.trailers", "headers": [(b"x-sum", b"2")]})

    extensions = ["http.response.trailers", "http.response.early_hint"]
    answer = Client(application, extensions=extensions).get("/")
    assert (answer.body, answer.trailers.get_all("x-sum")) == (b"x", ["1", "2"])


def test_within_a_running_loop_a_request_is_awaited(client, site):
    async def test():
        return await client(site).request_async("GET", "/echo/x", query={"a": "1"})

    assert asyncio.run(test()).json()["query"] == [["a", "1"]]


def test_within_a_running_loop_a_call_that_would_wait_is_a_named_error(site):
    async def test():
        Client(site).get("/echo/x")

    with pytest.raises(ClientError, match=r"await client\.request_async"):
        asyncio.run(test())


def test_a_clients_loop_is_closed_when_it_is_garbage_also_where_a_loop_runs(site):
    client = Client(site)
    client.get("/echo/x")

    async def forget():
        nonlocal client
        client = None
        gc.collect()

    asyncio.run(forget())  # an unclosed loop would warn, and a warning is an error


def test_a_client_that_was_closed_may_be_asked_again(client, site):
    asking = client(site)
    for _ in range(2):
        assert asking.get("/echo/x").status == 200
        asking.close()
        asking.close()


def test_a_wsgi_exchange_waits_for_nothing():
    with pytest.raises(RuntimeError, match="can be waited for by no event loop"):
        run_at_once(asyncio.sleep(0))


def test_an_asgi_application_without_a_word_is_cancelled_and_a_named_error():
    cancelled = []

    async def application(scope, receive, send):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    with pytest.raises(ClientError, match=r"sent nothing for 0\.01 s"):
        Client(application, timeout=0.01).get("/")
    assert cancelled == [True]


def test_redirects_are_answers_unless_they_are_followed(client):
    site = App()
    site.get("/a")(lambda: RedirectResponse("/b?x=1"))
    site.get("/b")(lambda request: request.query["x"])
    assert client(site).get("/a").status == 302
    answer = client(site).get("/a", follow_redirects=True)
    assert (answer.status, answer.text) == (200, "1")
    assert [before.header("location") for before in answer.history] == ["/b?x=1"]


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (301, "POST", ("GET", "", None)),
        (302, "POST", ("GET", "", None)),
        (302, "PUT", ("PUT", "a=1", "application/x-www-form-urlencoded")),
        (303, "POST", ("GET", "", None)),
        (303, "PUT", ("GET", "", None)),
        (307, "POST", ("POST", "a=1", "application/x-www-form-urlencoded")),
        (308, "PATCH", ("PATCH", "a=1", "application/x-www-form-urlencoded")),
    ],
)
def test_what_is_asked_after_a_redirect(client, site, status, method, then):
    """RFC 9110, 15.4."""
    site.route("/from", [method])(lambda: Response(status=status, headers={"location": "echo/x"}))
    found = client(site).request(method, "/from", form={"a": "1"}, follow_redirects=True).json()
    media_type = dict(found["headers"]).get("content-type")
    assert (found["method"], found["body"], media_type) == then


def test_a_head_is_still_a_head_after_a_303(client, site):
    site.head("/from")(lambda: Response(status=303, headers={"location": "/echo/x"}))
    assert client(site).head("/from", follow_redirects=True).body == b""


def test_a_redirect_without_end_is_a_named_error(client):
    site = App()
    site.get("/")(lambda: RedirectResponse("/"))
    with pytest.raises(ClientError, match="GET / is redirected more than 20 times"):
        client(site).get("/", follow_redirects=True)


@pytest.mark.parametrize(
    "location", ["https://example.com/", "mailto:a@b", "/elsewhere", "//example.com/"]
)
def test_a_redirect_out_of_the_application_is_a_named_error(client, location):
    site = App()
    site.get("/")(lambda: Response(status=302, headers={"location": location}))
    with pytest.raises(ClientError, match=f"leads out of the application, to '{location}'"):
        client(site, root_path="/mine").get("/", follow_redirects=True)


def test_a_redirect_may_lead_to_https_and_stays_below_the_root_path(client):
    site = App()
    location = "https://localhost:8000/my%20app/b"
    site.get("/a")(lambda: Response(status=307, headers={"location": location}))
    site.get("/b")(lambda request: f"{request.scheme} {request.root_path}{request.path}")
    answer = client(site, root_path="/my app").get("/a", follow_redirects=True)
    assert answer.text == "https /my app/b"


def test_a_body_that_is_given_once_is_not_sent_again(client, site):
    site.post("/")(lambda request: Response(status=307, headers={"location": "/echo/x"}))
    with pytest.raises(ClientError, match="an iterator gives it once"):
        client(site).post("/", body=iter([b"a"]), follow_redirects=True)


def test_context_variables_of_the_test_are_seen(client):
    from contextvars import ContextVar

    user = ContextVar("user", default="nobody")
    site = App()
    site.get("/")(lambda: user.get())
    asking = client(site)
    assert asking.get("/").text == "nobody"
    user.set("ann")
    assert asking.get("/").text == "ann"


def test_a_client_may_be_used_in_any_thread(client, site):
    statuses = []
    asking = client(site)
    thread = threading.Thread(target=lambda: statuses.append(asking.get("/echo/x").status))
    thread.start()
    thread.join()
    assert statuses == [200]


def test_a_form_is_what_the_standard_library_reads(client, site):
    found = client(site).post("/echo/x", form={"a": "ü&"}).json()["body"]
    assert parse_qsl(found) == [("a", "ü&")]
