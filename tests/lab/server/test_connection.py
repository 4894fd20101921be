"""One connection: what is awaited and how long, what is kept, how it is closed."""

import asyncio
import socket
from contextlib import suppress

import pytest

from lab.server.settings import Limits, Timeouts
from tests.lab.server.fakes import Peer, echo

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n"
CHUNKS = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
EXPECT = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"


@pytest.fixture
def peer():
    with Peer(echo) as peer:
        yield peer


def answering(status=200, body=b"", *fields):
    """An application that reads nothing."""

    async def app(scope, receive, send):
        headers = [(b"content-length", str(len(body)).encode()), *fields]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


class Held:
    """An application that waits until it is let go."""

    def __init__(self):
        self.heard = []
        self.begun = 0

    async def __call__(self, scope, receive, send):
        self.begun += 1
        start = {"type": "http.response.start", "status": 200, "headers": []}
        while True:
            message = await receive()
            self.heard.append(message)
            if message["type"] == "http.disconnect" or not message["more_body"]:
                break
        if message["type"] != "http.disconnect":
            self.heard.append(await receive())
        await send(start)
        await send({"type": "http.response.body", "body": b"late"})


# Deadlines.


def test_a_silent_client_is_closed_and_told_nothing(peer):
    peer.wait(4.9)
    assert not peer.transport.is_closed
    peer.wait(0.2)
    assert peer.transport.is_closed
    assert peer.sent == b""


def test_half_a_request_is_answered_408(peer):
    peer.send(b"GET / HTTP/1.1\r\nHo")
    peer.wait(5.1)
    assert peer.answers() == [(408, b"the request was not complete in time\n")]
    assert b"connection: close" in peer.sent.lower()
    assert peer.transport.has_written_eof


def test_the_time_is_configurable():
    with Peer(echo, timeouts=Timeouts(head=0.5)) as peer:
        peer.send(b"GET")
        peer.wait(0.4)
        assert peer.sent == b""
        peer.wait(0.2)
        assert peer.statuses == [408]


def test_a_request_after_a_silence_has_the_whole_time(peer):
    peer.wait(4.9)
    peer.send(b"GET / HTTP")
    peer.wait(4.9)
    assert peer.sent == b""
    peer.send(b"/1.1\r\nHost: a\r\n\r\n")
    assert peer.statuses == [200]


@pytest.mark.parametrize("begin", [b"GET / HTTP/1.1\r\nHost: a\r\nX: ", POST, CHUNKS + b"F\r\n"])
def test_who_drips_bytes_is_cut_in_time(begin):
    with Peer(echo) as peer:
        peer.send(begin)
        for passed in range(60):
            peer.wait(0.1)
            if peer.sent:
                break
            peer.send(b"x" if passed % 8 == 0 else b"")
        assert peer.statuses == [408]
        assert 4.9 <= peer.clock.now - 1000 <= 6


def test_who_is_slow_but_not_too_slow_is_served(peer):
    peer.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n")
    for _ in range(30):
        peer.wait(1)
        peer.send(b"x" * 2_000)
    assert peer.statuses == [200]


def test_an_idle_connection_is_closed_and_told_nothing(peer):
    peer.send(GET)
    answered = peer.sent
    peer.wait(4.9)
    assert not peer.transport.is_closed
    peer.wait(0.2)
    assert peer.transport.is_closed
    assert peer.sent == answered


def test_an_application_may_take_its_time():
    with Peer(held := Held()) as peer:
        peer.send(GET)
        peer.wait(3_600)
        assert held.begun == 1
        assert not peer.transport.is_closed


def test_a_body_that_does_not_come_is_answered_408_and_the_application_told():
    with Peer(held := Held()) as peer:
        peer.send(POST + b"12345")
        peer.wait(5.1)
        assert peer.statuses == [408]
        assert [message["type"] for message in held.heard] == ["http.request", "http.disconnect"]


