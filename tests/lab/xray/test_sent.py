import asyncio
import logging

import pytest

from lab.xray.recording import Recording
from lab.xray.sent import sent

NOW = 1_000_000_000.0
DATED = ("date: sun, 09 sep 2001 01:46:40 gmt", "server: tandem")
OF_TWO, CHUNKED = "content-length: 2", "transfer-encoding: chunked"
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
HEAD = b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
OLD = b"GET / HTTP/1.0\r\n\r\n"
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
LENGTH, B_LENGTH = [("Content-Length", "2")], [(b"content-length", b"2")]
LEFT = ("hung up", {})


def wsgi(*events, status="200 OK", headers=(), kind="generator"):
    recording = Recording("wsgi")
    recording.add("call", "server", "here", environ={})
    if status:
        recording.add(
            "start_response", "application", "here",
            status=status, headers=list(headers), exc_info=None,
        )  # fmt: skip
    recording.add("return", "application", "here", type=kind)
    for name, details in events:
        recording.add(
            name, "server" if name in ("close", "hung up") else "application", "", **details
        )
    return recording


def asgi(*messages, ends=("return", {"result": None})):
    recording = Recording("asgi")
    recording.add("call", "server", "here", scope={})
    for message in messages:
        recording.add("send", "application", "here", message=message)
    recording.add(ends[0], "application", "here", **ends[1])
    return recording


def chunks(*octets):
    return [("chunk", {"data": one}) for one in octets]


def start(status=200, headers=()):
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(octets=b"", more=False):
    return {"type": "http.response.body", "body": octets, "more_body": more}


@pytest.mark.parametrize(
    ("asked", "recording", "line", "field", "rest"),
    [
        (GET, wsgi(*chunks(b"h", b"i"), headers=LENGTH), "200 OK", OF_TWO, "hi"),
        (GET, wsgi(*chunks(b"h", b"i"), kind="list"), "200 OK", OF_TWO, "hi"),
        (GET, wsgi(*chunks(b"hi"), headers=LENGTH, status="299 Fine"), "299 Fine", OF_TWO, "hi"),
        (GET, wsgi(*chunks(b"h", b"", b"ij")), "200 OK", CHUNKED, "1\r\nh\r\n2\r\nij\r\n0\r\n\r\n"),
        (GET, wsgi(*chunks(b"h"), LEFT, *chunks(b"i")), "200 OK", CHUNKED, "1\r\nh\r\n"),
        (OLD, wsgi(*chunks(b"hi")), "200 OK", "connection: close", "hi"),
        (HEAD, wsgi(*chunks(b"hi"), headers=LENGTH), "200 OK", OF_TWO, ""),
        (GET, wsgi(status="204 No Content"), "204 No Content", "", ""),
        (GET, asgi(start(), body(b"hi")), "200 OK", CHUNKED, "2\r\nhi\r\n0\r\n\r\n"),
        (GET, asgi(start(404, B_LENGTH), body(b"hi")), "404 Not Found", OF_TWO, "hi"),
        (GET, asgi(start(304), body(b"hi")), "304 Not Modified", "", ""),
    ],
)
def test_what_was_recorded_goes_out_in_the_servers_framing(asked, recording, line, field, rest):
    head, *others = sent([asked], recording, NOW).parts
    first, *fields = head.decode().removesuffix("\r\n\r\n").lower().split("\r\n")
    assert first == f"http/1.1 {line}".lower()
    assert set(fields) == {*DATED, field} - {""}
    assert b"".join(others).decode() == rest


def test_what_was_written_goes_out_before_the_body():
    recording = Recording("wsgi")
    recording.add("call", "server", "here", environ={})
    recording.add("start_response", "application", "", status="200 OK", headers=[], exc_info=None)
    recording.add("write", "application", "", data=b"a")
    recording.add("return", "application", "", type="generator")
    recording.add("chunk", "application", "", data=b"b")
    assert sent([GET], recording, NOW).parts[1:] == [b"1\r\na\r\n", b"1\r\nb\r\n", b"0\r\n\r\n"]


def test_a_generator_starts_its_response_with_its_first_chunk():
    recording = Recording("wsgi")
    recording.add("call", "server", "here", environ={})
    recording.add("return", "application", "", type="generator")
    recording.add("start_response", "application", "", status="200 OK", headers=[], exc_info=None)
    recording.add("chunk", "application", "", data=b"a")
    assert sent([GET], recording, NOW).parts[1:] == [b"1\r\na\r\n", b"0\r\n\r\n"]


@pytest.mark.parametrize(
    "recording",
    [
        wsgi(status=None),
        wsgi(("write", {"data": b"a"}), status=None),
        wsgi(("raise", {"error": "ValueError: no"})),
        wsgi(("chunk", {"data": "text"})),
        wsgi(status="fine"),
        asgi(),
        asgi(start(), ends=("raise", {"error": "ValueError: no"})),
        asgi({"type": "http.response.body"}),
        asgi({"type": "x.unknown"}),
        asgi("nothing"),
    ],
)
def test_what_goes_wrong_before_a_byte_is_sent_is_the_servers_500(recording, caplog):
    caplog.set_level(logging.DEBUG, "tandem.server")
    parts = sent([GET], recording, NOW).parts
    assert parts[0].startswith(b"HTTP/1.1 500 ")
    assert caplog.records == []  # it has happened to nobody


def test_an_error_that_start_response_was_told_is_its_answer():
    recording = wsgi(status=None)
    recording.events.pop()
    for status, error in (("200 OK", None), ("500 Oh", "ValueError: oh")):
        recording.add(
            "start_response", "application", "", status=status, headers=[], exc_info=error
        )
    recording.add("return", "application", "", type="list")
    assert sent([GET], recording, NOW).parts[0].startswith(b"HTTP/1.1 500 Oh\r\n")


def test_a_response_that_breaks_is_cut():
    parts = sent([GET], asgi(start(), body(b"a", more=True)), NOW).parts
    assert parts[1:] == [b"1\r\na\r\n"]


def test_a_handshake_is_answered_by_101_and_what_follows_is_frames():
    recording = asgi({"type": "websocket.accept"}, {"type": "websocket.send", "text": "hi"})
    head, *frames = sent([HANDSHAKE], recording, NOW).parts
    assert head.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head  # RFC 6455, 1.3
    assert b"".join(frames).startswith(b"\x81\x02hi")


def test_a_request_that_the_server_refuses_says_so():
    found = sent([GET.replace(b"Host: a", b"Host: a\r\nHost: b")], asgi(start(), body()), NOW)
    assert found.refused == "400, a request has one Host; this has 2 (RFC 9112, 3.2)"
    assert found.parts[0].startswith(b"HTTP/1.1 400 ")


def test_it_can_be_asked_where_a_loop_runs():
    async def asked():
        return sent([GET], asgi(start(204), body()), NOW)

    assert asyncio.run(asked()).parts[0].startswith(b"HTTP/1.1 204 ")


def test_the_events_of_the_parser_are_told():
    post = b"POST /a?b=c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    parts = [post, b"3\r\nabc\r\n", b"2\r\nde\r\n", b"0\r\n\r\n"]
    found = sent(parts, asgi(start(), body()), NOW)
    assert found.events == ["Head POST /a?b=c", "Body of 3 bytes", "Body of 2 bytes", "End"]
    assert sent([b"no request\r\n"], asgi(), NOW).events == []
