"""A WSGI application as it is called: PEP 3333, and `wsgiref.validate` where it can be."""

import asyncio
import io
import sys
import threading
from wsgiref.validate import validator

import pytest

from lab.server.errors import Refused
from lab.server.settings import Limits
from lab.server.threads import Threads
from lab.server.wsgi_host import WSGIHost
from tests.lab.server.fakes import PATIENCE, Peer, wsgi_echo

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def exchange(app, octets=GET, count=1):
    with Peer(app, "wsgi") as peer:
        peer.send(octets)
        peer.until(lambda: peer.transport.is_closed or complete(peer) >= count)
        peer.until(lambda: not peer.server.tasks)
        return peer


def complete(peer):
    """How many answers there are; the last may not be whole yet."""
    try:
        return len(peer.answers())
    except ValueError:
        return 0


def returning(result, status="200 OK", *fields):
    def app(environ, start_response):
        start_response(status, list(fields))
        return result() if callable(result) else result

    return app


class Closing:
    def __init__(self, chunks, closed):
        self._chunks = iter(chunks)
        self._closed = closed

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._chunks)

    def close(self):
        self._closed.append(True)


def test_the_environ_holds_what_pep_3333_asks_for():
    environs = []

    @validator
    def app(environ, start_response):
        environs.append(environ)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b""]

    exchange(
        app,
        b"GET /caf%C3%A9%2F?q=%41 HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-a: caf\xe9\r\nX_A: 3\r\n"
        b"Cookie: a=1\r\nCookie: b=2\r\nContent-Type: text/plain\r\n\r\n",
    )
    (environ,) = environs
    wanted = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/caf\xc3\xa9/",
        "QUERY_STRING": "q=%41",
        "RAW_URI": "/caf%C3%A9%2F?q=%41",
        "REQUEST_URI": "/caf%C3%A9%2F?q=%41",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "CONTENT_TYPE": "text/plain",
        "HTTP_HOST": "a",
        "HTTP_X_A": "1,caf\xe9",
        "HTTP_COOKIE": "a=1; b=2",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    assert {key: environ[key] for key in wanted} == wanted
    assert set(environ) - set(wanted) == {"wsgi.input", "wsgi.errors", "wsgi.file_wrapper"}


def test_a_list_is_sent_with_its_length():
    peer = exchange(returning([b"ab", b"c"], "200 OK"))
    assert peer.answers() == [(200, b"abc")]
    assert b"content-length: 3\r\n" in peer.sent


def test_a_length_that_the_application_tells_is_the_one():
    peer = exchange(returning([b"abc"], "200 OK", ("Content-Length", "3")))
    assert peer.sent.lower().count(b"content-length: 3\r\n") == 1


def test_the_status_is_sent_in_the_applications_words():
    assert exchange(returning([b""], "299 So So")).sent.startswith(b"HTTP/1.1 299 So So\r\n")


def test_an_iterable_is_sent_chunk_by_chunk_and_closed():
    closed = []
    peer = exchange(returning(lambda: Closing([b"", b"ab", b"", b"c"], closed)))
    assert peer.answers() == [(200, b"abc")]
    assert b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n" in peer.sent
    assert closed == [True]


def test_an_empty_iterable_is_an_empty_body():
    assert exchange(returning(lambda: iter(()))).answers() == [(200, b"")]


def test_a_chunk_is_on_its_way_before_the_next_is_made():
    seen = []

    def app(environ, start_response):
        start_response("200 OK", [])
        yield b"first"
        seen.append(b"first" in peer.sent)
        yield b"second"

    with Peer(app, "wsgi") as peer:
        peer.send(GET)
        peer.until(lambda: peer.sent.endswith(b"0\r\n\r\n"))
    assert seen == [True]


def test_start_response_may_come_with_the_first_chunk():
    def app(environ, start_response):
        start_response("201 Created", [])  # called by the first `next`
        yield b"x"

    assert exchange(app).answers() == [(201, b"x")]


def test_what_is_written_comes_before_what_is_returned():
    def app(environ, start_response):
        write = start_response("200 OK", [])
        write(b"a")
        write(b"b")
        return [b"c", b"d"]

    assert exchange(app).answers() == [(200, b"abcd")]