def test_a_body_that_does_not_come_cuts_a_response_that_has_begun():
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await receive()

    with Peer(app) as peer:
        peer.send(POST)
        peer.wait(5.1)
        assert peer.transport.is_closed
        assert b"408" not in peer.sent
        assert not peer.sent.endswith(b"0\r\n\r\n")


# Bodies.


def test_a_body_arrives_as_it_comes():
    with Peer(held := Held()) as peer:
        peer.send(POST + b"12345")
        peer.send(b"67890")
        assert [(m["body"], m["more_body"]) for m in held.heard] == [
            (b"12345", True),
            (b"67890", False),
        ]


def test_a_body_that_nobody_reads_is_thrown_away_before_the_next_request():
    with Peer(answering(404)) as peer:
        peer.send(POST + b"GET / HTTP")
        peer.send(GET)
        assert peer.statuses == [404, 404]
        peer.send(POST)  # answered before it has come
        peer.send(b"GET / HTTP" + GET)
        assert peer.statuses == [404] * 4


def test_the_rest_of_a_body_that_nobody_reads_has_its_time_too():
    with Peer(answering(404)) as peer:
        peer.send(POST)
        assert peer.statuses == [404]
        peer.wait(5.1)
        assert peer.transport.is_closed
        assert peer.statuses == [404]


def test_too_much_that_nobody_reads_is_not_read():
    with Peer(answering(404), limits=Limits(discarded=100)) as peer:
        peer.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        peer.send(b"x" * 101)
        assert peer.transport.is_closed
        assert peer.statuses == [404]


@pytest.mark.parametrize("request_", [
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n",
    CHUNKS + b"B\r\n",
    CHUNKS + b"5\r\nhello\r\n6\r\n",
])  # fmt: skip
def test_a_body_over_the_limit_is_answered_413(request_):
    with Peer(echo, limits=Limits(body=10)) as peer:
        peer.send(request_)
        assert peer.statuses == [413]
        assert peer.is_ended


def test_a_body_that_the_application_does_not_take_is_not_read():
    with Peer(taking := make_taking(), limits=Limits(unread=1_000)) as peer:
        peer.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n" + b"x" * 1_500)
        assert peer.transport.is_paused
        peer.wait(60)  # which is not the client's fault
        assert peer.sent == b""
        peer.call(taking.go_on)
        assert not peer.transport.is_paused
        peer.wait(4)
        peer.send(b"x" * 2_500)
        peer.call(taking.go_on)
        assert peer.statuses == [200]


def make_taking():
    class Taking:
        def __init__(self):
            self.may = asyncio.Event()

        def go_on(self):
            self.may.set()

        async def __call__(self, scope, receive, send):
            await self.may.wait()
            await echo(scope, receive, send)

    return Taking()


# 100 Continue (RFC 9110, 10.1.1).


def test_who_waits_with_the_body_is_told_to_go_on_when_it_is_wanted(peer):
    peer.send(EXPECT)
    assert peer.sent == b"HTTP/1.1 100 Continue\r\n\r\n"
    peer.send(b"hi")
    assert peer.answers() == [(200, b"POST / hi")]


def test_who_waits_is_given_time_from_then_on():
    with Peer(taking := make_taking()) as peer:
        peer.send(EXPECT)
        peer.wait(60)
        assert peer.sent == b""
        peer.call(taking.go_on)
        assert b"100 Continue" in peer.sent
        peer.wait(5.1)
        assert peer.statuses == [408]


def test_who_does_not_wait_is_not_told(peer):
    peer.send(EXPECT + b"hi")
    assert b"100 Continue" not in peer.sent
    assert peer.statuses == [200]


def test_who_waits_for_a_body_that_is_not_wanted_is_answered_and_closed():
    with Peer(answering(404)) as peer:
        peer.send(EXPECT)
        assert b"100 Continue" not in peer.sent
        assert peer.statuses == [404]
        assert b"connection: close" in peer.sent.lower()
        assert peer.is_ended


