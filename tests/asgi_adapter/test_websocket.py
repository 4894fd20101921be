"""A WebSocket as a handler sees it: its states, and how it ends."""

import pytest

from asgi_adapter import WebSocketDisconnect, WebSocketStateError
from asgi_adapter.websocket_phases import TURNS, Phase
from lab.asgi_rules import TURNS as RULES
from tests.asgi_adapter.server import (
    ACCEPTED,
    CLOSED,
    converse,
    gone,
    octets,
    sends,
    serving,
    text,
)

IN_THE_RULES = {
    Phase.CONNECTING: "not accepted",
    Phase.OPEN: "open",
    Phase.DENIED: "denial started",
    Phase.CLOSED: "closed",
    Phase.GONE: "gone",
}


def test_the_table_is_that_of_the_validator():
    """Which has no row for a message that changes nothing, nor for a client that leaves a denial;
    and one for a client that leaves while nobody listens."""
    ours = {
        (IN_THE_RULES[phase], message): IN_THE_RULES[following]
        for (phase, message), following in TURNS.items()
    }
    theirs = {turn: end for turn, end in RULES.items() if turn[0] in IN_THE_RULES.values()}
    assert dict(theirs.items() ^ ours.items()) == {
        ("open", "websocket.receive"): "open",
        ("denial started", "websocket.disconnect"): "gone",
        ("not accepted", "websocket.disconnect"): "gone",
    }


def test_a_conversation_is_accepted_led_and_closed():
    async def echo(websocket):
        async with websocket:
            async for message in websocket:
                if isinstance(message, str):
                    await websocket.send_text(message.upper())
                else:
                    await websocket.send_bytes(message[::-1])

    sent = converse(serving(echo), text("hi"), octets(b"ab"), text(""), octets(b""), gone())
    assert sent == [
        ACCEPTED,
        sends("HI"),
        {"type": "websocket.send", "bytes": b"ba"},
        sends(""),
        {"type": "websocket.send", "bytes": b""},
    ]


def test_the_server_may_end_the_conversation():
    async def greet(websocket):
        await websocket.accept()
        await websocket.send_text("bye")
        await websocket.close(4000, "done")
        await websocket.close()  # once is enough

    assert converse(serving(greet)) == [
        ACCEPTED,
        sends("bye"),
        {"type": "websocket.close", "code": 4000, "reason": "done"},
    ]


def test_a_handler_that_returns_has_closed():
    async def accept_only(websocket):
        await websocket.accept()

    assert converse(serving(accept_only)) == [ACCEPTED, CLOSED]


def test_a_handler_that_never_accepts_has_refused():
    async def refuse(websocket):
        assert websocket.request.headers["host"] == "localhost:8000"

    assert converse(serving(refuse)) == [CLOSED]


def test_a_break_out_of_the_messages_closes():
    async def first_only(websocket):
        async with websocket:
            async for _ in websocket:
                break

    assert converse(serving(first_only), text("a"), text("b")) == [ACCEPTED, CLOSED]


@pytest.mark.parametrize(
    ("message", "code", "reason"),
    [
        (gone(1001, "going"), 1001, "going"),
        ({"type": "websocket.disconnect"}, 1005, ""),  # RFC 6455, 7.1.5: no code was sent
        (gone(None, None), 1005, ""),
    ],
)
def test_a_disconnect_is_a_typed_error_with_code_and_reason(message, code, reason):
    seen = []

    async def handler(websocket):
        await websocket.accept()
        with pytest.raises(WebSocketDisconnect) as error:
            await websocket.receive()
        seen.append((error.value.code, error.value.reason))
        await websocket.close()  # after a disconnect nothing is sent

    assert converse(serving(handler), message) == [ACCEPTED]
    assert seen == [(code, reason)]


def test_a_disconnect_that_nobody_catches_is_no_error(caplog):
    async def handler(websocket):
        await websocket.accept()
        await websocket.receive()

    assert converse(serving(handler), gone()) == [ACCEPTED]
    assert caplog.records == []


def test_a_client_that_has_gone_is_a_disconnect_when_something_is_sent(caplog):
    seen = []

    async def handler(websocket):
        async with websocket:
            try:
                await websocket.send_text("hello?")
            except WebSocketDisconnect as error:
                seen.append(error.code)
                raise

    assert converse(serving(handler), deaf=True) == [ACCEPTED]
    assert seen == [1006]  # RFC 6455, 7.4.1: closed abnormally
    assert caplog.records == []


@pytest.mark.parametrize("how", ["close", "return"])
def test_closing_where_the_client_has_gone_is_no_error(how, caplog):
    async def handler(websocket):
        await websocket.accept()
        if how == "close":
            await websocket.close()

    assert converse(serving(handler), deaf=True) == [ACCEPTED]
    assert caplog.records == []


NOT_YET, OPEN, CLOSED_BY_US = "not accepted yet", "open", "closed"


