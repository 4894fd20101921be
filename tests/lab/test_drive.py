import asyncio
import socket
import time
from itertools import pairwise

import pytest

from lab.compare.spread import percentile
from lab.load.drive import run
from lab.load.job import Job
from tests.lab.scripted import OK, request_on, serving


def drive(script, **job):
    with serving(script) as port:
        return asyncio.run(run(Job(**{"port": port, "path": "/", "connections": 2, **job})))


async def polite(reader, writer):
    while await request_on(reader):
        writer.write(OK)


async def closing(reader, writer):
    await request_on(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")


async def silent(reader, writer):
    await request_on(reader)
    await reader.read()


def test_closed_load_sends_again_when_it_is_answered():
    record = drive(polite, limit=50, seconds=30)
    assert record.answered == len(record.due) == 50
    assert record.errors == {}
    assert record.opened == 2


def test_closed_load_ends_when_its_time_is_up():
    record = drive(polite, seconds=0.05)
    assert record.answered > 2
    assert max(record.sent) < min(max(record.done), 10_000_000)


def test_each_row_is_in_order():
    record = drive(polite, limit=20, seconds=30)
    for due, sent, first, done in zip(
        record.due, record.sent, record.first, record.done, strict=True
    ):
        assert 0 <= due <= sent <= first <= done


def test_a_server_that_closes_after_each_answer_is_connected_to_again_and_is_no_error():
    record = drive(closing, limit=10, seconds=30)
    assert record.errors == {}
    assert record.opened == record.answered == 10


def test_a_connection_that_went_stale_is_opened_again_and_the_request_sent_again():
    seen = []

    async def forgetful(reader, writer):
        seen.append(await request_on(reader))
        writer.write(OK)
        if len(seen) == 1:
            await request_on(reader)  # takes a second request, and closes without an answer
        else:
            await polite(reader, writer)

    record = drive(forgetful, connections=1, limit=3, seconds=30)
    assert record.errors == {}
    assert record.answered == 3
    assert record.opened == 2


def test_an_answer_without_a_length_ends_with_its_connection():
    async def endless(reader, writer):
        await request_on(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nall there is")

    record = drive(endless, limit=4, seconds=30)
    assert record.errors == {}
    assert record.answered >= 4


def test_a_request_that_is_not_answered_in_time_is_an_error():
    record = drive(silent, limit=2, seconds=30, timeout=0.2)
    assert record.errors == {"timed out": 2}
    assert record.answered == 0


def test_a_connection_closed_in_the_middle_of_an_answer_is_an_error():
    async def broken(reader, writer):
        await request_on(reader)
        writer.write(OK[:-1])

    assert drive(broken, limit=2, seconds=30).errors == {"connection closed": 2}


def test_bytes_that_are_no_answer_are_an_error():
    async def strange(reader, writer):
        await request_on(reader)
        writer.write(b"hello\r\n\r\n")

    assert drive(strange, limit=2, seconds=30).errors == {"bad answer": 2}


def test_a_status_other_than_2xx_is_an_error_with_its_number():
    async def failing(reader, writer):
        while await request_on(reader):
            writer.write(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n")

    assert drive(failing, limit=2, seconds=30).errors == {"answered 503": 2}


def test_a_server_that_is_not_there_is_an_error():
    with serving(polite) as port:
        pass
    record = asyncio.run(run(Job(port, "/", connections=2, limit=2, seconds=30)))
    assert record.errors == {"connection refused": 2}


def test_a_server_that_does_not_even_accept_is_an_error():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        job = Job(port, "/", connections=5, limit=5, seconds=30, timeout=0.2)
        assert asyncio.run(run(job)).errors == {"timed out": 5}


def test_a_connection_closed_while_it_is_idle_is_no_error():
    async def impatient(reader, writer):
        await request_on(reader)
        writer.write(OK)

    record = drive(impatient, connections=1, rate=50, seconds=0.05)
    assert record.errors == {}
    assert record.opened == record.answered == 3


def test_bytes_that_nobody_asked_for_are_ignored():
    async def talkative(reader, writer):
        await request_on(reader)
        writer.write(OK)
        await writer.drain()
        await asyncio.sleep(0.01)
        writer.write(b"more")
        await polite(reader, writer)

    record = drive(talkative, connections=2, rate=20, seconds=0.09)
    assert record.errors == {}


def test_open_load_sends_what_its_schedule_says():
    record = drive(polite, rate=200, seconds=0.099)
    due = sorted(record.due)
    assert len(due) == record.answered == 20
    assert {later - earlier for earlier, later in pairwise(due)} <= {4999, 5000, 5001}


def test_open_load_ends_at_its_number():
    assert drive(polite, rate=500, seconds=30, limit=7).answered == 7


def test_open_load_that_is_never_answered_ends_and_counts_what_was_not_sent():
    record = drive(silent, rate=100, seconds=0.095, timeout=0.2)
    assert record.errors["timed out"] + record.errors["never sent"] == len(record.due) == 10
    assert record.errors["timed out"] >= 2


def stalling_once():
    """A script that answers at once, except that its tenth request stops everything for a while."""
    seen = []

    async def script(reader, writer):
        while await request_on(reader):
            seen.append(reader)
            if len(seen) == 10:
                time.sleep(0.4)  # noqa: ASYNC251 - the whole server stands still, on purpose
            writer.write(OK)

    return script


def test_open_load_shows_a_stall_in_p99_and_closed_load_hides_it():
    closed = drive(stalling_once(), connections=2, seconds=0.8).latencies()
    opened = drive(stalling_once(), connections=2, seconds=0.8, rate=250).latencies()
    assert percentile(sorted(opened), 99) > 10 * percentile(sorted(closed), 99)


def test_a_late_request_is_late_from_due_and_not_from_sent():
    record = drive(stalling_once(), connections=2, seconds=0.8, rate=250)
    due, sent = sorted(record.latencies()), sorted(record.latencies(since="sent"))
    assert percentile(due, 90) > 2 * percentile(sent, 90)


@pytest.mark.parametrize("rate", [None, 50.0])
def test_nothing_is_under_way_when_a_job_has_ended(rate):
    under_way = []

    async def slow(reader, writer):
        while await request_on(reader):
            under_way.append(reader)
            await asyncio.sleep(0.02)
            under_way.remove(reader)
            writer.write(OK)

    drive(slow, connections=5, seconds=0.05, rate=rate)
    assert under_way == []
