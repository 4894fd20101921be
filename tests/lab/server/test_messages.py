"""What an ASGI application may say, and what it is told where it may not."""

import pytest

from lab.server.messages import checked_body, checked_code, checked_content, checked_fields
from tests.lab.server.fakes import Peer
from tests.lab.server.test_asgi_host import GET, START, body, sending
from tests.lab.server.test_websocket import CLOSE, HANDSHAKE, code_of, frames_in

ACCEPT = {"type": "websocket.accept"}


@pytest.mark.parametrize("found", [b"", b"a", bytearray(b"a"), memoryview(b"a")])
def test_a_body_is_bytes(found):
    assert checked_body({"body": found}) == bytes(found)


def test_a_message_without_a_body_has_an_empty_one():
    assert checked_body({}) == b""


@pytest.mark.parametrize("wrong", ["a", None, 5, [b"a"]])
def test_another_body_is_a_500_before_anything_is_sent(wrong, caplog):
    with Peer(sending(START, {**body(), "body": wrong})) as peer:
        peer.send(GET)
        assert peer.statuses == [500]
    assert f'a body is bytes (ASGI, "Response Body"); got {wrong!r}' in caplog.text


@pytest.mark.parametrize("message", [{}, {"headers": []}, {"headers": ()}])
def test_a_message_may_have_no_header_fields(message):
    assert checked_fields(message) == []


@pytest.mark.parametrize(
    ("message", "content"),
    [({"text": ""}, ""), ({"bytes": b"a", "text": None}, b"a"), ({"bytes": b""}, b"")],
)
def test_a_websockets_message_is_text_or_bytes(message, content):
    assert checked_content(message) == content


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, ValueError),
        ({"text": None, "bytes": None}, ValueError),
        ({"text": "a", "bytes": b"a"}, ValueError),
        ({"text": b"a"}, TypeError),
        ({"bytes": "a"}, TypeError),
        ({"text": 5}, TypeError),
    ],
)
def test_another_message_is_told(message, error):
    with pytest.raises(error, match="; got"):
        checked_content(message)


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 1012, 1014, 3000, 4999])
def test_a_close_code_that_may_be_sent(code):
    assert checked_code({"code": code}) == code


def test_a_close_without_a_code_is_a_normal_one():
    assert checked_code({}) == 1000


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 70000, "x", None])
def test_another_code_is_never_sent(code, caplog):
    with Peer(sending(ACCEPT, {"type": "websocket.close", "code": code})) as peer:
        peer.send(HANDSHAKE)
        [(opcode, payload)] = frames_in(peer.sent.partition(b"\r\n\r\n")[2])
    assert (opcode, code_of(payload)) == (CLOSE, 1011)
    assert f"(RFC 6455, 7.4); got {code!r}" in caplog.text


@pytest.mark.parametrize("name", [b"Upgrade", b"connection", b"Content-Length"])
def test_a_101_has_no_field_that_is_the_servers(name):
    with Peer(sending({**ACCEPT, "headers": [(name, b"5"), (b"x-a", b"1")]})) as peer:
        peer.send(HANDSHAKE)
        head = peer.sent.partition(b"\r\n\r\n")[0].lower()
    assert name.lower() + b": 5" not in head
    assert b"\r\nx-a: 1" in head
