"""What people write when they are new here, and what they are told."""

import pytest

from asgi_adapter import ASGIAdapter
from core import App, FileResponse, Response, Router, StreamingResponse, call
from wsgi_adapter import WSGIAdapter


def test_a_response_that_is_kept_tells_nobody_of_another_clients_cookie(client):
    kept = Response("ok")
    site = App()
    site.get("/")(lambda: kept)
    site.get("/made")(lambda: (kept, 201))

    @site.middleware
    def sign_in(request):
        response = yield
        if request.query.get("user"):
            response.set_cookie("session", request.query["user"])
        return response

    for path in ("/", "/made"):
        assert client(site).get(f"{path}?user=ann").header("set-cookie").startswith("session=ann")
        assert client(site).get(path).all("set-cookie") == []
    assert kept.headers.get_all("set-cookie") == []


@pytest.mark.parametrize("adapter", [WSGIAdapter, ASGIAdapter])
@pytest.mark.parametrize("given", ["shop", Router(), WSGIAdapter(App())], ids=type)
def test_an_adapter_is_made_of_an_app(adapter, given):
    with pytest.raises(TypeError, match="an adapter is made of an App; got"):
        adapter(given)


def test_an_app_that_is_served_without_a_door_says_which_there_are():
    with pytest.raises(TypeError, match=r"WSGIAdapter\(site\) for gunicorn"):
        App()({}, None)


@pytest.mark.parametrize("adapter", [WSGIAdapter, ASGIAdapter])
def test_the_wrong_door_says_its_name(adapter):
    with pytest.raises(TypeError, match=rf"{adapter.__name__}\.__call__\(\)"):
        adapter(App())()


def test_a_websocket_without_parentheses_is_refused():
    async def handler(websocket):
        raise NotImplementedError

    with pytest.raises(TypeError, match=r'as in @app.websocket\("/ws"\); got <function'):
        ASGIAdapter(App()).websocket(handler)


def test_a_middleware_takes_the_request_alone():
    def two(request, call_next):
        yield

    with pytest.raises(TypeError, match=r"takes the request; got two\(request, call_next\)"):
        App().middleware(two)


def test_a_call_of_no_function_is_refused_where_it_is_made():
    with pytest.raises(TypeError, match="a function is wanted, and its arguments after it; got 5"):
        call(5)
    with pytest.raises(TypeError, match="a function is wanted"):
        Response("x").background("done")


def test_background_work_that_fails_is_named(client, caplog):
    def send_mail():
        raise OSError("no mail today")

    site = App()

    @site.get("/")
    def handler():
        response = Response("x")
        response.background(send_mail)
        return response

    assert client(site).get("/").text == "x"
    assert "<Call of send_mail>" in caplog.text


@pytest.mark.parametrize(
    "wrong", [lambda app: app.mount(App(), "/a"), lambda app: app.include("/a", Router())]
)
def test_arguments_in_the_wrong_order_are_named(wrong):
    with pytest.raises(TypeError, match=r"a prefix is a str|what is included is a Router"):
        wrong(App())


def test_fields_can_be_made_a_dict(client):
    site = App()
    site.get("/")(lambda request: dict(request.query))
    assert client(site).get("/?a=1&b=2&a=3").json() == {"a": "1", "b": "2"}


def test_an_answer_to_a_bug_that_fails_itself_is_a_500(client, caplog):
    site = App()
    site.get("/")(lambda: 1 / 0)
    site.error(500)(lambda request, error: FileResponse("/nowhere/500.html", 500))
    outer = App()
    outer.mount("/in", site)
    for answer in (client(site).get("/"), client(outer).get("/in/")):
        assert (answer.status, answer.text) == (500, "Internal Server Error\n")
    assert "ZeroDivisionError" in caplog.text
    assert "NotFound" in caplog.text


def test_the_middleware_outside_maps_the_first_chunk_of_a_mounted_app_too(client):
    def mapping(function):
        def middleware(request):
            response = yield
            response.map_chunks(function)
            return response

        return middleware

    inner, outer = App(), App()
    inner.get("/")(lambda: StreamingResponse([b"one ", b"two "]))
    inner.middleware(mapping(bytes.upper))
    outer.middleware(mapping(lambda chunk: b"[" + chunk + b"]"))
    outer.mount("/in", inner)
    assert client(outer).get("/in/").body == b"[ONE ][TWO ]"


def test_a_server_that_refuses_the_header_fields_leaves_no_stream_open():
    closed = []

    def chunks():
        try:
            yield b"x"
        finally:
            closed.append("closed")

    def refuse(status, headers):
        raise ValueError("no such fields")

    site = App()
    site.get("/")(chunks)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.url_scheme": "http"}
    with pytest.raises(ValueError, match="no such fields"):
        WSGIAdapter(site)(environ, refuse)
    assert closed == ["closed"]
