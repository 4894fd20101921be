"""WebSockets, frame by frame, as Autobahn's suite asks: what is echoed, and how it is closed."""

import asyncio
import struct
import sys

import pytest

from lab.asgi_validator import ASGIValidator
from lab.server.settings import Limits, Timeouts
from tests.lab.server.fakes import Peer

HANDSHAKE = (
    b"GET /chat?q=1 HTTP/1.1\r\nHost: a\r\n"
    b"Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
UTF8 = "κόσμε ☕ 𝄞".encode()


def frame(opcode, payload=b"", *, fin=True, masked=True, reserved=0, length=None):
    """A frame as a client sends it (RFC 6455, 5.2)."""
    first = (fin << 7) | (reserved << 4) | opcode
    size = len(payload) if length is None else length
    bit = 0x80 if masked else 0
    if size < 126:
        head = bytes([first, bit | size])
    elif size < 65_536:
        head = bytes([first, bit | 126]) + struct.pack(">H", size)
    else:
        head = bytes([first, bit | 127]) + struct.pack(">Q", size)
    if not masked:
        return head + payload
    mask = b"\x01\x02\x03\x04"
    return head + mask + bytes(octet ^ mask[index % 4] for index, octet in enumerate(payload))


def close(code=None, reason=b""):
    return frame(CLOSE, b"" if code is None else struct.pack(">H", code) + reason)


def frames_in(octets):
    """Opcode and payload of each frame that a server has sent."""
    found = []
    while octets:
        assert octets[0] & 0x80, "the server sends whole messages"
        assert not octets[0] & 0x70, "nothing was negotiated"
        assert not octets[1] & 0x80, "RFC 6455, 5.1: a server does not mask"
        opcode, size, begin = octets[0] & 15, octets[1] & 127, 2
        if size == 126:
            size, begin = struct.unpack(">H", octets[2:4])[0], 4
        elif size == 127:
            size, begin = struct.unpack(">Q", octets[2:10])[0], 10
        found.append((opcode, octets[begin : begin + size]))
        octets = octets[begin + size :]
    return found


class Echo:
    """Accepts, sends back what it gets, and keeps what it heard."""

    def __init__(self):
        self.heard = []

    async def __call__(self, scope, receive, send):
        self.scope = scope
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(message)
            await send({**message, "type": "websocket.send"})
        self.heard.append(message)


@pytest.fixture
def echo():
    return Echo()


@pytest.fixture
def peer(echo):
    with Peer(ASGIValidator(echo)) as peer:
        yield peer


def opened(peer):
    """Shake hands; then `said` is what the server says."""
    peer.send(HANDSHAKE)
    assert peer.sent.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    peer.transport.sent.clear()


def said(peer):
    return frames_in(peer.sent)


def code_of(payload):
    return struct.unpack(">H", payload[:2])[0]


def handler(*messages, wait=False):
    """An application that sends these, and then returns, or waits."""

    async def app(scope, receive, send):
        await receive()
        for message in messages:
            await send(message)
        if wait:
            await asyncio.Event().wait()

    return app


ACCEPT = {"type": "websocket.accept"}


# The handshake (RFC 6455, 4.2).


def test_the_handshake_is_answered_with_the_key_of_the_rfc(peer, echo):
    peer.send(HANDSHAKE)
    head = peer.sent.lower()
    assert head.startswith(b"http/1.1 101 ")
    assert b"\r\nsec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n" in head
    assert b"\r\nupgrade: websocket\r\n" in head
    assert b"\r\nconnection: upgrade\r\n" in head
    assert b"extensions" not in head


def test_the_scope_is_that_of_a_websocket(peer, echo):
    peer.send(
        HANDSHAKE[:-2]
        + b"Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Protocol: c\r\n"
        + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    )
    wanted = {
        "type": "websocket",
        "scheme": "ws",
        "path": "/chat",
        "query_string": b"q=1",
        "subprotocols": ["a", "b", "c"],
        "extensions": {"websocket.http.response": {}},
        "http_version": "1.1",
    }
    assert {key: echo.scope[key] for key in wanted} == wanted
    assert "method" not in echo.scope
    assert b"extensions" not in peer.sent.lower()  # no compression


def test_a_subprotocol_and_fields_are_sent():
    app = handler(
        {**ACCEPT, "subprotocol": "b", "headers": [(b"x-a", b"1"), (b"x-a", b"2")]}, wait=True
    )
    with Peer(app) as peer:
        peer.send(HANDSHAKE[:-2] + b"Sec-WebSocket-Protocol: a, b\r\n\r\n")
        assert b"\r\nsec-websocket-protocol: b\r\n" in peer.sent.lower()
        assert peer.sent.count(b"x-a: ") == 2


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (b"Version: 13", b"Version: 8", 426),
        (b"Sec-WebSocket-Version: 13\r\n", b"", 426),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"", 400),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"c2hvcnQ=", 400),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"!!!", 400),
        (b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b"", 400),
        (b"\r\n\r\n", b"\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 400),
        (b"\r\n\r\n", b"\r\nContent-Length: 1\r\n\r\n", 400),
    ],
)
def test_a_handshake_that_is_none_is_refused(peer, old, new, status):
    peer.send(HANDSHAKE.replace(old, new, 1))
    assert peer.statuses == [status]
    # RFC 9110, 15.5.22: a 426 has the field Upgrade; 7.8: which is named in Connection
    for line in (b"sec-websocket-version: 13", b"upgrade: websocket", b"connection: Upgrade"):
        assert (line + b"\r\n" in peer.sent) is (status == 426)
    assert peer.is_ended


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"GET ", b"POST "),
        (b"HTTP/1.1", b"HTTP/1.0"),
        (b"Upgrade: WebSocket\r\n", b""),
        (b"keep-alive, Upgrade", b"keep-alive"),
    ],
)
def test_without_its_marks_it_is_an_ordinary_request(old, new):
    kinds = []

    async def app(scope, receive, send):
        kinds.append(scope["type"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    with Peer(app) as peer:
        peer.send(HANDSHAKE.replace(old, new, 1))
        assert kinds == ["http"]


def test_what_comes_before_it_is_accepted_is_kept():
    may = asyncio.Event()
    heard = []

    async def app(scope, receive, send):
        heard.append(await receive())
        await may.wait()
        await send(ACCEPT)
        heard.append(await receive())
        heard.append(await receive())

    with Peer(app) as peer:
        peer.send(HANDSHAKE + frame(TEXT, b"a"))
        peer.send(frame(TEXT, b"b"))
        peer.call(may.set)
        assert [message.get("text") for message in heard] == [None, "a", "b"]


# Messages.

ECHOED = [
    ("an empty text", [frame(TEXT)], [(TEXT, b"")]),
    ("an empty binary", [frame(BINARY)], [(BINARY, b"")]),
    ("125 bytes", [frame(TEXT, b"*" * 125)], [(TEXT, b"*" * 125)]),
    ("126 bytes", [frame(TEXT, b"*" * 126)], [(TEXT, b"*" * 126)]),
    ("65,535 bytes", [frame(BINARY, b"\xfe" * 65_535)], [(BINARY, b"\xfe" * 65_535)]),
    ("65,536 bytes", [frame(BINARY, b"\xfe" * 65_536)], [(BINARY, b"\xfe" * 65_536)]),
    ("UTF-8", [frame(TEXT, UTF8)], [(TEXT, UTF8)]),
    ("U+FFFF and U+10FFFF", [frame(TEXT, "\uffff\U0010ffff\0".encode())],
     [(TEXT, "\uffff\U0010ffff\0".encode())]),
    ("two fragments", [frame(TEXT, b"ab", fin=False), frame(CONTINUATION, b"c")], [(TEXT, b"abc")]),
    ("binary fragments", [frame(BINARY, b"\xff", fin=False), frame(CONTINUATION, b"\xfe")],
     [(BINARY, b"\xff\xfe")]),
    ("empty fragments", [frame(TEXT, fin=False), frame(CONTINUATION, fin=False),
                         frame(CONTINUATION)], [(TEXT, b"")]),
    ("a character in two fragments", [frame(TEXT, UTF8[:1], fin=False),
                                      frame(CONTINUATION, UTF8[1:])], [(TEXT, UTF8)]),
    ("a ping between fragments", [frame(TEXT, b"a", fin=False), frame(PING, b"p"),
                                  frame(CONTINUATION, b"b")], [(PONG, b"p"), (TEXT, b"ab")]),
    ("a pong between fragments", [frame(TEXT, b"a", fin=False), frame(PONG, b"p"),
                                  frame(CONTINUATION, b"b")], [(TEXT, b"ab")]),
    ("an empty ping", [frame(PING)], [(PONG, b"")]),
    ("a ping of 125 bytes", [frame(PING, b"\xfe" * 125)], [(PONG, b"\xfe" * 125)]),
    ("ten pings", [frame(PING, b"%d" % number) for number in range(10)],
     [(PONG, b"%d" % number) for number in range(10)]),
    ("a pong that nobody asked for", [frame(PONG, b"x"), frame(TEXT, b"y")], [(TEXT, b"y")]),
]  # fmt: skip


@pytest.mark.parametrize("piece", [None, 1])
@pytest.mark.parametrize(
    ("frames", "expected"), [row[1:] for row in ECHOED], ids=[row[0] for row in ECHOED]
)
def test_a_message_arrives_whole(peer, frames, expected, piece):
    opened(peer)
    octets = b"".join(frames)
    peer.send(octets, piece if len(octets) < 1_000 else None)
    assert sorted(said(peer)) == sorted(expected)
    assert not peer.is_ended


# Mistakes (RFC 6455, 5 and 7.4.1): the code that the server closes with.

MISTAKES = [
    ("a frame that is not masked", 1002, frame(TEXT, b"a", masked=False)),
    ("a reserved bit", 1002, frame(TEXT, b"a", reserved=4)),
    ("another reserved bit", 1002, frame(TEXT, b"a", reserved=1)),
    ("a reserved opcode", 1002, frame(3, b"a")),
    ("a reserved control opcode", 1002, frame(11)),
    ("a ping of 126 bytes", 1002, frame(PING, b"x" * 126)),
    ("a ping in fragments", 1002, frame(PING, b"x", fin=False)),
    ("a continuation of nothing", 1002, frame(CONTINUATION, b"x")),
    ("a text within a text", 1002, frame(TEXT, b"a", fin=False) + frame(TEXT, b"b")),
    ("text that is not UTF-8", 1007, frame(TEXT, b"\xff")),
    ("UTF-8 cut short", 1007, frame(TEXT, b"\xce")),
    ("a surrogate", 1007, frame(TEXT, b"\xed\xa0\x80")),
    ("UTF-8 too long for its character", 1007, frame(TEXT, b"\xc0\xaf")),
    ("a character over U+10FFFF", 1007, frame(TEXT, b"\xf4\x90\x80\x80")),
    ("fragments that are not UTF-8", 1007,
     frame(TEXT, b"\xce", fin=False) + frame(CONTINUATION, b"\xff")),
    ("a close of one byte", 1002, frame(CLOSE, b"\x03")),
    ("a close of 126 bytes", 1002, frame(CLOSE, struct.pack(">H", 1000) + b"x" * 124)),
    ("a reason that is not UTF-8", 1007, close(1000, b"\xff")),
    *((f"the code {code}", 1002, close(code))
      for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)),
]  # fmt: skip


@pytest.mark.parametrize("piece", [None, 1])
@pytest.mark.parametrize(
    ("code", "octets"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_closes_with_its_code(peer, echo, code, octets, piece):
    opened(peer)
    peer.send(octets, piece)
    (opcode, payload), *others = said(peer)
    assert (opcode, code_of(payload), others) == (CLOSE, code, [])
    assert peer.transport.has_written_eof
    assert echo.heard[-1]["type"] == "websocket.disconnect"
    assert echo.heard[-1]["code"] == code


@pytest.mark.parametrize(
    "octets",
    [
        frame(BINARY, b"x" * 101),
        frame(TEXT, b"x" * 60, fin=False) + frame(CONTINUATION, b"x" * 41),
        frame(TEXT, "é".encode() * 51),
        frame(BINARY, length=1 << 40) + b"x" * 101,
    ],
)
def test_a_message_that_is_too_long_is_closed_with_1009(echo, octets):
    with Peer(echo, limits=Limits(message=100)) as peer:
        opened(peer)
        peer.send(octets)
        assert [(opcode, code_of(payload)) for opcode, payload in said(peer)] == [(CLOSE, 1009)]
        assert echo.heard == [
            {
                "type": "websocket.disconnect",
                "code": 1009,
                "reason": "a message has at most 100 bytes",
            }
        ]
        peer.send(b"x" * 1_000)
        peer.wait(1.1)
        assert peer.transport.is_closed


# Closing.


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 3000, 4999])
def test_a_close_is_answered_and_told(peer, echo, code):
    opened(peer)
    peer.send(close(code, "weil ☕".encode()))
    ((opcode, payload),) = said(peer)
    assert (opcode, code_of(payload)) == (CLOSE, code)
    assert echo.heard == [{"type": "websocket.disconnect", "code": code, "reason": "weil ☕"}]
    peer.end()
    assert peer.transport.is_closed


def test_a_close_without_a_code_is_1005(peer, echo):
    opened(peer)
    peer.send(close())
    assert said(peer) == [(CLOSE, b"")] or code_of(said(peer)[0][1]) == 1000
    assert echo.heard == [{"type": "websocket.disconnect", "code": 1005, "reason": ""}]


def test_what_comes_after_a_close_is_not_read(peer, echo):
    opened(peer)
    peer.send(close(1000) + frame(TEXT, b"late") + frame(PING))
    assert len(said(peer)) == 1
    assert len(echo.heard) == 1


def test_a_client_that_vanishes_is_1006(peer, echo):
    opened(peer)
    peer.end()
    assert echo.heard == [{"type": "websocket.disconnect", "code": 1006, "reason": ""}]
    assert peer.transport.is_closed


def test_the_application_closes_and_the_client_answers():
    app = handler(ACCEPT, {"type": "websocket.close", "code": 4000, "reason": "☕" * 42})
    with Peer(app) as peer:
        peer.send(HANDSHAKE)
        ((opcode, payload),) = frames_in(peer.sent.partition(b"\r\n\r\n")[2])
        assert (opcode, code_of(payload)) == (CLOSE, 4000)
        assert payload[2:].decode() == "☕" * 41  # 123 bytes
        peer.send(frame(TEXT, b"late"))
        assert not peer.is_ended
        peer.send(close(4000))
        assert peer.transport.has_written_eof


def test_a_client_that_does_not_answer_a_close_is_cut():
    with Peer(handler(ACCEPT, {"type": "websocket.close"})) as peer:
        peer.send(HANDSHAKE)
        peer.wait(1.1)
        assert peer.transport.was_aborted


def test_an_application_that_returns_closes():
    with Peer(handler(ACCEPT)) as peer:
        peer.send(HANDSHAKE)
        ((_, payload),) = frames_in(peer.sent.partition(b"\r\n\r\n")[2])
        assert code_of(payload) == 1000


def test_a_bug_is_closed_with_1011(caplog):
    with Peer(handler(ACCEPT, {"type": "websocket.accept"})) as peer:
        peer.send(HANDSHAKE)
        ((_, payload),) = frames_in(peer.sent.partition(b"\r\n\r\n")[2])
        assert code_of(payload) == 1011
    assert "'websocket.accept' has no place here: the WebSocket is accepted" in caplog.text


def test_sending_after_a_close_is_a_mistake(caplog):
    app = handler(ACCEPT, {"type": "websocket.close"}, {"type": "websocket.send", "text": "x"})
    with Peer(app) as peer:
        peer.send(HANDSHAKE)
    assert "'websocket.send' has no place here: the WebSocket is closed" in caplog.text


def test_sending_to_who_is_gone_raises_an_oserror():
    may, raised = asyncio.Event(), []

    async def app(scope, receive, send):
        await receive()
        await send(ACCEPT)
        await may.wait()
        try:
            await send({"type": "websocket.send", "bytes": b"x"})
        except OSError as error:
            raised.append(error)
            raise

    with Peer(app) as peer:
        opened(peer)
        peer.call(peer.transport.abort)
        peer.call(may.set)
        assert len(raised) == 1
        assert not peer.server.tasks


# Refusals.


@pytest.mark.parametrize(
    ("app", "status", "body"),
    [
        (handler({"type": "websocket.close"}), 403, b"Forbidden\n"),
        (handler(), 500, b"Internal Server Error\n"),
        (handler({"type": "websocket.send", "text": "x"}), 500, b"Internal Server Error\n"),
        (
            handler(
                {"type": "websocket.http.response.start", "status": 401, "headers": []},
                {"type": "websocket.http.response.body", "body": b"a", "more_body": True},
                {"type": "websocket.http.response.body", "body": b"b"},
            ),
            401,
            b"ab",
        ),
        (
            handler({"type": "websocket.http.response.body", "body": b"x"}),
            500,
            b"Internal Server Error\n",
        ),
        (
            handler({"type": "websocket.http.response.start", "status": 401, "headers": []}),
            500,
            b"Internal Server Error\n",
        ),
    ],
)
def test_what_is_not_accepted_is_answered_as_a_request_is(app, status, body, caplog):
    with Peer(app) as peer:
        peer.send(HANDSHAKE)
        assert peer.answers() == [(status, body)]
        assert b"connection: close" in peer.sent.lower()
        assert peer.transport.has_written_eof


def test_a_second_word_after_a_refusal_is_a_mistake(caplog):
    with Peer(handler({"type": "websocket.close"}, ACCEPT)) as peer:
        peer.send(HANDSHAKE)
        assert peer.statuses == [403]
    assert "the WebSocket is refused" in caplog.text


def test_a_client_that_leaves_before_it_is_accepted_is_told_of():
    may, heard = asyncio.Event(), []

    async def app(scope, receive, send):
        await receive()
        await may.wait()
        heard.append(await receive())
        await send(ACCEPT)

    with Peer(app) as peer:
        peer.send(HANDSHAKE)
        peer.end()
        peer.call(may.set)
        assert heard == [{"type": "websocket.disconnect", "code": 1006, "reason": ""}]
        assert peer.sent == b""


# What is awaited, and how much is kept.


def test_a_silent_client_is_asked_and_given_up(peer, echo):
    opened(peer)
    peer.wait(20.1)
    assert said(peer) == [(PING, b"")]
    peer.send(frame(PONG))
    peer.wait(20.1)
    assert said(peer) == [(PING, b"")] * 2
    peer.wait(20.1)
    assert peer.transport.was_aborted
    assert echo.heard[-1]["code"] == 1006


def test_who_talks_is_not_asked(peer):
    opened(peer)
    for _ in range(5):
        peer.wait(15)
        peer.send(frame(PONG))
    assert said(peer) == []


def test_no_more_is_read_than_the_application_takes():
    may, heard = asyncio.Event(), []

    async def app(scope, receive, send):
        await receive()
        await send(ACCEPT)
        await may.wait()
        while len(heard) < 5:
            heard.append(await receive())

    with Peer(app, limits=Limits(unread=1_000)) as peer:
        opened(peer)
        peer.send(frame(BINARY, b"x" * 300) * 5)
        assert peer.transport.is_paused
        peer.wait(100)  # nothing is asked of who can't answer
        assert peer.sent == b""
        peer.call(may.set)
        assert not peer.transport.is_paused
        assert len(heard) == 5


def test_a_client_that_does_not_read_is_cut():
    sent = []

    async def app(scope, receive, send):
        await receive()
        await send(ACCEPT)
        while True:
            await send({"type": "websocket.send", "text": "x"})
            sent.append(1)
            await receive()

    with Peer(app) as peer:
        peer.send(HANDSHAKE)
        peer.transport.unsent = 100_000
        peer.call(peer.connection.pause_writing)
        peer.send(frame(TEXT, b"more"))
        peer.wait(5.1)
        assert peer.transport.was_aborted
        assert len(sent) == 1


def test_a_handshake_that_the_application_does_not_answer_can_wait():
    with Peer(handler(wait=True)) as peer:
        peer.send(HANDSHAKE)
        peer.wait(100)
        assert not peer.transport.is_closed


def test_what_comes_too_early_is_not_read_without_end():
    may = asyncio.Event()
    with Peer(slow_to_accept(may), limits=Limits(unread=100)) as peer:
        peer.send(HANDSHAKE)
        peer.send(frame(BINARY, b"x" * 150))
        assert peer.transport.is_paused
        peer.call(may.set)
        assert frames_in(peer.sent.partition(b"\r\n\r\n")[2]) == [(BINARY, b"x" * 150)]
        assert not peer.transport.is_paused


def slow_to_accept(may):
    echo = Echo()

    async def app(scope, receive, send):
        await may.wait()
        await echo(scope, receive, send)

    return app


def test_at_the_end_it_is_closed_with_1012(peer, echo):
    opened(peer)
    draining = peer.runner.get_loop().create_task(peer.server.drain())
    peer.wait(0)
    ((opcode, payload),) = said(peer)
    assert (opcode, code_of(payload)) == (CLOSE, 1012)
    assert echo.heard[-1]["code"] == 1012
    peer.send(close(1012))
    peer.end()
    assert draining.done()


def test_at_the_end_what_is_accepted_late_is_closed_too():
    may = asyncio.Event()

    async def app(scope, receive, send):
        await receive()
        await may.wait()
        await send(ACCEPT)

    with Peer(app) as peer:
        peer.send(HANDSHAKE)
        draining = peer.runner.get_loop().create_task(peer.server.drain())
        peer.wait(0)
        peer.call(may.set)
        ((_, payload),) = frames_in(peer.sent.partition(b"\r\n\r\n")[2])
        assert code_of(payload) == 1012
        peer.end()
        assert draining.done()


def test_who_is_given_up_is_cut(echo, caplog):
    with Peer(handler(ACCEPT, wait=True), timeouts=Timeouts(shutdown=0.01)) as peer:
        opened(peer)
        peer.run(peer.server.drain())
        assert peer.transport.is_closed
        assert not peer.server.tasks


def test_an_exit_of_the_application_ends_its_websocket_alone(caplog):
    async def app(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        sys.exit(3)

    with Peer(app) as peer:
        peer.send(HANDSHAKE)
        _, _, octets = peer.sent.partition(b"\r\n\r\n")
        assert frames_in(octets) == [(CLOSE, struct.pack(">H", 1011))]
        assert "the WebSocket /chat failed" in caplog.text


def test_empty_fragments_cost_no_memory():
    with Peer(Echo()) as peer:
        peer.send(HANDSHAKE)
        peer.send(frame(TEXT, b"a", fin=False))
        peer.send(frame(CONTINUATION, fin=False) * 1_000)
        assert len(peer.connection.upgraded._frames._parts) == 1
        peer.send(frame(CONTINUATION, b"b"))
        _, _, octets = peer.sent.partition(b"\r\n\r\n")
        assert frames_in(octets) == [(TEXT, b"ab")]


def test_pings_that_come_together_are_answered_together():
    steps = []
    with Peer(Echo(), on_step=lambda step: steps.append(step.kind)) as peer:
        peer.send(HANDSHAKE)
        before = steps.count("bytes out")
        peer.send(b"".join(frame(PING, b"%d" % number) for number in range(1_000)))
        assert steps.count("bytes out") == before + 1
        _, _, octets = peer.sent.partition(b"\r\n\r\n")
        assert frames_in(octets) == [(PONG, b"%d" % number) for number in range(1_000)]


def test_pings_before_a_close_may_stay_unanswered():
    with Peer(Echo()) as peer:
        peer.send(HANDSHAKE)
        peer.send(frame(PING) + close(1000))
        _, _, octets = peer.sent.partition(b"\r\n\r\n")
        assert frames_in(octets)[-1] == (CLOSE, struct.pack(">H", 1000))


@pytest.mark.parametrize("kind", ["websocket.accept", "websocket.http.response.start"])
def test_a_header_field_that_is_not_two_bytes_is_a_failure(kind, caplog):
    async def app(scope, receive, send):
        await receive()
        await send({"type": kind, "status": 401, "headers": [("x-a", "b")]})

    with Peer(app) as peer:
        peer.send(HANDSHAKE)
        assert peer.statuses == [500]
    assert "a header field is two bytes, a name and a value" in caplog.text