def test_http_1_0_is_never_told_to_go_on(peer):
    peer.send(EXPECT.replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert peer.sent == b""


# Pipelining (RFC 9112, 9.3.2).


def test_requests_are_answered_one_after_the_other():
    with Peer(held := Held()) as peer:
        peer.send(GET * 3)
        assert held.begun == 1


def test_no_more_requests_are_read_ahead_than_the_limit_says():
    with Peer(taking := make_taking(), limits=Limits(pipelined=100)) as peer:
        peer.send(GET * 3)
        assert not peer.transport.is_paused
        peer.send(GET * 3)
        assert peer.transport.is_paused
        peer.call(taking.go_on)
        assert peer.statuses == [200] * 6
        assert not peer.transport.is_paused


# Half a close, a whole one, and a reset.


def test_a_client_that_has_closed_its_half_is_answered(peer):
    peer.send(POST + b"0123456789" + GET)
    peer.end()
    assert peer.answers() == [(200, b"POST / 0123456789"), (200, b"GET / ")]
    assert peer.transport.is_closed


def test_the_application_is_told_that_the_client_may_have_gone():
    with Peer(held := Held()) as peer:
        peer.send(GET)
        peer.end()
        assert held.heard[-1] == {"type": "http.disconnect"}
        assert peer.answers() == [(200, b"late")]
        assert peer.transport.is_closed


@pytest.mark.parametrize("begun", [True, False])
def test_an_application_that_is_told_so_need_not_answer(begun, caplog):
    async def app(scope, receive, send):
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    with Peer(app) as peer:
        peer.send(GET)
        peer.end()
        assert peer.transport.is_closed
        assert peer.clock.pending == 0
    assert caplog.text == ""


def test_what_is_pipelined_is_answered_after_half_a_close():
    with Peer(taking := make_taking()) as peer:
        peer.send(GET * 2)
        peer.end()
        peer.call(taking.go_on)
        assert peer.statuses == [200, 200]
        assert peer.transport.is_closed


def test_what_waits_for_a_slow_reader_is_answered_after_half_a_close():
    async def app(scope, receive, send):
        peer.connection.pause_writing()  # the client does not take the answer at once
        await echo(scope, receive, send)

    with Peer(app) as peer:
        peer.send(GET * 3)
        peer.end()
        assert peer.statuses == [200]
        peer.call(peer.connection.resume_writing)
        assert peer.statuses == [200, 200]
        assert not peer.is_ended
        peer.call(peer.connection.resume_writing)
        assert peer.statuses == [200, 200, 200]
        assert peer.transport.is_closed


@pytest.mark.parametrize("rest", [b"", b"GET / HT"])
def test_a_slow_reader_who_asks_no_more_is_closed_when_it_has_its_answer(rest):
    async def app(scope, receive, send):
        peer.connection.pause_writing()
        await echo(scope, receive, send)

    with Peer(app) as peer:
        peer.send(GET + rest)
        peer.end()
        assert peer.statuses == [200]
        peer.call(peer.connection.resume_writing)
        assert peer.statuses == [200]
        assert peer.transport.is_closed


def test_a_reader_who_takes_nothing_after_half_a_close_is_cut():
    async def app(scope, receive, send):
        stalling.append(1)
        peer.transport.unsent = 100_000
        peer.connection.pause_writing()
        await echo(scope, receive, send)

    stalling = []
    with Peer(app) as peer:
        peer.send(GET * 2)
        peer.end()
        peer.wait(5.1)
        assert peer.transport.was_aborted
        assert stalling == [1]


def test_a_body_that_is_cut_off_is_told_and_may_be_answered():
    with Peer(held := Held()) as peer:
        peer.send(POST + b"123")
        peer.end()
        assert held.heard[-1] == {"type": "http.disconnect"}
        assert peer.answers() == [(200, b"late")]
        assert peer.transport.is_closed


def test_half_a_head_and_then_nothing_is_closed(peer):
    peer.send(b"GET / HT")
    peer.end()
    assert peer.transport.is_closed
    assert peer.sent == b""


def test_a_close_in_the_middle_of_a_body_that_nobody_wants_is_one():
    with Peer(answering(404)) as peer:
        peer.send(POST)
        peer.end()
        assert peer.transport.is_closed


def test_sending_to_who_is_gone_raises_an_oserror():
    raised = []

    async def app(scope, receive, send):
        await receive()
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            await send({"type": "http.response.body", "body": b"x"})
        except OSError as error:
            raised.append(error)
            raise

    with Peer(app) as peer:
        peer.send(GET)
        peer.call(peer.transport.abort)
        assert len(raised) == 1
        assert peer.clock.pending == 0
        assert not peer.server.connections
        assert not peer.server.tasks


# Writing to a client that does not read.


def streaming(pieces, sent):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in range(pieces):
            await send({"type": "http.response.body", "body": b"x" * 1_000, "more_body": True})
            sent.append(piece)
        await send({"type": "http.response.body", "body": b""})

    return app


def stall(peer, octets=100_000):
    """The client takes nothing: so many bytes are left."""
    peer.transport.unsent = octets
    peer.call(peer.connection.pause_writing)


def test_an_application_waits_for_a_client_that_does_not_read():
    sent = []
    with Peer(streaming(3, sent)) as peer:
        stall(peer)
        peer.send(GET)
        assert sent == []
        peer.transport.unsent = 0
        peer.call(peer.connection.resume_writing)
        assert sent == [0, 1, 2]


def test_a_client_that_does_not_read_is_cut():
    sent = []
    with Peer(streaming(3, sent)) as peer:
        stall(peer)
        peer.send(GET)
        peer.wait(4.9)
        assert not peer.transport.is_closed
        peer.wait(0.2)
        assert peer.transport.was_aborted
        assert sent == []
        assert not peer.server.tasks


def test_a_client_that_reads_slowly_is_not_cut():
    with Peer(streaming(3, [])) as peer:
        stall(peer)
        peer.send(GET)
        for left in range(90_000, 40_000, -10_000):
            peer.transport.unsent = left
            peer.wait(5)
        assert not peer.transport.is_closed
        peer.wait(5.1)
        assert peer.transport.was_aborted


def test_what_is_not_taken_at_the_end_has_its_time_too():
    with Peer(answering(200, b"x")) as peer:
        peer.transport.unsent = 100_000
        peer.send(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        peer.wait(1.1)  # the lingering is over
        assert not peer.transport.is_closed
        peer.wait(5.1)
        assert peer.transport.was_aborted


# Closing.


def test_after_the_last_answer_it_waits_for_the_client_to_close(peer):
    peer.send(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert peer.transport.has_written_eof
    assert not peer.transport.is_closed
    peer.send(GET)  # too late
    assert peer.statuses == [200]
    peer.end()
    assert peer.transport.is_closed


def test_it_does_not_wait_for_ever(peer):
    peer.send(b"x\r\n")
    peer.wait(0.9)
    peer.send(b"x" * 100)
    assert not peer.transport.is_closed
    peer.wait(0.2)
    assert peer.transport.is_closed


def test_it_does_not_read_for_ever():
    with Peer(echo, limits=Limits(discarded=1_000)) as peer:
        peer.send(b"x\r\n")
        peer.send(b"x" * 1_001)
        assert peer.transport.is_closed
        assert peer.statuses == [400]


def test_a_transport_that_has_no_half_is_closed():
    with Peer(echo) as peer:
        peer.connection, peer.transport = peer.connect(half_closes=False)
        peer.send(b"x\r\n")
        assert peer.transport.is_closed
        assert peer.statuses == [400]


def test_a_response_is_told_to_be_cut_from_a_whole_one_in_http_1_0(caplog):
    """It has no chunks, so it is reset: a plain end would look like the end of the body."""

    options = []

    class Socket:
        def setsockopt(self, *arguments):
            options.append(arguments)

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        raise ValueError("a bug")

    with Peer(app) as peer:
        peer.transport._extra["socket"] = Socket()
        peer.send(GET.replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert peer.transport.was_aborted
        assert len(options) == 1


# Too many, and the end of the server.


def test_a_connection_too_many_is_answered_503():
    with Peer(echo, limits=Limits(connections=1)) as peer:
        first = peer.connection, peer.transport
        peer.connection, peer.transport = peer.connect()
        assert peer.statuses == [503]
        assert b"retry-after: 1\r\n" in peer.sent
        assert peer.is_ended
        peer.end()
        peer.connection, peer.transport = first
        peer.send(GET)
        assert peer.statuses == [200]


def test_at_the_end_what_was_asked_is_answered_and_then_closed():
    with Peer(taking := make_taking()) as peer:
        peer.send(GET)
        draining = peer.runner.get_loop().create_task(peer.server.drain())
        peer.wait(2)
        assert not draining.done()
        peer.call(taking.go_on)
        assert b"connection: close" in peer.sent.lower()
        assert peer.statuses == [200]
        peer.end()
        assert draining.done()


def test_at_the_end_a_response_that_had_begun_is_ended_as_it_began():
    may = asyncio.Event()

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await may.wait()
        await send({"type": "http.response.body", "body": b"y"})

    with Peer(app) as peer:
        peer.send(GET)
        draining = peer.runner.get_loop().create_task(peer.server.drain())
        peer.wait(0)
        peer.call(may.set)
        assert peer.answers() == [(200, b"xy")]
        assert b"connection: close" not in peer.sent.lower()
        peer.wait(1.1)
        assert peer.transport.is_closed
        assert draining.done()


def test_at_the_end_what_is_on_its_way_is_answered(peer):
    peer.send(GET)
    draining = peer.runner.get_loop().create_task(peer.server.drain())
    peer.wait(0.5)
    peer.send(GET)
    assert peer.statuses == [200, 200]
    assert b"connection: close" in peer.sent.lower()
    peer.end()
    assert draining.done()


def test_at_the_end_an_idle_connection_is_closed_soon(peer):
    peer.send(GET)
    draining = peer.runner.get_loop().create_task(peer.server.drain())
    peer.wait(0)
    peer.wait(0.9)
    assert not peer.transport.is_closed
    peer.wait(0.2)
    assert peer.transport.is_closed
    assert draining.done()


def test_who_comes_at_the_end_is_answered_once(peer):
    draining = peer.runner.get_loop().create_task(peer.server.drain())
    peer.wait(0)
    old = peer.transport
    peer.connection, peer.transport = peer.connect()
    peer.send(GET * 2)
    assert peer.statuses == [200]
    peer.end()
    peer.call(old.abort)
    assert draining.done()


def test_who_is_given_up_is_cut_and_the_application_cancelled(caplog):
    with Peer(held := Held(), timeouts=Timeouts(shutdown=0.01)) as peer:
        peer.send(GET)
        peer.run(peer.server.drain())
        assert peer.transport.was_aborted
        assert held.begun == 1
        assert not peer.server.tasks
        assert "1 connections and 1 requests are given up" in caplog.text


def test_a_socket_without_addresses_has_none():
    with Peer(echo) as peer:

        async def connected():
            connection = peer.server.connection()
            transport = type(peer.transport)(connection)
            transport._extra |= {"peername": "", "sockname": "/tmp/socket"}
            connection.connection_made(transport)
            return connection

        connection = peer.run(connected())
        assert connection.client is None
        assert connection.server == ("/tmp/socket", None)


def filling(peer):
    """The client takes nothing: each write fills what the transport keeps for it."""
    write = peer.transport.write

    def fill(data):
        write(data)
        peer.connection.pause_writing()

    peer.transport.write = fill


def test_no_pipelined_request_is_begun_before_the_last_answer_is_taken():
    with Peer(echo, timeouts=Timeouts(write=600)) as peer:
        filling(peer)
        peer.send(GET * 3)
        for count in (1, 2, 3):
            peer.wait(60)  # it is not the request that is too slow
            assert len(peer.answers()) == count
            peer.call(peer.connection.resume_writing)
        assert peer.statuses == [200, 200, 200]


def test_what_is_read_before_an_answer_is_taken_is_not_lost():
    with Peer(echo) as peer:
        filling(peer)
        peer.send(GET)
        peer.send(GET[:-1])
        peer.call(peer.connection.resume_writing)
        peer.send(GET[-1:])
        assert peer.statuses == [200, 200]


def test_a_head_and_a_body_are_read_however_little_may_be_pipelined():
    with Peer(echo, limits=Limits(pipelined=5)) as peer:
        peer.send(CHUNKS[:40])
        assert not peer.transport.is_paused
        peer.send(CHUNKS[40:] + b"1;extension")
        assert not peer.transport.is_paused
        peer.wait(5.1)
        assert peer.statuses == [408]


def test_what_a_client_takes_of_the_systems_buffer_counts():
    ours, its = socket.socketpair()
    with ours, its, Peer(answering(200, b"x")) as peer:
        ours.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                ours.send(bytes(1_000))
        peer.transport._extra["socket"] = ours
        peer.send(GET)
        stall(peer)
        for _ in range(20):
            its.recv(1_000)
        peer.wait(5.1)
        assert not peer.transport.was_aborted
        peer.wait(5.1)
        assert peer.transport.was_aborted


@pytest.mark.parametrize(("method", "chunk"), [("HEAD", b"x"), ("POST", b"")])
def test_a_long_body_of_which_nothing_is_sent_lets_others_be_served(method, chunk):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(10_000):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            if scope["method"] == "GET":
                break
        await send({"type": "http.response.body", "body": b"end"})

    with Peer(app) as peer:
        peer.send(method.encode() + GET[3:])
        assert peer.server.tasks
        peer.connection, peer.transport = peer.connect()
        peer.send(GET)
        assert peer.answers() == [(200, chunk + b"end")]


def test_who_is_answered_later_is_told_too_that_the_client_may_have_gone():
    with Peer(held := Held()) as peer:
        peer.send(GET + GET)
        peer.end()
        assert held.begun == 2
        assert peer.statuses == [200, 200]
        assert not peer.server.tasks


def test_who_was_one_too_many_takes_no_place_while_it_lingers():
    with Peer(echo, limits=Limits(connections=1)) as peer:
        _, refused = peer.connect()
        peer.call(peer.transport.close)
        assert refused.has_written_eof
        assert not refused.is_closed
        peer.connection, peer.transport = peer.connect()
        peer.send(GET)
        assert peer.statuses == [200]


def test_the_last_bytes_have_their_time_too_where_most_was_taken():
    with Peer(answering(200, b"x")) as peer:
        peer.send(GET[:-2] + b"Connection: close\r\n\r\n")
        stall(peer)
        peer.wait(1.1)  # it would close, but for what is not taken
        peer.transport.unsent = 10_000
        peer.call(peer.connection.resume_writing)
        peer.wait(5.1)
        assert peer.transport.was_aborted


def test_what_is_read_after_the_loss_sets_no_deadline():
    lost, heard = asyncio.Event(), []

    async def app(scope, receive, send):
        await lost.wait()
        heard.extend([await receive(), await receive()])

    with Peer(app) as peer:
        peer.send(POST + b"123")
        peer.call(peer.transport.abort)
        peer.call(lost.set)
        assert [message["type"] for message in heard] == ["http.request", "http.disconnect"]
        assert not peer.connection.reading.is_set


def test_what_comes_before_an_answer_is_taken_is_read_up_to_the_limit_and_then_answered():
    with Peer(echo, limits=Limits(pipelined=40)) as peer:
        filling(peer)
        peer.send(GET)
        peer.send(GET[:10])
        assert not peer.transport.is_paused
        peer.send(GET[10:] + GET)
        assert peer.transport.is_paused
        for _ in range(2):
            peer.call(peer.connection.resume_writing)
        assert not peer.transport.is_paused
        assert peer.statuses == [200, 200, 200]
