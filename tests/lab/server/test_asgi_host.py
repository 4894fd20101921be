"""An ASGI application as it is called, with the validator around it where it keeps the rules."""

import sys

import pytest

from lab.asgi_validator import ASGIValidator
from tests.lab.server.fakes import Peer, echo

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
START = {"type": "http.response.start", "status": 200, "headers": []}


def body(octets=b"", more=False):
    return {"type": "http.response.body", "body": octets, "more_body": more}


def sending(*messages, then=None):
    async def app(scope, receive, send):
        for message in messages:
            await send(message)
        if then is not None:
            raise then

    return app


def exchange(app, octets=GET):
    with Peer(app) as peer:
        peer.send(octets)
        return peer


def test_the_scope_holds_what_the_specification_asks_for():
    scopes = []

    async def app(scope, receive, send):
        scopes.append(scope)
        await echo(scope, receive, send)

    with Peer(ASGIValidator(app)) as peer:
        peer.send(b"GET /caf%C3%A9%2F?q=%41 HTTP/1.1\r\nHOST: a\r\nX-A: 1\r\nX-a: \t2 \r\n\r\n")
        assert peer.statuses == [200]
    assert scopes == [
        {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.5"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/café/",
            "raw_path": b"/caf%C3%A9%2F",
            "query_string": b"q=%41",
            "root_path": "",
            "headers": [(b"host", b"a"), (b"x-a", b"1"), (b"x-a", b"2")],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
            "state": {},
            "extensions": {},
        }
    ]


def test_the_authority_of_a_target_takes_the_place_of_host():
    scopes = []

    async def app(scope, receive, send):
        scopes.append(scope)
        await echo(scope, receive, send)

    exchange(app, b"GET http://b:81/ HTTP/1.1\r\nX: 1\r\nHost: a\r\n\r\n")
    assert scopes[0]["headers"] == [(b"host", b"b:81"), (b"x", b"1")]


def test_a_response_without_a_length_is_sent_in_chunks():
    peer = exchange(sending(START, body(b"ab", True), body(b"", True), body(b"c", True), body()))
    assert peer.answers() == [(200, b"abc")]
    assert b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n" in peer.sent


def test_to_http_1_0_it_is_ended_by_the_connection():
    peer = exchange(sending(START, body(b"ab", True), body(b"c")), GET.replace(b"1.1", b"1.0"))
    assert peer.sent.endswith(b"\r\n\r\nabc")
    assert b"transfer-encoding" not in peer.sent.lower()
    assert peer.is_ended


@pytest.mark.parametrize("status", [204, 304])
def test_a_response_that_has_no_body_gets_none(status):
    with Peer(sending({**START, "status": status}, body(b"x"))) as peer:
        peer.send(GET * 2)
        assert peer.answers() == [(status, b"")] * 2
        assert peer.sent.endswith(b"\r\n\r\n")


def test_the_answer_to_head_has_the_fields_and_no_body():
    fields = [(b"content-length", b"3")]
    with Peer(sending({**START, "headers": fields}, body(b"abc"))) as peer:
        peer.send((b"HEAD" + GET[3:]) * 2)
        assert peer.sent.count(b"content-length: 3\r\n") == 2
        assert b"abc" not in peer.sent


def test_the_date_and_the_server_are_told_unless_the_application_does():
    peer = exchange(sending(START, body()))
    assert peer.sent.count(b"date: ") == peer.sent.count(b"server: tandem\r\n") == 1
    fields = [(b"Date", b"today"), (b"Server", b"mine")]
    peer = exchange(sending({**START, "headers": fields}, body()))
    assert peer.sent.lower().count(b"date: ") == peer.sent.lower().count(b"server: ") == 1


def test_the_reason_is_that_of_the_status():
    assert exchange(sending(START, body())).sent.startswith(b"HTTP/1.1 200 OK\r\n")
    assert exchange(sending({**START, "status": 299}, body())).sent.startswith(b"HTTP/1.1 299 \r\n")


def test_fields_between_client_and_server_are_the_servers():
    fields = [(b"Connection", b"upgrade"), (b"Transfer-Encoding", b"zip"), (b"keep-alive", b"9")]
    peer = exchange(sending({**START, "headers": fields}, body(b"x")))
    assert peer.answers() == [(200, b"x")]
    assert b"zip" not in peer.sent
    assert b"keep-alive" not in peer.sent.lower()


def test_cancelled_from_within_it_is_answered_500():
    import asyncio

    peer = exchange(sending(then=asyncio.CancelledError()))
    assert peer.statuses == [500]


