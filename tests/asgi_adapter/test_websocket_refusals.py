"""How a handshake is refused: with a response where the server can send one, else with 403."""

import logging

import pytest

from asgi_adapter import ASGIAdapter
from core import App, Forbidden, HTTPError, RedirectResponse, Response, Unauthorized
from tests.asgi_adapter.server import ACCEPTED, CLOSED, converse, serving

DENIAL = {"websocket.http.response": {}}


def denial(handler, **scope):
    """Status, header fields and body of the refusal."""
    start, body = converse(serving(handler), extensions=DENIAL, **scope)
    assert (start["type"], body["type"]) == (
        "websocket.http.response.start",
        "websocket.http.response.body",
    )
    return start["status"], dict(start["headers"]), body["body"]


def test_a_handler_may_refuse_with_a_status():
    async def handler(websocket):
        await websocket.refuse(451)
        await websocket.close()  # once is enough

    status, headers, body = denial(handler)
    assert (status, body) == (451, b"Unavailable For Legal Reasons\n")
    assert headers[b"content-type"] == b"text/plain; charset=utf-8"
    assert headers[b"content-length"] == b"30"


def test_a_handler_may_refuse_with_a_whole_response():
    async def handler(websocket):
        await websocket.refuse(Response("no", 401, {"www-authenticate": "Basic"}, "text/x-no"))

    assert denial(handler) == (
        401,
        {b"www-authenticate": b"Basic", b"content-type": b"text/x-no", b"content-length": b"2"},
        b"no",
    )


def test_a_refusal_may_point_elsewhere():
    async def handler(websocket):
        await websocket.refuse(RedirectResponse("/login"))

    status, headers, body = denial(handler)
    assert (status, headers[b"location"], body) == (302, b"/login", b"")


def test_a_status_that_refuses_nothing_is_an_error():
    async def handler(websocket):
        with pytest.raises(ValueError, match="from 400 to 599; got 200"):
            await websocket.refuse(200)

    assert converse(serving(handler)) == [CLOSED]


def test_an_http_error_before_accept_is_the_refusal(caplog):
    async def handler(websocket):
        raise Unauthorized("who?", {"www-authenticate": "Basic"})

    status, headers, body = denial(handler)
    assert (status, headers[b"www-authenticate"]) == (401, b"Basic")
    assert body == b"Unauthorized: who?\n"
    assert caplog.records == []


def test_the_page_of_a_refusal_is_json_where_the_client_accepts_it():
    async def handler(websocket):
        raise Forbidden("not you")

    status, _, body = denial(handler, headers=[(b"accept", b"application/json")])
    assert (status, body) == (403, b'{"title":"Forbidden","status":403,"detail":"not you"}')


def refusing(how):
    async def handler(websocket):
        if how == "refuse":
            await websocket.refuse(401)
        elif how == "HTTPError":
            raise HTTPError(401)
        elif how == "crash":
            raise LookupError

    return handler


@pytest.mark.parametrize("how", ["refuse", "HTTPError", "crash", "return"])
@pytest.mark.parametrize("scope", [{"extensions": {}}, {"extensions": None}])
def test_a_server_without_denial_responses_is_asked_for_a_403(how, scope):
    assert converse(serving(refusing(how)), **scope) == [CLOSED]


@pytest.mark.parametrize("error", [LookupError("secret"), ValueError("secret")], ids=repr)
def test_a_crash_before_accept_is_a_500_that_reveals_nothing(error, caplog):
    async def handler(websocket):
        raise error

    assert denial(handler)[::2] == (500, b"Internal Server Error\n")
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "<WebSocket '/', not accepted yet> failed" in record.getMessage()
    assert record.exc_info[1] is error


@pytest.mark.parametrize("when", ["start", "body"])
def test_a_client_that_leaves_during_its_refusal_is_no_error(when, caplog):
    sent = []

    async def leaving(scope, receive, send):
        async def deaf(message):
            if message["type"].endswith(when):
                raise OSError("the client has gone")
            sent.append(message["type"])
            await send(message)

        await serving(refusing("refuse"))(scope, receive, deaf)

    with pytest.raises(AssertionError):  # our validator, which wants the answer that nobody reads
        converse(leaving, extensions=DENIAL)
    assert sent == ["websocket.http.response.start"] * (when == "body")
    assert caplog.records == []


def test_a_status_that_the_server_does_not_send_is_a_500(caplog):
    """As uvicorn with `websockets`: a status is one of those that Python's `http` knows."""

    async def choosy(scope, receive, send):
        async def choose(message):
            if message.get("status") == 499:
                raise ValueError("499 is not a valid HTTPStatus")
            await send(message)

        async def handler(websocket):
            await websocket.refuse(499)

        await serving(handler)(scope, receive, choose)

    start, _ = converse(choosy, extensions=DENIAL)
    assert start["status"] == 500
    assert "499 is not a valid" in caplog.text


