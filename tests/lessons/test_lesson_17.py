"""The server of lesson 17: what its text says of it."""

import asyncio
import importlib.util
import sys
from pathlib import Path
from wsgiref.validate import validator

import pytest

from lab.processes import running
from tests.end_to_end.exchange import ask
from tests.end_to_end.servers import ROOT, environment

PATH = Path(ROOT, "lessons", "17_a_server_of_your_own", "server.py")
WAIT = 15.0  # seconds, at most
GET = b"GET /echo?message=a HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /p%20q?x=1 HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 4\r\n\r\nbody"


@pytest.fixture
def lesson(monkeypatch):
    """The module, which has a deadline that no test waits for."""
    spec = importlib.util.spec_from_file_location("lesson_17", PATH)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "lesson_17", module)
    spec.loader.exec_module(module)
    module.TIMEOUT = 60.0
    return module


def echo(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH", 0)))
    parts = (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"])
    text = " ".join((*parts, environ.get("HTTP_X_A", "-"), body.decode())).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))])
    return [text]


def talk(lesson, octets, piece=None, application=echo, ends=True):
    """What comes back for these bytes, sent `piece` at a time; all of it, until the server closes.

    The client sends no more after them, or with `ends=False` is silent.
    """

    async def talked():
        server = await asyncio.start_server(
            lambda reader, writer: lesson.converse(application, reader, writer), "127.0.0.1", 0
        )
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for begin in range(0, len(octets), piece or len(octets)):
            writer.write(octets[begin : begin + (piece or len(octets))])
            await asyncio.sleep(0)
        if ends:
            writer.write_eof()
        async with asyncio.timeout(WAIT):
            answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()
        return answer

    return asyncio.run(talked())


def test_it_has_less_than_200_lines():
    assert len(PATH.read_text().splitlines()) < 200


def test_a_request_is_answered(lesson):
    assert talk(lesson, POST) == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 23\r\n\r\n"
        b"POST /p q x=1 1, 2 body"
    )


@pytest.mark.parametrize("piece", [1, 3, 1000])
def test_bytes_may_come_in_any_pieces(lesson, piece):
    assert talk(lesson, POST + GET + POST, piece) == talk(lesson, POST + GET + POST)


def test_a_byte_at_a_time_is_no_request_until_the_last(lesson):
    buffer, found = b"", []
    for octet in POST:
        request, buffer = lesson.next_request(buffer + bytes([octet]))
        found.append(request)
    assert found[:-1] == [None] * (len(POST) - 1)
    assert (found[-1], buffer) == lesson.next_request(POST)


def test_a_connection_is_kept(lesson):
    assert talk(lesson, GET * 3).count(b"HTTP/1.1 200 OK") == 3


@pytest.mark.parametrize("version", [b"HTTP/1.0\r\n", b"HTTP/1.1\r\nConnection: close\r\n"])
def test_a_connection_is_closed_where_the_client_wishes(lesson, version):
    octets = GET.replace(b"HTTP/1.1\r\n", version)
    answer = talk(lesson, octets * 2, ends=False)
    assert answer.count(b"HTTP/1.1 200 OK") == 1
    assert b"\r\nConnection: close\r\n" in answer


@pytest.mark.parametrize("octets", [b"G", GET[:-2], POST[:-1]])
def test_half_a_request_is_answered_408(lesson, octets):
    lesson.TIMEOUT = 0.05
    answer = talk(lesson, octets, ends=False)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"\r\nConnection: close\r\n" in answer


def test_an_idle_connection_is_closed_without_a_word(lesson):
    lesson.TIMEOUT = 0.05
    assert talk(lesson, GET, ends=False).count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nno field\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX_A: passes for X-A\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \xb2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000001\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 65_536, 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
    ],
)
def test_what_is_no_request_is_refused(lesson, octets, status):
    assert talk(lesson, octets, ends=False).startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize("bug", [ValueError("a bug"), StopIteration(), SystemExit(3)])
def test_a_bug_of_the_application_is_a_500(lesson, capsys, bug):
    def fails(environ, start_response):
        raise bug

    answer = talk(lesson, GET * 2, application=fails)
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert answer.count(b"HTTP/1.1 500 ") == 2
    assert type(bug).__name__ in capsys.readouterr().err


def test_the_answer_to_head_has_no_body_and_one_without_a_length_gets_it(lesson):
    closed = []

    class Chunks:
        def __iter__(self):
            return iter([b"a", b"b"])

        def close(self):
            closed.append(True)

    def application(environ, start_response):
        start_response("200 OK", [])(b"written ")
        return Chunks()

    answers = talk(lesson, GET + GET.replace(b"GET", b"HEAD"), application=application)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
    assert answers == head + b"written ab" + head
    assert closed == [True, True]


def test_204_has_neither(lesson):
    def application(environ, start_response):
        start_response("204 No Content", [])
        return []

    assert talk(lesson, GET, application=application) == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_it_keeps_to_pep_3333(lesson):
    assert talk(lesson, POST, application=validator(echo)).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.server
def test_it_serves_a_program():
    program = (
        "import asyncio, runpy, sys\n"
        f"lesson = runpy.run_path({str(PATH)!r})\n"
        "from examples.echo import application\n"
        "asyncio.run(lesson['serve'](application, int(sys.argv[1])))\n"
    )
    with running(
        [sys.executable, "-c", program, "{port}"],
        cwd=ROOT,
        env=environment(PYTHONPATH=str(ROOT)),
        ready="/",
    ) as server:
        answer = ask(server, "GET", "/echo?message=Hello")
        assert (answer.status, answer.body) == (200, b"You said: Hello")