def test_start_response_is_called_again_with_exc_info():
    def app(environ, start_response):
        start_response("200 OK", [("X-A", "1")])
        try:
            raise ValueError
        except ValueError:
            start_response("500 Oh", [("X-B", "2")], sys.exc_info())
        return [b"sorry"]

    peer = exchange(app)
    assert peer.answers() == [(500, b"sorry")]
    assert b"x-a" not in peer.sent


def test_once_something_is_sent_exc_info_is_raised_again(caplog):
    def app(environ, start_response):
        start_response("200 OK", [])(b"x")
        try:
            raise ValueError("a secret")
        except ValueError:
            start_response("500 Oh", [], sys.exc_info())

    peer = exchange(app)
    assert peer.transport.is_closed
    assert not peer.sent.endswith(b"0\r\n\r\n")
    assert "a secret" in caplog.text


@pytest.mark.parametrize("method", [b"HEAD", b"GET"])
def test_a_file_is_sent_and_closed(method):
    files = []

    def app(environ, start_response):
        start_response("200 OK", [("Content-Length", "200000")])
        files.append(io.BytesIO(b"x" * 200_000))
        return environ["wsgi.file_wrapper"](files[0], 1_000)

    with Peer(app, "wsgi") as peer:
        peer.send(method + GET[3:])
        peer.until(lambda: not peer.server.tasks)
        assert peer.answers(method.decode()) == [(200, b"x" * 200_000 if method == b"GET" else b"")]
    assert files[0].closed


def test_a_file_without_close_is_sent():
    class Reads:
        def __init__(self):
            self.pieces = [b"ab", b"c", b""]

        def read(self, size):
            return self.pieces.pop(0)

    def app(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](Reads())

    assert exchange(app).answers() == [(200, b"abc")]


def test_head_of_an_endless_stream_ends():
    closed = []

    def endless():
        while True:
            yield b"x"

    with Peer(returning(lambda: Closing(endless(), closed)), "wsgi") as peer:
        peer.send(b"HEAD" + GET[3:])
        peer.until(lambda: not peer.server.tasks)
        assert closed == [True]
        assert peer.answers("HEAD") == [(200, b"")]


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_no_length_is_told_where_there_is_no_body(status):
    peer = exchange(returning([b""], status))
    assert b"content-length" not in peer.sent.lower()
    assert peer.sent.endswith(b"\r\n\r\n")


def not_starting(environ, start_response):
    return [b"x"]


def starting_twice(environ, start_response):
    start_response("200 OK", [])
    start_response("200 OK", [])
    return []


def raising(environ, start_response):
    raise ValueError("a secret")


def raising_stop_iteration(environ, start_response):
    raise StopIteration("a secret")


@pytest.mark.parametrize(
    ("app", "logged"),
    [
        (raising, "a secret"),
        (raising_stop_iteration, "a secret"),
        (not_starting, "has not called start_response"),
        (lambda environ, start_response: iter(()), "has not called start_response"),
        (starting_twice, "only with exc_info"),
        (returning(["x"]), "a body is bytes"),
        (returning(lambda: iter(["x"])), "a body is bytes"),
        (returning(None), "NoneType"),
        (returning([], 200), "a status is"),
        (returning([], "200"), "a status is"),
        (returning([], "20 OK"), "a status is"),
        (returning([], "200 OK\r\nX: 1"), "a status is"),
        (returning([], "200 OK", ("Connection", "close")), "is the server's to send"),
        (returning([], "200 OK", ("X", 1)), "two str"),
        (returning([], "200 OK", ("X", "\u2615")), "latin-1"),
        (returning([], "200 OK", ("X", "a\r\nb: c")), "Illegal header value"),
        (lambda environ, start_response: start_response("200 OK", ()), "a list of pairs"),
    ],
)
def test_a_bug_before_anything_is_sent_is_answered_500(app, logged, caplog):
    peer = exchange(app)
    assert peer.answers() == [(500, b"Internal Server Error\n")]
    assert logged in caplog.text


