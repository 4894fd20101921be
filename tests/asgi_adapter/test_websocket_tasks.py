"""Conversations in several tasks: who waits for a client and something else, and who is cancelled.

The handler of `/subscribe` is the pattern to use.
"""

import asyncio

import pytest

from asgi_adapter import WebSocketDisconnect
from tests.asgi_adapter.server import ACCEPTED, CLOSED, gone, sends, serving, talking, text
from tests.end_to_end.apps.conversations import app


@pytest.mark.parametrize("noticed_by", ["receive", "send"])
def test_a_queue_and_the_client_are_waited_for_at_once_and_no_task_is_left(
    noticed_by, caplog, capfd
):
    async def scenario():
        async with talking(app, path="/subscribe") as talk:
            talk.says(text("a"), text("b"))
            await talk.hears(sends("B"))
            talk.deaf = noticed_by == "send"
            talk.says(text("c") if talk.deaf else gone())
        return talk.sent

    assert asyncio.run(scenario()) == [ACCEPTED, sends("A"), sends("B")]
    assert capfd.readouterr().err == "unsubscribed\n"
    assert caplog.records == []


def test_one_task_may_close_while_another_receives():
    """What still comes after the close is given to the one that waits; then its iteration ends."""
    seen = []

    async def handler(websocket):
        async with websocket, asyncio.TaskGroup() as tasks:
            listening = asyncio.Event()

            async def listen():
                listening.set()
                seen.extend([message async for message in websocket])

            tasks.create_task(listen())
            await listening.wait()
            await asyncio.sleep(0)  # now it waits
            await websocket.close(4000)

    async def scenario(*messages):
        async with talking(serving(handler)) as talk:
            await talk.hears(CLOSED | {"code": 4000})
            talk.says(*messages)
        return talk.sent

    for messages in [(text("late"),), (gone(4000),)]:
        assert asyncio.run(scenario(*messages)) == [ACCEPTED, CLOSED | {"code": 4000}]
    assert seen == ["late"]


def test_a_bug_beside_a_disconnect_is_still_a_bug(caplog):
    async def handler(websocket):
        await websocket.accept()
        raise ExceptionGroup("both", [WebSocketDisconnect(1001), LookupError("bug")])

    async def scenario():
        async with talking(serving(handler)) as talk:
            pass
        return talk.sent

    assert asyncio.run(scenario())[-1]["code"] == 1011
    assert "LookupError('bug')" in caplog.text


@pytest.mark.parametrize("accepted", [True, False])
def test_a_cancellation_passes_through(accepted, caplog):
    cleaned_up = []

    async def scenario():
        started = asyncio.Event()

        async def handler(websocket):
            try:
                if accepted:
                    await websocket.accept()
                started.set()
                await asyncio.Event().wait()  # for ever
            finally:
                cleaned_up.append(websocket)

        async with talking(serving(handler)) as talk:
            await started.wait()
            talk.task.cancel()
        assert talk.task.cancelled()
        return talk.sent

    assert asyncio.run(scenario()) == [ACCEPTED] * accepted
    assert len(cleaned_up) == 1
    assert caplog.records == []


def test_a_receive_that_times_out_loses_no_message():
    async def handler(websocket):
        async with websocket:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await websocket.receive()
            await websocket.send_text("none yet")
            await websocket.send_text(await websocket.receive_text())

    async def scenario():
        async with talking(serving(handler)) as talk:
            await talk.hears(sends("none yet"))
            talk.says(text("one"))
        return talk.sent

    assert asyncio.run(scenario()) == [ACCEPTED, sends("none yet"), sends("one"), CLOSED]


def test_a_server_that_stops_is_a_disconnect_with_1012(caplog):
    seen = []

    async def handler(websocket):
        await websocket.accept()
        try:
            await websocket.receive()
        except WebSocketDisconnect as error:
            seen.append(error.code)
            raise

    async def scenario():
        async with talking(serving(handler)) as talk:
            talk.says(gone(1012))
        return talk.sent

    assert asyncio.run(scenario()) == [ACCEPTED]
    assert seen == [1012]
    assert caplog.records == []