# Origins.


async def accepting(websocket):
    await websocket.accept()


def answer(app, origin, host="example.com"):
    """What a handshake with this Origin comes to."""
    headers = [(b"host", host.encode())] * bool(host)
    fields = [(b"origin", one.encode()) for one in origin.split(" and ") if one]
    sent = converse(app, headers=[*headers, *fields], extensions=DENIAL)
    return "welcome" if sent[0] == ACCEPTED else sent[0]["status"]


def test_what_sends_no_origin_is_no_browser_and_welcome():
    assert answer(serving(accepting), "") == "welcome"


@pytest.mark.parametrize(
    ("origin", "host", "comes_to"),
    [
        ("http://example.com", "example.com", "welcome"),
        ("https://example.com", "example.com", "welcome"),  # behind a proxy that ends TLS
        ("http://example.com:8000", "example.com:8000", "welcome"),
        ("http://[::1]:8000", "[::1]:8000", "welcome"),
        ("HTTP://Example.COM", "eXample.com", "welcome"),  # RFC 6454, 4: without regard to case
        ("http://example.com:80", "example.com", "welcome"),  # and to the scheme's own port
        ("https://example.com", "example.com:443", "welcome"),
        ("https://example.com:80", "example.com", 403),
        ("http://example.com:8000", "example.com:8001", 403),
        ("http://evil.example", "example.com", 403),
        ("http://example.com.evil.example", "example.com", 403),
        ("http://evil.example/example.com", "example.com", 403),
        ("http://example.com@evil.example", "example.com", 403),
        ("http://sub.example.com", "example.com", 403),
        ("null", "example.com", 403),  # a sandboxed frame, a file
        ("example.com", "example.com", 403),
        ("*", "example.com", 403),
        ("http://example.com and http://example.com", "example.com", 403),  # two fields
        ("http://example.com", "not a host", 400),
    ],
)
def test_by_default_a_page_must_come_from_the_host_that_it_asks(origin, host, comes_to):
    assert answer(serving(accepting), origin, host) == comes_to


def test_a_foreign_origin_is_logged_with_the_setting_and_its_handler_does_not_run(caplog):
    ran = []

    async def handler(websocket):
        ran.append(websocket)

    assert answer(serving(handler), "http://evil.example\x1b[2J") == 403
    [record] = caplog.records
    assert record.getMessage() == (
        "<WebSocket '/', not accepted yet> refused the origin 'http://evil.example\\x1b[2J' "
        "(the setting is origins)"
    )
    assert ran == []


@pytest.mark.parametrize(
    ("origins", "origin", "comes_to"),
    [
        (["https://a.example"], "https://a.example", "welcome"),
        (["https://A.example:443"], "https://a.example", "welcome"),
        (["https://a.example"], "http://a.example", 403),  # exactly
        (["https://a.example"], "https://a.example:8443", 403),
        (["https://a.example"], "https://aa.example", 403),
        (["https://a.example"], "http://example.com", 403),  # a list is all that may
        (["same-origin", "https://a.example"], "http://example.com", "welcome"),
        (["same-origin", "https://a.example"], "https://a.example", "welcome"),
        (["*"], "https://anything.example", "welcome"),
        (["*"], "null", "welcome"),
        (["null"], "null", "welcome"),
        ([], "http://example.com", 403),
        ([], "", "welcome"),
    ],
)
@pytest.mark.parametrize("where", ["route", "adapter"])
def test_origins_may_be_listed_for_a_route_or_for_all(where, origins, origin, comes_to):
    app = ASGIAdapter(App(), websocket_origins=origins if where == "adapter" else ["*"])
    app.websocket("/", origins=origins if where == "route" else None)(accepting)
    assert answer(app, origin) == comes_to


@pytest.mark.parametrize(
    ("origins", "error", "says"),
    [
        ("https://a.example", TypeError, "a list, like .*; got 'https://a.example'"),
        (["https://a.example/"], ValueError, "got 'https://a.example/'"),
        (["a.example"], ValueError, "got 'a.example'"),
        (["https://*.a.example"], ValueError, "got "),
        (["https://\u00e9.example"], ValueError, "got "),  # a browser sends xn--9ca.example
        (["self"], ValueError, "'same-origin', '\\*' or 'null'; got 'self'"),
    ],
)
def test_what_is_no_origin_is_refused_at_registration(origins, error, says):
    with pytest.raises(error, match=says):
        ASGIAdapter(App()).websocket("/", origins=origins)
    with pytest.raises(error, match=says):
        ASGIAdapter(App(), websocket_origins=origins)