@pytest.mark.parametrize(
    ("app", "logged"),
    [
        (sending(then=ValueError("a secret")), "a secret"),
        (sending(START, then=ValueError("a secret")), "a secret"),
        (sending(), "its response is not complete"),
        (sending(START), "its response is not complete"),
        (sending(body()), "the response is not started"),
        (sending(START, START), "the response is started"),
        (sending({**START, "headers": [(b"x", b"a\r\nb: c")]}), "Illegal header value"),
        (sending({**START, "headers": [(b"x y", b"")]}), "Illegal header name"),
        (sending({**START, "headers": [(b"content-length", b"x")]}), "Content-Length"),
        (sending({**START, "status": 42}), "42"),
        (sending({"type": "http.response.pushed"}), "has no place here"),
    ],
)
def test_a_bug_before_anything_is_sent_is_answered_500(app, logged, caplog):
    peer = exchange(app)
    assert peer.answers() == [(500, b"Internal Server Error\n")]
    assert logged in caplog.text
    assert b"secret" not in peer.sent


@pytest.mark.parametrize("length", [b"0", b"2"])
def test_a_whole_body_of_another_length_than_declared_is_a_500(length, caplog):
    app = sending({**START, "headers": [(b"content-length", length)]}, body(b"x"))
    assert exchange(app).statuses == [500]
    assert f"the body has 1 bytes, and Content-Length says {length.decode()}" in caplog.text


def test_a_part_that_is_longer_than_the_whole_is_a_500(caplog):
    app = sending({**START, "headers": [(b"content-length", b"1")]}, body(b"xx", more=True))
    assert exchange(app).statuses == [500]
    assert "the body has 2 bytes, and Content-Length says 1" in caplog.text


@pytest.mark.parametrize(
    ("app", "logged"),
    [
        (sending(START, body(b"x", True), then=ValueError("a secret")), "a secret"),
        (sending(START, body(b"x", True)), "its response is not complete"),
        (
            sending(
                {**START, "headers": [(b"content-length", b"2")]}, body(b"x", True), body(b"xx")
            ),
            "not what its header fields say",
        ),
    ],
)
def test_a_bug_after_something_is_sent_cuts_the_connection(app, logged, caplog):
    peer = exchange(app)
    assert peer.transport.is_closed
    assert not peer.sent.endswith(b"0\r\n\r\n")
    assert b"500" not in peer.sent
    assert logged in caplog.text


def test_a_bug_after_the_response_is_logged_and_changes_nothing(caplog):
    with Peer(sending(START, body(b"x"), then=ValueError("late"))) as peer:
        peer.send(GET * 2)
        assert peer.answers() == [(200, b"x")] * 2
    assert caplog.text.count("late") >= 2


def test_what_comes_after_the_response_is_a_mistake(caplog):
    exchange(sending(START, body(), body()))
    assert "the response is complete" in caplog.text


def test_after_the_response_a_disconnect_is_received():
    received = []

    async def app(scope, receive, send):
        await echo(scope, receive, send)
        received.append(await receive())

    with Peer(app) as peer:
        peer.send(GET * 2)
        assert peer.statuses == [200, 200]
    assert received == [{"type": "http.disconnect"}] * 2


def test_work_after_the_response_does_not_hold_up_the_next_request():
    import asyncio

    begun = []

    async def app(scope, receive, send):
        await echo(scope, receive, send)
        begun.append(1)
        await asyncio.Event().wait()

    with Peer(app) as peer:
        peer.send(GET * 3)
        assert peer.statuses == [200] * 3
        assert len(begun) == 3


def test_an_exit_of_the_application_is_a_failed_request(caplog):
    async def app(scope, receive, send):
        sys.exit(3)

    with Peer(app) as peer:
        peer.send(GET + GET)
        assert peer.statuses == [500, 500]
        assert "GET / failed" in caplog.text


@pytest.mark.parametrize(
    "field",
    [("x-a", b"1"), (b"x-a", "1"), (b"x-a", 1), (b"x-a",), b"x-a: 1", None, (b"x-a", bytearray())],
)
def test_a_header_field_that_is_not_two_bytes_is_a_500_and_told(field, caplog):
    app = sending({**START, "headers": [(b"x-b", b"2"), field]}, body(b"x"))
    assert exchange(app).statuses == [500]
    assert "a header field is two bytes, a name and a value (ASGI, " in caplog.text
    assert f"got {field!r}" in caplog.text


def test_a_header_field_may_be_a_list_of_two():
    app = sending({**START, "headers": [[b"x-b", b"2"]]}, body(b"x"))
    assert b"x-b: 2\r\n" in exchange(app).sent
