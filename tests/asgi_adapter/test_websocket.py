"""A WebSocket as a handler sees it: its states, and how it ends."""

import pytest

from asgi_adapter import WebSocketDisconnect
from tests.asgi_adapter.server import ACCEPTED, CLOSED, converse, gone, octets, sends, serving, text


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


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (["send_text"], "send wants a WebSocket that is open; it is not accepted yet"),
        (["receive"], "receive wants a WebSocket that is open; it is not accepted yet"),
        (["accept", "accept"], "accept wants a WebSocket that is not accepted yet; it is open"),
        (["accept", "close", "send_text"], "send wants a WebSocket that is open; it is closed"),
        (["accept", "close", "receive"], "receive wants a WebSocket that is open; it is closed"),
        (["close", "accept"], "accept wants a WebSocket that is not accepted yet; it is closed"),
    ],
)
def test_a_step_out_of_turn_is_a_named_error(steps, says):
    seen = []

    async def handler(websocket):
        *first, last = [getattr(websocket, step) for step in steps]
        for step in first:
            await step()
        with pytest.raises(RuntimeError) as error:
            await (last("x") if steps[-1] == "send_text" else last())
        seen.append(str(error.value))

    converse(serving(handler))
    assert seen == [says]


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999])
def test_a_close_code_that_a_frame_may_hold_is_sent(code):
    async def handler(websocket):
        await websocket.accept()
        await websocket.close(code, "é" * 61)

    assert converse(serving(handler))[1]["code"] == code


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000])
def test_a_close_code_that_no_frame_holds_is_refused(code):
    async def handler(websocket):
        await websocket.accept()
        with pytest.raises(ValueError, match=f"a close code is .*; got {code}"):
            await websocket.close(code)
        with pytest.raises(ValueError, match="a close reason is at most 123 bytes; got 124"):
            await websocket.close(1000, "é" * 62)

    assert converse(serving(handler)) == [ACCEPTED, CLOSED]


def test_an_offered_subprotocol_and_headers_may_be_accepted():
    async def handler(websocket):
        assert websocket.subprotocols == ["chat", "echo"]
        with pytest.raises(ValueError, match="an offered subprotocol; got 'other'"):
            await websocket.accept("other")
        with pytest.raises(ValueError, match="no control characters"):
            await websocket.accept(headers={"x-a": "1\r\n"})
        await websocket.accept("echo", {"X-A": "1"})

    assert converse(serving(handler), subprotocols=["chat", "echo"])[0] == {
        "type": "websocket.accept",
        "subprotocol": "echo",
        "headers": [(b"x-a", b"1")],
    }


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