def test_a_bug_after_something_is_sent_cuts_the_connection(caplog):
    closed = []

    def failing():
        yield b"x"
        raise ValueError("a secret")

    peer = exchange(returning(lambda: Closing(failing(), closed)))
    assert peer.transport.is_closed
    assert not peer.sent.endswith(b"0\r\n\r\n")
    assert closed == [True]
    assert "a secret" in caplog.text


def test_who_is_gone_is_told_by_what_is_sent_and_the_iterable_closed():
    closed, go_on = [], threading.Event()

    def chunks():
        yield b"x"
        go_on.wait(PATIENCE)
        yield b"y"

    with Peer(returning(lambda: Closing(chunks(), closed)), "wsgi") as peer:
        peer.send(GET)
        peer.until(lambda: b"x" in peer.sent)
        peer.call(peer.transport.abort)
        go_on.set()
        peer.until(lambda: closed and not peer.server.tasks)


# wsgi.input

POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 13\r\n\r\n"


def reading(read):
    """Without the validator, which would have every `read` say how much."""

    def app(environ, start_response):
        found = read(environ["wsgi.input"])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [repr(found).encode()]

    return app


@pytest.mark.parametrize(
    ("read", "found"),
    [
        (lambda body: body.read(), b"one\ntwo\n\nfour"),
        (lambda body: [body.read(4), body.read(100)], [b"one\n", b"two\n\nfour"]),
        (lambda body: [body.read(100), body.read(1)], [b"one\ntwo\n\nfour", b""]),
        (lambda body: [body.read(0), body.read(1)], [b"", b"o"]),
        (lambda body: [body.readline() for _ in "123"], [b"one\n", b"two\n", b"\n"]),
        (lambda body: [body.readline() for _ in "12345"][3:], [b"four", b""]),
        (lambda body: [body.readline(2), body.readline(9)], [b"on", b"e\n"]),
        (lambda body: body.readlines(), [b"one\n", b"two\n", b"\n", b"four"]),
        (lambda body: body.readlines(5), [b"one\n", b"two\n"]),
        (lambda body: list(body), [b"one\n", b"two\n", b"\n", b"four"]),
        (lambda body: [body.read(5), body.readline()], [b"one\nt", b"wo\n"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("piece", [None, 1, 3])
@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_the_body_is_read_as_a_file_is(read, found, piece, framing):
    octets = POST + b"one\ntwo\n\nfour"
    if framing == "chunks":
        octets = (
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5\r\none\nt\r\n8\r\nwo\n\nfour\r\n0\r\n\r\n"
        )
    with Peer(reading(read), "wsgi") as peer:
        peer.send(octets, piece)
        peer.until(lambda: peer.answers())
        assert peer.answers() == [(200, repr(found).encode())]


def test_the_validator_finds_nothing_wrong_with_it():
    @validator
    def app(environ, start_response):
        body = environ["wsgi.input"]
        found = [body.read(2), body.readline(), body.readline(2), next(iter(body)), body.read(99)]
        print("read", file=environ["wsgi.errors"])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [repr(found).encode()]

    peer = exchange(app, POST + b"one\ntwo\n\nfour")
    assert peer.answers() == [(200, b"[b'on', b'e\\n', b'tw', b'o\\n', b'\\nfour']")]


@pytest.mark.parametrize("size", [None, -1])
def test_without_a_size_all_of_it_is_read(size):
    def app(environ, start_response):
        start_response("200 OK", [])
        return [environ["wsgi.input"].read(size) + environ["wsgi.input"].readline(size)]

    assert exchange(app, POST + b"one\ntwo\n\nfour").answers() == [(200, b"one\ntwo\n\nfour")]


def test_lines_without_a_hint_are_all():
    def app(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.input"].readlines(None)

    assert exchange(app, POST + b"one\ntwo\n\nfour").answers() == [(200, b"one\ntwo\n\nfour")]


def test_a_body_comes_while_it_is_read():
    read = []

    def app(environ, start_response):
        read.append(environ["wsgi.input"].read(4))
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    with Peer(app, "wsgi") as peer:
        peer.send(POST + b"one\nt")
        peer.until(lambda: read == [b"one\n"])
        peer.send(b"wo\n\nfour")
        peer.until(lambda: peer.answers())
        assert peer.answers() == [(200, b"two\n\nfour")]


def test_a_body_that_is_cut_off_raises_an_oserror(caplog):
    raised = []

    def app(environ, start_response):
        try:
            environ["wsgi.input"].read()
        except OSError as error:
            raised.append(error)
            raise
        return []

    with Peer(app, "wsgi") as peer:
        peer.send(POST + b"one")
        peer.end()
        peer.until(lambda: raised and not peer.server.tasks)
        assert peer.transport.is_closed
    assert caplog.text == ""


# Threads.


def test_requests_are_answered_at_the_same_time():
    meeting = threading.Barrier(3, timeout=PATIENCE)

    def app(environ, start_response):
        meeting.wait()
        return wsgi_echo(environ, start_response)

    with Peer(app, "wsgi") as peer:
        connected = [peer.connect() for _ in range(3)]
        for peer.connection, peer.transport in connected:
            peer.send(GET)
        for peer.connection, peer.transport in connected:
            peer.until(lambda: peer.answers())
            assert peer.statuses == [200]


def test_a_request_for_which_no_thread_is_free_in_time_is_answered_503():
    go_on = threading.Event()

    def app(environ, start_response):
        go_on.wait(PATIENCE)
        return wsgi_echo(environ, start_response)

    async def made():
        return WSGIHost(app, threads=1, patience=0.05)

    with Peer(app, "wsgi") as peer:
        peer.server.host = peer.run(made())
        held = peer.connect()
        peer.connection, peer.transport = held
        peer.send(GET)
        peer.connection, peer.transport = peer.connect()
        peer.send(GET)
        peer.until(lambda: peer.answers())
        assert peer.answers() == [(503, b"every thread of this server is busy\n")]
        assert b"retry-after: 1\r\n" in peer.sent
        go_on.set()
        peer.connection, peer.transport = held
        peer.until(lambda: peer.answers())
        assert peer.statuses == [200]


def test_half_of_the_threads_wait_for_no_client():
    begun = []

    def app(environ, start_response):
        begun.append(environ["REQUEST_METHOD"])
        return wsgi_echo(environ, start_response)

    async def made():
        return WSGIHost(app, threads=2)

    with Peer(app, "wsgi", limits=Limits(unread=8)) as peer:
        peer.server.host = peer.run(made())
        slow = [peer.connect() for _ in range(3)]
        for peer.connection, peer.transport in slow:
            peer.send(POST + b"one")
        peer.connection, peer.transport = peer.connect()
        peer.send(GET)
        peer.until(lambda: peer.answers())
        assert sorted(begun) == ["GET", "POST"]
        for peer.connection, peer.transport in slow:
            peer.send(b"\ntwo\n\nfour")  # more than is read ahead
            peer.until(lambda: peer.answers())
            assert peer.statuses == [200]


def test_who_is_given_up_before_there_is_a_thread_has_none():
    async def made():
        return WSGIHost(wsgi_echo, threads=1)

    with Peer(wsgi_echo, "wsgi") as peer:
        peer.server.host = peer.run(made())
        peer.send(POST + b"one")
        peer.wait(5.1)
        assert peer.statuses == [408]
        assert not peer.server.tasks


def test_a_timeout_of_the_applications_own_is_a_bug_of_its():
    def app(environ, start_response):
        raise TimeoutError("its own")

    assert exchange(app).statuses == [500]


def test_a_thread_is_used_again():
    names = set()

    def app(environ, start_response):
        names.add(threading.current_thread().name)
        return wsgi_echo(environ, start_response)

    with Peer(app, "wsgi") as peer:
        for count in range(1, 6):
            peer.send(GET)
            peer.until(lambda: len(peer.answers()) == count and not peer.server.tasks)  # noqa: B023
    assert names == {"wsgi-1"}


def test_an_answer_is_not_held_back_by_the_next_request_of_its_thread():
    go_on = threading.Event()

    def app(environ, start_response):
        if environ["PATH_INFO"] == "/slow":
            go_on.wait(PATIENCE)
        return wsgi_echo(environ, start_response)

    async def made():
        return WSGIHost(app, threads=3)

    async def at_once(connections):
        for number, (connection, _) in enumerate(connections):
            path = b"/slow" if number % 2 else b"/"
            connection.data_received(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path)

    with Peer(app, "wsgi") as peer:
        peer.server.host = peer.run(made())
        connections = [peer.connect() for _ in range(5)]
        peer.run(at_once(connections))
        transports = [transport for _, transport in connections]
        peer.until(lambda: all(transport.sent for transport in transports[::2]))
        assert not any(transport.sent for transport in transports[1::2])
        go_on.set()
        peer.until(lambda: all(transport.sent for transport in transports))


def test_each_who_waits_for_a_thread_is_refused_in_its_turn():
    go_on = threading.Event()

    async def main():
        threads = Threads(1)
        held = threads.run(lambda: go_on.wait(PATIENCE), 0.01)
        late = [threads.run(lambda: None, patience) for patience in (0.02, 0.04)]
        for waiting in late:
            with pytest.raises(Refused, match="every thread of this server is busy"):
                await waiting
        go_on.set()
        assert await held
        threads.stop()

    asyncio.run(main())


def test_a_request_that_is_given_up_while_it_waits_for_a_thread_is_not_begun():
    begun, go_on = [], threading.Event()

    def app(environ, start_response):
        begun.append(environ["PATH_INFO"])
        go_on.wait(PATIENCE)
        return wsgi_echo(environ, start_response)

    async def made():
        return WSGIHost(app, threads=1)

    before = set(threading.enumerate())
    with Peer(app, "wsgi") as peer:
        peer.server.host = peer.run(made())
        connections = [peer.connect() for _ in range(2)]
        for peer.connection, peer.transport in connections:
            peer.send(GET)
        peer.until(lambda: begun)
        [thread] = set(threading.enumerate()) - before
        peer.run(peer.server.give_up())
    go_on.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert len(begun) == 1


def test_a_server_that_has_ended_is_noticed_by_its_threads():
    begun, go_on, raised = threading.Event(), threading.Event(), []

    def app(environ, start_response):
        write = start_response("200 OK", [])
        begun.set()
        go_on.wait(PATIENCE)
        try:
            write(b"x")
        except OSError as error:
            raised.append(error)
            raise
        finally:
            ended.set()

    ended = threading.Event()
    with Peer(app, "wsgi") as peer:
        peer.send(GET)
        assert begun.wait(PATIENCE)
    go_on.set()
    assert ended.wait(PATIENCE)
    assert len(raised) == 1


def test_threads_are_a_number_above_0():
    with pytest.raises(ValueError, match="above 0; got 0"):
        WSGIHost(wsgi_echo, threads=0)


def test_it_has_no_websockets():
    async def made():
        with pytest.raises(NotImplementedError):
            await WSGIHost(wsgi_echo).converse(None)

    with Peer(wsgi_echo, "wsgi") as peer:
        peer.run(made())
        peer.send(
            b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
        )
        peer.until(lambda: peer.answers())
        assert peer.statuses == [200]


def test_write_after_the_end_does_not_reach_the_next_response():
    writes, raised = [], []

    def app(environ, start_response):
        for write in writes:
            try:
                write(b"late")
            except RuntimeError as error:
                raised.append(str(error))
        writes.append(start_response("200 OK", [("Content-Length", "2")]))
        return [b"ok"]

    assert exchange(app, GET + GET, 2).answers() == [(200, b"ok")] * 2
    assert raised == ["the response is complete: nothing is added to it"]


def test_an_exit_of_the_application_is_a_failed_request(caplog):
    def app(environ, start_response):
        sys.exit(3)

    assert exchange(app, GET + GET, 2).statuses == [500, 500]
    assert "GET / failed" in caplog.text


def test_an_exit_before_the_body_has_come_is_one_too(caplog):
    def app(environ, start_response):
        sys.exit(3)

    post = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"
    assert exchange(app, post).statuses == [500]
    assert "POST / failed" in caplog.text


@pytest.mark.parametrize("reason", ["a\rb", "a\nb", "a\0b", "\u20ac"])
def test_a_reason_has_no_control_characters(caplog, reason):
    assert exchange(returning([b""], f"200 {reason}")).statuses == [500]
    assert 'a status is "200 OK" (PEP 3333)' in caplog.text
