"""The frames of a WebSocket: text, bytes and JSON."""

import pytest

from asgi_adapter import WrongFrame
from tests.asgi_adapter.server import CLOSED, converse, octets, sends, serving, text


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
