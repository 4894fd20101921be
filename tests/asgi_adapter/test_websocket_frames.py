"""The frames of a WebSocket: text, bytes and JSON."""

import pytest

from asgi_adapter import WrongFrame
from tests.asgi_adapter.server import CLOSED, converse, gone, octets, sends, serving, text


def test_json_is_sent_as_text_and_read_from_either():
    async def answer(websocket):
        async with websocket:
            for _ in range(2):
                await websocket.send_json({"got": await websocket.receive_json()})

    sent = converse(serving(answer), text('{"a": "é"}'), octets(b"[1]"))
    assert sent[1:3] == [sends('{"got":{"a":"é"}}'), sends('{"got":[1]}')]


@pytest.mark.parametrize(
    ("method", "frame", "says"),
    [
        ("receive_text", octets(b"abc"), "wanted a text frame; got 3 bytes"),
        ("receive_bytes", text("abcd"), "wanted a binary frame; got a text of 4 characters"),
        ("receive_json", text("{"), "wanted JSON; "),
        ("receive_json", octets(b'"\xff"'), "wanted JSON; "),
        ("receive_json", text("[" * 100_000), "wanted JSON; "),
    ],
)
def test_a_wrong_frame_is_a_typed_error_and_no_disconnect(method, frame, says):
    seen = []

    async def handler(websocket):
        async with websocket:
            with pytest.raises(WrongFrame) as error:
                await getattr(websocket, method)()
            seen.append(str(error.value))
            await websocket.send_text("still here")

    sent = converse(serving(handler), frame)
    assert seen[0].startswith(says)
    assert sent[1:] == [sends("still here"), CLOSED]


@pytest.mark.parametrize(
    ("method", "frame", "value"),
    [("receive_text", text("a"), "a"), ("receive_bytes", octets(b"a"), b"a")],
)
def test_the_right_frame_is_given(method, frame, value):
    seen = []

    async def handler(websocket):
        async with websocket:
            seen.append(await getattr(websocket, method)())

    converse(serving(handler), frame)
    assert seen == [value]


def test_a_frame_with_both_keys_is_the_one_that_is_not_none():
    """As some servers send it; the specification allows a None."""
    seen = []

    async def handler(websocket):
        async with websocket:
            seen.append([await websocket.receive(), await websocket.receive()])

    frame = {"type": "websocket.receive", "text": None, "bytes": b"a"}
    converse(serving(handler), frame, {**frame, "text": "", "bytes": None})
    assert seen == [[b"a", ""]]


@pytest.mark.parametrize(
    ("method", "frames", "values"),
    [
        ("__aiter__", [text("a"), octets(b"b")], ["a", b"b"]),
        ("iter_text", [text("a"), text("")], ["a", ""]),
        ("iter_bytes", [octets(b"a"), octets(b"")], [b"a", b""]),
        ("iter_json", [text("1"), octets(b"[2]")], [1, [2]]),
    ],
)
def test_the_messages_may_be_iterated_until_the_client_goes(method, frames, values):
    seen = []

    async def handler(websocket):
        async with websocket:
            seen.extend([message async for message in getattr(websocket, method)()])
            seen.append("gone")

    converse(serving(handler), *frames, gone())
    assert seen == [*values, "gone"]


@pytest.mark.parametrize(
    ("method", "frame", "reason"),
    [
        ("iter_text", octets(b"abc"), "wanted a text frame; got 3 bytes"),
        ("iter_bytes", text("abcd"), "wanted a binary frame; got a text of 4 characters"),
        ("iter_json", text("{"), "wanted JSON; Input data was truncated"),
    ],
)
def test_a_wrong_frame_that_nobody_catches_is_told_to_the_client(method, frame, reason, caplog):
    """RFC 6455, 7.4.1: 1003 is for data that can't be accepted; it is no bug of ours."""

    async def handler(websocket):
        async with websocket:
            async for _ in getattr(websocket, method)():
                pass

    sent = converse(serving(handler), frame)
    assert sent[-1] == {"type": "websocket.close", "code": 1003, "reason": reason}
    assert caplog.records == []


def test_a_reason_that_is_too_long_for_a_close_frame_is_cut():
    async def handler(websocket):
        await websocket.accept()
        raise WrongFrame("x" + "\u00e9" * 100)

    assert converse(serving(handler))[-1]["reason"] == "x" + "\u00e9" * 61  # 123 bytes


def test_bytes_may_be_any_of_the_bytes_like_types():
    async def handler(websocket):
        async with websocket:
            await websocket.send_bytes(bytearray(b"ab"))
            await websocket.send_bytes(memoryview(b"cd"))

    frames = [message.get("bytes") for message in converse(serving(handler))]
    assert frames[1:3] == [b"ab", b"cd"]


@pytest.mark.parametrize(
    ("method", "value", "says"),
    [
        ("send_text", b"a", "a text frame is made of str; got bytes"),
        ("send_text", None, "a text frame is made of str; got NoneType"),
        ("send_bytes", "a", "a binary frame is made of bytes; got str"),
        ("send_bytes", 5, "a binary frame is made of bytes; got int"),
        ("send_json", object(), "Encoding objects of type object is unsupported"),
    ],
)
def test_what_no_frame_can_hold_is_refused(method, value, says):
    async def handler(websocket):
        async with websocket:
            with pytest.raises(TypeError, match=says):
                await getattr(websocket, method)(value)
            await websocket.send_text("still here")

    assert converse(serving(handler))[1:] == [sends("still here"), CLOSED]