@pytest.mark.parametrize(
    ("steps", "message", "wanted", "got"),
    [
        (["send_text"], "websocket.send", OPEN, NOT_YET),
        (["receive"], "websocket.receive", OPEN, NOT_YET),
        (["__aiter__"], "websocket.receive", OPEN, NOT_YET),
        (["accept", "accept"], "websocket.accept", NOT_YET, OPEN),
        (["accept", "refuse"], "websocket.http.response.start", NOT_YET, OPEN),
        (["accept", "close", "send_text"], "websocket.send", OPEN, CLOSED_BY_US),
        (["accept", "close", "receive"], "websocket.receive", OPEN, CLOSED_BY_US),
        (["close", "accept"], "websocket.accept", NOT_YET, CLOSED_BY_US),
        (["refuse", "accept"], "websocket.accept", NOT_YET, CLOSED_BY_US),
        (["refuse", "refuse"], "websocket.http.response.start", NOT_YET, CLOSED_BY_US),
    ],
)
@pytest.mark.parametrize("extensions", [{}, {"websocket.http.response": {}}])
def test_a_step_out_of_turn_is_a_typed_error(steps, message, wanted, got, extensions):
    seen = []

    async def take(websocket, step):
        if step == "__aiter__":
            async for _ in websocket:
                pass
        else:
            await getattr(websocket, step)(*["x"] * (step == "send_text"))

    async def handler(websocket):
        for step in steps[:-1]:
            await take(websocket, step)
        with pytest.raises(WebSocketStateError) as error:
            await take(websocket, steps[-1])
        seen.append(str(error.value))

    converse(serving(handler), extensions=extensions)
    assert seen == [f"{message} wants a WebSocket that is {wanted}; got <WebSocket '/', {got}>"]


@pytest.mark.parametrize("noticed_by", ["receive", "send_text"])
@pytest.mark.parametrize("step", ["receive", "send_text"])
def test_once_the_client_is_gone_every_step_says_so_whichever_noticed(noticed_by, step, caplog):
    seen = []

    async def handler(websocket):
        await websocket.accept()
        for name in (noticed_by, step, step):
            with pytest.raises(WebSocketDisconnect) as error:
                await getattr(websocket, name)(*["x"] * (name == "send_text"))
            seen.append((error.value.code, error.value.reason))
        seen.append(repr(websocket))
        await websocket.close()

    deaf = noticed_by == "send_text"
    assert converse(serving(handler), gone(4001, "tired"), deaf=deaf) == [ACCEPTED]
    left_with = (1006, "") if deaf else (4001, "tired")
    assert seen == [left_with] * 3 + ["<WebSocket '/', left by its client>"]


def test_what_a_server_does_not_send_was_not_said():
    """As daphne, which raises for a close code that it does not know; another may still be sent."""
    seen = []

    async def handler(websocket):
        await websocket.accept()
        with pytest.raises(LookupError):
            await websocket.close(1012)
        seen.append(websocket.phase)
        await websocket.close(1000)

    async def choosy(scope, receive, send):
        async def choose(message):
            if message.get("code") == 1012:
                raise LookupError("no such code")
            await send(message)

        await serving(handler)(scope, receive, choose)

    assert converse(choosy) == [ACCEPTED, CLOSED]
    assert seen == [Phase.OPEN]


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999])
def test_a_close_code_that_a_frame_may_hold_is_sent(code):
    async def handler(websocket):
        await websocket.accept()
        await websocket.close(code, "é" * 61)

    assert converse(serving(handler))[1]["code"] == code


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, None, "1000"])
def test_a_close_code_that_no_frame_holds_is_refused(code):
    async def handler(websocket):
        await websocket.accept()
        with pytest.raises(ValueError, match=f"a close code is .*; got {code!r}"):
            await websocket.close(code)
        with pytest.raises(ValueError, match="a close reason is at most 123 bytes; got 124"):
            await websocket.close(1000, "é" * 62)

    assert converse(serving(handler)) == [ACCEPTED, CLOSED]


def test_an_offered_subprotocol_and_headers_may_be_accepted():
    async def handler(websocket):
        assert websocket.subprotocols == ["chat", "echo"]
        with pytest.raises(ValueError, match=r"one \('chat', 'echo'\); got 'other'"):
            await websocket.accept("other")
        with pytest.raises(ValueError, match="no control characters"):
            await websocket.accept(headers={"x-a": "1\r\n"})
        with pytest.raises(ValueError, match="own headers; got 'sec-websocket-protocol'"):
            await websocket.accept(headers={"Sec-WebSocket-Protocol": "echo"})
        await websocket.accept("echo", {"X-A": "1"})

    assert converse(serving(handler), subprotocols=["chat", "echo"])[0] == {
        "type": "websocket.accept",
        "subprotocol": "echo",
        "headers": [(b"x-a", b"1")],
    }


def test_headers_may_be_pairs_of_which_several_have_one_name():
    async def handler(websocket):
        await websocket.accept(headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])

    fields = converse(serving(handler))[0]["headers"]
    assert fields == [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]


def test_a_subprotocol_that_nobody_offered_is_refused():
    async def handler(websocket):
        with pytest.raises(ValueError, match=r"one \(none\); got 'chat'"):
            await websocket.accept("chat")

    converse(serving(handler), subprotocols=None)


def test_a_websocket_shows_its_handshake():
    seen = []

    async def handler(websocket):
        websocket.state.user = "ada"
        seen.append((websocket.path, websocket.query["q"], websocket.headers["host"]))
        seen.append((websocket.cookies, websocket.request.state.user, websocket.state.shared))
        seen.append((websocket.params, websocket.request.params, websocket.request.route.path))

    converse(
        serving(handler),
        query_string=b"q=1",
        headers=[(b"host", b"localhost"), (b"cookie", b"a=b")],
        state={"shared": 7},
    )
    assert seen == [("/", "1", "localhost"), ({"a": "b"}, "ada", 7), ({}, {}, "/")]


def test_a_websocket_shows_where_it_is():
    seen = []

    async def handler(websocket):
        seen.append(repr(websocket))
        async with websocket:
            seen.append(repr(websocket))
        seen.append(repr(websocket))

    converse(serving(handler))
    assert seen == [f"<WebSocket '/', {state}>" for state in ("not accepted yet", "open", "closed")]


def test_an_accepted_websocket_may_be_entered():
    async def handler(websocket):
        await websocket.accept()
        async with websocket:
            await websocket.send_text("x")

    assert converse(serving(handler)) == [ACCEPTED, sends("x"), CLOSED]
