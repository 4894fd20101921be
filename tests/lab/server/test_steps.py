"""What an observer is told, and how it is printed; and the access log."""

import asyncio
import io
import logging

import pytest

from lab.server import access_log
from lab.server.access_log import log_answer, write_to_stderr
from lab.server.steps import KINDS, THE_LOOP, Step, printed_to
from tests.lab.server.fakes import Peer, echo, wsgi_echo

POST = b"POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"


def test_every_step_of_an_asgi_request_is_told_in_its_order():
    steps = []
    with Peer(echo, on_step=steps.append) as peer:
        peer.send(POST)
        peer.end()
    assert {step.connection for step in steps} == {1}
    assert [step.kind for step in steps] == [
        "opened",
        "bytes in",
        "event",
        "event",
        "event",
        "scope",
        "receive",
        "send",
        "send",
        "bytes out",
        "end",
        "closed",
    ]
    details = {step.kind: step.detail for step in steps}
    assert details["bytes in"] == POST
    assert details["bytes out"] == peer.sent
    assert details["scope"]["path"] == "/a"
    assert details["opened"] == ("127.0.0.1", 50000)
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_a_step_tells_where_it_was_taken():
    steps = []

    async def app(scope, receive, send):
        asyncio.current_task().set_name("of the application")
        await echo(scope, receive, send)

    with Peer(app, on_step=steps.append) as peer:
        peer.call(peer.connection.data_received, POST)
    places = {step.kind: step.where for step in steps}
    assert places["send"] == places["bytes out"] == "of the application"
    assert places["closed"] != places["send"]


def test_a_step_of_a_wsgi_application_tells_its_thread_and_those_of_the_loop_do_not():
    steps = []
    with Peer(wsgi_echo, "wsgi", on_step=steps.append) as peer:
        peer.send(POST)
        peer.until(lambda: peer.sent)
    places = {step.kind: step.where for step in steps}
    assert places["environ"] == places["start_response"] == places["chunk"] == "wsgi-1"
    assert places["bytes out"] == THE_LOOP


def test_every_step_of_a_wsgi_request_is_told():
    steps = []

    def app(environ, start_response):
        start_response("200 OK", [])(b"x")
        return wsgi_echo(environ, lambda *_: None)

    with Peer(app, "wsgi", on_step=steps.append) as peer:
        peer.send(POST)
        peer.until(lambda: peer.sent.endswith(b"0\r\n\r\n"))
    assert [step.kind for step in steps if step.kind not in ("event", "bytes out")] == [
        "opened",
        "bytes in",
        "environ",
        "start_response",
        "write",
        "chunk",
        "closed",
    ]


def test_what_goes_wrong_is_told():
    steps = []
    with Peer(echo, on_step=steps.append) as peer:
        peer.send(POST[:-1])
        peer.wait(6)
    kinds = [step.kind for step in steps]
    assert kinds.index("deadline") < kinds.index("refused")
    assert set(kinds) <= set(KINDS)


@pytest.mark.parametrize(
    ("detail", "lines"),
    [
        (None, [""]),
        (b"", ["b''"]),
        (b"a\r\nb", ["b'a\\r\\n'", "b'b'"]),
        (("127.0.0.1", 1), ["('127.0.0.1', 1)"]),
        ({"type": "http.request"}, ["{'type': 'http.request'}"]),
        ({"B": "2", "A": 1}, ["A: 1", "B: '2'"]),
        (b"x" * 100, ["b'" + "x" * 70 + "... (103 characters)"]),
    ],
)
def test_a_step_is_printed(detail, lines):
    out = io.StringIO()
    printed_to(out)(Step(7, "kind", detail, 1.0, "Task-1"))
    first, *others = out.getvalue().splitlines()
    assert first == f"#7     0.00 Task-1    kind           {lines[0]}"
    assert others == [f"#7{' ' * 35}{line}" for line in lines[1:]]


def test_the_time_that_is_printed_is_that_since_the_connection_was_opened():
    out = io.StringIO()
    tell = printed_to(out)
    for number, kind, at in (
        (1, "opened", 5.0),
        (2, "opened", 5.5),
        (1, "end", 5.75),
        (1, "closed", 6.0),
        (1, "opened", 7.0),
    ):
        tell(Step(number, kind, None, at, "a"))
    assert [line.split()[:2] for line in out.getvalue().splitlines()] == [
        ["#1", "0.00"],
        ["#2", "0.00"],
        ["#1", "750.00"],
        ["#1", "1000.00"],
        ["#1", "0.00"],
    ]


def test_an_answer_is_a_line_in_the_access_log(caplog):
    caplog.set_level(logging.INFO, "tandem.server")
    with Peer(echo) as peer:
        peer.send(POST + b"x\r\n")
    assert [record.getMessage() for record in caplog.records] == [
        '127.0.0.1:50000 "POST /a?b HTTP/1.1" 200 12 0.0ms',
        '127.0.0.1:50000 "-" 400 55 0.0ms',
    ]


def test_a_client_without_an_address_is_logged_too(caplog):
    caplog.set_level(logging.INFO, "tandem.server")
    log_answer(None, None, 400, 0, 0.0015)
    assert caplog.messages == ['- "-" 400 0 1.5ms']


def test_an_access_log_that_is_off_costs_nothing(caplog, monkeypatch):
    caplog.set_level(logging.INFO, "tandem.server")
    monkeypatch.setattr(access_log.access_log, "disabled", True)
    log_answer(None, object(), 200, 0, 0)  # of which nothing is asked
    assert caplog.messages == []


@pytest.fixture
def bare(monkeypatch):
    """The two loggers as a program finds them that has set nothing up."""
    server, access = logging.Logger("server"), logging.Logger("access")
    access.parent = server
    monkeypatch.setattr(access_log, "server_log", server)
    monkeypatch.setattr(access_log, "access_log", access)
    return server, access


def test_the_logs_are_shown(bare, capsys):
    server, access = bare
    write_to_stderr(access=True)
    write_to_stderr(access=True)
    access.info("asked")
    server.info("serving")
    assert [line.partition("INFO ")[2] for line in capsys.readouterr().err.splitlines()] == [
        "asked",
        "serving",
    ]


def test_the_access_log_is_left_out(bare, capsys):
    server, access = bare
    write_to_stderr(access=False)
    access.info("asked")
    server.info("serving")
    assert capsys.readouterr().err.endswith("INFO serving\n")


def test_logging_that_is_set_up_is_left_alone(bare):
    server, _ = bare
    handler = logging.NullHandler()
    server.addHandler(handler)
    server.setLevel(logging.ERROR)
    write_to_stderr(access=True)
    assert (server.handlers, server.level) == ([handler], logging.ERROR)
