"""What an observer is told, and how it is printed; and the access log."""

import io
import logging

import pytest

from lab.server import access_log
from lab.server.access_log import log_answer, write_to_stderr
from lab.server.steps import KINDS, printed_to
from tests.lab.server.fakes import Peer, echo, wsgi_echo

POST = b"POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"


def test_every_step_of_an_asgi_request_is_told_in_its_order():
    steps = []
    with Peer(echo, on_step=lambda *step: steps.append(step)) as peer:
        peer.send(POST)
        peer.end()
    assert {number for number, _, _ in steps} == {1}
    assert [kind for _, kind, _ in steps] == [
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
    details = {kind: detail for _, kind, detail in steps}
    assert details["bytes in"] == POST
    assert details["bytes out"] == peer.sent
    assert details["scope"]["path"] == "/a"
    assert details["opened"] == ("127.0.0.1", 50000)


def test_every_step_of_a_wsgi_request_is_told():
    steps = []

    def app(environ, start_response):
        start_response("200 OK", [])(b"x")
        return wsgi_echo(environ, lambda *_: None)

    with Peer(app, "wsgi", on_step=lambda *step: steps.append(step[1])) as peer:
        peer.send(POST)
        peer.until(lambda: peer.sent.endswith(b"0\r\n\r\n"))
    assert [kind for kind in steps if kind not in ("event", "bytes out")] == [
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
    with Peer(echo, on_step=lambda *step: steps.append(step)) as peer:
        peer.send(POST[:-1])
        peer.wait(6)
    kinds = [kind for _, kind, _ in steps]
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
    printed_to(out)(7, "kind", detail)
    first, *others = out.getvalue().splitlines()
    assert first == f"#7 kind           {lines[0]}"
    assert others == [f"#7                {line}" for line in lines[1:]]


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
