import pytest

from lab.errors import WrongUsageError
from lab.xray.asked_line import Options, script_of
from lab.xray.presets import PRESETS
from lab.xray.wire import request_parts


def said(method="GET", path="/", preset=None, **options):
    return b"".join(request_parts(script_of(method, path, Options(**options), preset))).decode(
        "latin-1"
    )


HOST = "Host: localhost:8000\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, f"GET / HTTP/1.1\r\n{HOST}\r\n"),
        ({"path": "/a?b=c&d=%C3%A9"}, f"GET /a?b=c&d=%C3%A9 HTTP/1.1\r\n{HOST}\r\n"),
        ({"path": "/caf\u00e9 x?q=\u00e9"}, f"GET /caf%C3%A9%20x?q=%C3%A9 HTTP/1.1\r\n{HOST}\r\n"),
        ({"path": "/a%2Fb?c=[1]?"}, f"GET /a%2Fb?c=[1]? HTTP/1.1\r\n{HOST}\r\n"),
        ({"method": "PURGE"}, f"PURGE / HTTP/1.1\r\n{HOST}\r\n"),
        ({"headers": ["X-A: 1", "X-A:2"]}, f"GET / HTTP/1.1\r\n{HOST}X-A: 1\r\nX-A: 2\r\n\r\n"),
        ({"headers": ["Host: other"]}, "GET / HTTP/1.1\r\nHost: other\r\n\r\n"),
        (
            {"method": "POST", "data": ["a=1", "b=2"]},
            f"POST / HTTP/1.1\r\n{HOST}{FORM}Content-Length: 7\r\n\r\na=1&b=2",
        ),
        (
            {"method": "POST", "data": ["a"], "headers": ["content-type: text/plain"]},
            f"POST / HTTP/1.1\r\n{HOST}content-type: text/plain\r\nContent-Length: 1\r\n\r\na",
        ),
        (
            {"method": "PUT", "json": '{"a": 1}'},
            f"PUT / HTTP/1.1\r\n{HOST}Content-Type: application/json\r\nContent-Length: 8\r\n\r\n"
            '{"a": 1}',
        ),
        (
            {"method": "POST", "data": ["one", "two"], "chunked": True},
            f"POST / HTTP/1.1\r\n{HOST}{FORM}Transfer-Encoding: chunked\r\n\r\n"
            "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n",
        ),
        (
            {"method": "POST", "data": [""], "chunked": True},
            f"POST / HTTP/1.1\r\n{HOST}{FORM}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
    ],
)
def test_a_request_is_sent_as_it_was_said(given, sent):
    assert said(**given) == sent


def test_without_method_and_path_it_is_get_or_with_a_body_post():
    assert script_of(None, None, Options(), None).title == "GET /"
    assert script_of(None, None, Options(data=["a"]), None).title == "POST /"
    assert script_of(None, None, Options(data=["a"]), "post-in-chunks").chunks == [b"a"]


def test_a_body_may_be_in_a_file(tmp_path):
    (tmp_path / "body").write_bytes(b"\x00\xff")
    assert script_of(None, None, Options(data=[f"@{tmp_path}/body"]), None).chunks == [b"\x00\xff"]


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_makes_a_script_of_its_kind(name):
    script = script_of(None, None, Options(), name)
    assert script.kind == PRESETS[name].kind


def test_a_preset_says_what_the_client_does():
    def made(name, method="GET", path="/x", **options):
        return script_of(method, path, Options(**options), name)

    assert len(made("post-in-chunks", "POST").chunks) == 3
    assert made("post-in-chunks", "POST").is_chunked
    assert made("hang-up").leaves_after == 1
    assert made("hang-up", hang_up_after=4).leaves_after == 4
    assert made("streaming").leaves_after == 1000
    assert made("get").leaves_after == 100
    assert script_of(None, None, Options(), "head").title == "HEAD /"
    assert script_of("OPTIONS", "*", Options(), None).title == "OPTIONS *"
    assert script_of(None, None, Options(send=["a"]), None).frames == ["a"]
    assert script_of(None, None, Options(subprotocols=["a"]), None).subprotocols == ["a"]
    assert made("exception-after-start").breaks
    assert made("websocket").frames == ["hello", b"\x00\xff"]
    assert made("websocket").title == "WebSocket /x"
    assert script_of(None, None, Options(), "lifespan").title == "Startup and shutdown"


def test_a_handshake_has_the_fields_that_make_it_one():
    script = script_of("GET", "/ws", Options(), "websocket")
    sent = b"".join(request_parts(script)).decode()
    assert "\r\nUpgrade: websocket\r\n" in sent
    assert "\r\nSec-WebSocket-Version: 13\r\n" in sent


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"method": "get"}, "written in capitals: GET, not get"),
        ({"method": "G T"}, "METHOD is a word such as GET or POST; got 'G T'"),
        ({"method": "/tasks"}, "METHOD is a word such as GET or POST; got '/tasks'"),
        ({"path": "tasks"}, "PATH begins with \"/\", as in /tasks?done=true; got 'tasks'"),
        ({"path": "http://a/b"}, 'PATH begins with "/"'),
        ({"headers": ["X-A"]}, "a header is written 'Name: value'; got 'X-A'"),
        ({"headers": ["X A: 1"]}, "a header is written 'Name: value'"),
        ({"headers": ["X-A: a\r\nb: c"]}, "a header's value is one line of latin-1 text"),
        ({"headers": ["X-A: \u2603"]}, "a header's value is one line of latin-1 text"),
        ({"data": ["a"], "json": "1"}, "a request has one body: --data or --json, not both"),
        ({"json": "{a}"}, "--json takes JSON; got '{a}'"),
        ({"data": ["@/no/such/file"]}, "/no/such/file can't be read: No such file"),
        ({"preset": "websocket", "method": "POST"}, "a WebSocket is asked for by GET; got POST"),
        ({"preset": "lifespan"}, "a lifespan is no request: it takes no PATH"),
        ({"preset": "lifespan", "path": None, "data": ["a"]}, "a lifespan is no request"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_write(given, why):
    with pytest.raises(WrongUsageError) as error:
        said(**given)
    assert why in str(error.value)
