"""Clients beside the measured ones, and whether those feel them."""

import asyncio
import time

import pytest

from lab.load.drive import run
from lab.load.job import Beside, Job
from tests.lab.scripted import OK, request_on, serving
from tests.lab.test_drive import polite

CLOSING = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"


def drive(script, beside, **job):
    with serving(script) as port:
        asked = {"connections": 1, "seconds": 0.1, "limit": 3, "beside": beside, **job}
        return asyncio.run(run(Job(port, "/", **asked)))


def both(others):
    """A script that answers `/` at once, and gives every other request to `others`."""

    async def script(reader, writer):
        while request := await request_on(reader):
            if request.startswith(b"GET / "):
                writer.write(OK)
            else:
                await others(reader, writer)
                return

    return script


async def streaming(reader, writer):
    writer.write(CLOSING)
    for _ in range(3):
        await asyncio.sleep(0.02)
        writer.write(b"line")


async def failing(reader, writer):
    writer.write(b"HTTP/1.1 500 No\r\n\r\n")


async def silent(reader, writer):
    await reader.read()


async def strange(reader, writer):
    writer.write(b"hello\r\n")


async def nothing(reader, writer):
    pass


def test_those_who_read_ask_again_until_the_time_is_up():
    record = drive(both(streaming), Beside("/stream", 2), seconds=0.2)
    assert record.answered == 3
    assert record.beside >= 4
    assert record.beside_failures == {}
    assert record.errors == {}


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (failing, "answered 500"),
        (silent, "timed out"),
        (strange, "connection closed"),
        (nothing, "connection closed"),
    ],
)
def test_what_goes_wrong_beside_is_counted_by_itself(script, reason):
    record = drive(both(script), Beside("/stream", 1), timeout=0.2)
    assert set(record.beside_failures) == {reason}
    assert record.answered == 3
    assert record.errors == {}


def test_a_server_that_is_not_there_is_counted_for_them_too():
    with serving(polite) as port:
        pass
    job = Job(port, "/", connections=1, limit=1, seconds=0.1, beside=Beside("/", 2))
    record = asyncio.run(run(job))
    assert set(record.beside_failures) == {"connection refused"}
    assert 2 <= record.beside_failures["connection refused"] <= 14  # not asked without end


def test_a_slow_client_takes_all_the_time_for_one_request():
    arrived = []

    async def slowly(reader, writer):
        first = await reader.readexactly(1)
        if first == b"G":  # the slow one's: its pieces are put down with their times
            began = time.monotonic()
            await reader.readuntil(b"\r\n\r\n")
            arrived.append(time.monotonic() - began)
            writer.write(CLOSING)

    record = drive(slowly, Beside("/hello", 1, "trickle"), seconds=0.4, limit=1, method="PUT")
    assert record.beside == 1
    assert arrived[0] > 0.3


def test_those_who_give_up_have_asked_and_gone_before_the_others_begin():
    seen = []

    async def listening(reader, writer):
        while request := await request_on(reader):
            seen.append(request.split()[1])
            writer.write(OK)

    record = drive(listening, Beside("/wait", 5, "abandon"), limit=1)
    assert record.beside == 5
    assert sorted(seen) == [b"/"] + [b"/wait"] * 5
    assert record.answered == 1


def test_a_client_that_gives_up_makes_the_next_one_wait():
    lock = asyncio.Lock()

    async def one_at_a_time(reader, writer):
        request = await request_on(reader)
        async with lock:
            if b"/wait" in request:
                await asyncio.sleep(0.05)
        writer.write(OK)

    record = drive(one_at_a_time, Beside("/wait", 6, "abandon"), limit=1)
    assert record.latencies()[0] > 0.15


def test_beside_is_checked_as_a_job_is():
    with pytest.raises(ValueError, match='starts with "/"'):
        Beside("stream", 1)
    with pytest.raises(ValueError, match="connections is a number over 0"):
        Beside("/stream", 0)


def test_numbered_requests_say_their_number():
    seen = []

    async def listening(reader, writer):
        while request := await request_on(reader):
            seen.append(request.decode().partition("tandem-request: ")[2].split()[0])
            writer.write(OK)

    record = drive(listening, None, limit=4, numbered=True, seconds=30)
    assert seen == ["1", "2", "3", "4"]
    assert record.number == [1, 2, 3, 4]
    assert record.began > 0


def test_a_body_and_headers_are_sent():
    seen = []

    async def listening(reader, writer):
        request = await request_on(reader)
        seen.append(request + await reader.readexactly(6))
        writer.write(OK)

    drive(listening, None, limit=1, method="POST", headers=(("x-a", "b"),), body="möre\n")
    assert seen[0].startswith(b"POST / HTTP/1.1\r\n")
    assert b"x-a: b\r\ncontent-length: 6\r\n\r\nm\xc3\xb6re\n" in seen[0]


def test_a_post_that_a_closing_connection_swallows_is_not_sent_twice():
    async def forgetful(reader, writer):
        await request_on(reader)
        writer.write(OK)
        await request_on(reader)  # takes a second request, and closes without an answer

    record = drive(forgetful, None, limit=2, method="POST", seconds=30)
    assert record.errors == {"connection closed": 1}


def test_a_job_with_all_of_it_survives_json():
    job = Job(80, "/", headers=(("a", "b"),), beside=Beside("/x", 2, "abandon"), numbered=True)
    assert Job.from_json(job.to_json()) == job


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"method": "get"}, "in capitals"),
        ({"headers": (("a b", "c"),)}, "a header is a name"),
        ({"headers": (("a", "c\r\nd: e"),)}, "a header is a name"),
    ],
)
def test_a_request_that_could_not_be_one_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Job(80, "/", **wrong)
