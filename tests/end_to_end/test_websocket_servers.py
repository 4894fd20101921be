"""Conversations on every ASGI server: the same program, and the same client.

SERVERS says how each server is started, and where it does not do as the specification and the
others do. Nothing is skipped: what a server does in its own way is what its test expects.
"""

import os
import re
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.end_to_end.servers import serving

pytestmark = pytest.mark.server
CONVERSATIONS = "tests.end_to_end.apps.conversations"
WAIT = 10  # seconds, at most, for what should come at once

# The tracebacks that belong into the log: those of the program's bugs.
BUGS = {"RuntimeError: before the handshake", "RuntimeError: after the handshake"}


@dataclass(frozen=True)
class Ways:
    """How a server does it; each default is what the specification says, or what most do."""

    command: str
    options: tuple[str, ...] = ()
    # from us to the client
    denial: bool = True  # has the extension, else it answers 403
    accept_headers: bool = True  # sends them
    empty_messages: bool = True  # sends them
    close_codes: bool = True  # sends all of them, else 1000 and 3000 to 4999, and 1011 for others
    close_reason: bool = True  # sends it
    send_tells: bool = True  # raises OSError once the client is gone, else it says nothing
    send_waits: bool = True  # for a client that does not read
    # from the client to us
    client_code: bool = True  # hands it on, else 1006
    client_reason: bool = False  # hands it on: the specification has it since version 2.4
    vanished: int = 1006  # RFC 6455, 7.1.5: without a close frame
    errors: frozenset[str] = frozenset()  # further tracebacks
    # when it is stopped
    stop_code: int = 1006  # what the client sees
    handler_hears: tuple[str, ...] = ("",)  # one of these; "": the process ends before it hears
    stop_errors: frozenset[str] = frozenset()  # the server's own tracebacks


UVICORN = {"client_reason": True, "stop_code": 1012, "handler_hears": ("left: 1012 ''",)}
SERVERS = {
    "uvicorn websockets": Ways("uvicorn httptools", ("--ws", "websockets"), **UVICORN),
    "uvicorn websockets-sansio": Ways(
        "uvicorn httptools", ("--ws", "websockets-sansio"), vanished=1005, **UVICORN
    ),
    "uvicorn wsproto": Ways("uvicorn httptools", ("--ws", "wsproto"), vanished=1005, **UVICORN),
    "hypercorn": Ways(
        "hypercorn",
        ("--graceful-timeout", "1"),
        client_code=False,
        send_tells=False,
        stop_code=1011,
        handler_hears=("left: cancelled",),
        # Python 3.11's asyncio.streams asks a cancelled task for its exception
        stop_errors=frozenset({"asyncio.exceptions.CancelledError"}),
    ),
    "granian": Ways(
        "granian asgi",
        accept_headers=False,
        send_tells=False,
        vanished=1005,
        handler_hears=("", "left: 1005 ''"),
    ),
    "gunicorn": Ways("gunicorn asgi", ("--graceful-timeout", "1"), denial=False),
    "own": Ways("own asgi", **UVICORN),
    "daphne": Ways(
        "daphne",
        denial=False,
        accept_headers=False,
        empty_messages=False,
        close_codes=False,
        close_reason=False,
        send_tells=False,
        send_waits=False,
        # it raises for a close code that it does not send, also in the place of what was to be told
        errors=frozenset(
            {
                "asgi_adapter.websocket_phases.WrongFrame: wanted a text frame; got 1 bytes",
                *(
                    f"Exception: invalid close code {code} (must be 1000 or from [3000, 4999])"
                    for code in (1001, 1003, 1011, 1012)
                ),
            }
        ),
    ),
}


@pytest.fixture(scope="module", params=SERVERS)
def ways(request):
    return SERVERS[request.param]


@pytest.fixture(scope="module")
def server(ways):
    """The server, which in all these tests has logged no traceback but those of the program."""
    with serving(ways.command, CONVERSATIONS, *ways.options) as running:
        yield running
        running.stop()
    assert errors_in(running.log()) <= BUGS | ways.errors


def errors_in(log):
    """The last line of each traceback, which says what it is about."""
    assert "Unhandled" not in log
    return set(re.findall(r"^Traceback .*?^(\S.*?)$", log, re.MULTILINE | re.DOTALL))


def conversation(server, path, **options):
    """A connection to a WebSocket, without a proxy."""
    url = f"ws://127.0.0.1:{server.port}{path}"
    return connect(url, proxy=None, open_timeout=WAIT, close_timeout=1, **options)


def ended(websocket):
    """The code and the reason with which the server closes, after what it may still send."""
    with suppress(ConnectionClosed):
        while True:
            websocket.recv(WAIT)
    return websocket.close_code, websocket.close_reason


def refusal(server, path, **options):
    """The response to a handshake that is refused."""
    with pytest.raises(InvalidStatus) as refused, conversation(server, path, **options):
        pass
    return refused.value.response


def logged(server, words, since):
    """The line of the log, after so many characters, that has these words; waits for it."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        whole_lines = server.log()[since:].rpartition("\n")[0]
        for line in whole_lines.splitlines():
            if words in line:
                return line
        time.sleep(0.01)
    raise AssertionError(server.failure(f"did not log {words!r}"))


def close(websocket):
    websocket.close(4001, "tired")


def vanish(websocket):
    """Go without a close frame; a server that went first has left nothing to shut."""
    with suppress(OSError):
        websocket.socket.shutdown(socket.SHUT_RDWR)


# Messages.


def test_messages_come_back_as_they_were_sent(server, ways):
    messages = ["hi", b"\x00\xff", "\u00e7a \u2713 \U0001f600", "\x00"]
    with conversation(server, "/echo") as websocket:
        for message in [*messages, "", b""] if ways.empty_messages else messages:
            websocket.send(message)
            assert websocket.recv(WAIT) == message
    assert websocket.close_code == 1000


@pytest.mark.parametrize("message", ["x" * 1_000_000, bytes(range(250)) * 4_000], ids=type)
def test_a_message_of_a_megabyte_comes_back_whole(server, message):
    with conversation(server, "/echo") as websocket:
        websocket.send(message)
        assert websocket.recv(WAIT) == message


def test_a_message_in_fragments_is_one_message(server):
    with conversation(server, "/echo") as websocket:
        websocket.send(["frag", "", "ments"])
        assert websocket.recv(WAIT) == "fragments"


def test_json_is_read_from_text_and_bytes(server):
    with conversation(server, "/json") as websocket:
        websocket.send('{"a": [1, "\u00e9"]}')
        assert websocket.recv(WAIT) == '{"got":{"a":[1,"\u00e9"]}}'
        websocket.send(b"null")
        assert websocket.recv(WAIT) == '{"got":null}'


def test_a_burst_goes_both_ways_at_once_in_order(server):
    with conversation(server, "/burst/500") as websocket:
        for number in range(500):
            websocket.send(f"client {number}")
        assert [websocket.recv(WAIT) for _ in range(500)] == [f"server {n}" for n in range(500)]
        assert ended(websocket) == (1000, "")


def test_conversations_do_not_mix(server):
    with conversation(server, "/echo") as one, conversation(server, "/echo") as other:
        one.send("one")
        other.send("other")
        assert (other.recv(WAIT), one.recv(WAIT)) == ("other", "one")


def test_a_receive_that_times_out_loses_no_message(server):
    with conversation(server, "/patience") as websocket:
        heard = [websocket.recv(WAIT)]
        websocket.send("x")
        heard += [websocket.recv(WAIT) for _ in range(3)]
    assert heard == ["...", "x", "...", "..."]


# The handshake.


def test_a_handshake_has_query_cookies_a_subprotocol_and_headers(server, ways):
    with conversation(
        server,
        "/handshake?q=%C3%A9",
        subprotocols=["chat", "echo"],
        additional_headers={"Cookie": "c=3"},
    ) as websocket:
        assert websocket.recv(WAIT) == '[["chat","echo"],"\u00e9"]'
        assert websocket.subprotocol == "echo"
    headers = websocket.response.headers
    sent = (headers.get_all("set-cookie"), headers.get_all("x-seen"))
    assert sent == ((["a=1", "b=2"], ["3"]) if ways.accept_headers else ([], []))


@pytest.mark.parametrize("path", ["/nope", "/", "/leave/x", "/%ff", "/refuse", "/return"])
def test_what_is_not_accepted_is_a_403(server, path):
    assert refusal(server, path).status_code == 403


@pytest.mark.parametrize(
    ("path", "status", "header", "body"),
    [
        ("/secret", 401, ("www-authenticate", "Basic"), b"Unauthorized: who are you?\n"),
        ("/teapot", 418, ("x-a", "1"), b"short and stout"),
        ("/crash-early", 500, ("vary", "accept"), b"Internal Server Error\n"),
    ],
)
def test_a_refusal_has_its_status_headers_and_body(server, ways, path, status, header, body):
    since = len(server.log())
    response = refusal(server, path)
    got = (response.status_code, response.headers.get(header[0]), bytes(response.body))
    assert got == ((status, header[1], body) if ways.denial else (403, None, b""))
    if status == 500:
        assert logged(server, "RuntimeError: before the handshake", since)


def test_a_refusal_may_have_two_headers_of_a_name(ways):
    with serving(ways.command, CONVERSATIONS, *ways.options) as server:
        cookies = refusal(server, "/logout").headers.get_all("set-cookie")
    assert len(cookies) == (2 if ways.denial else 0)


@pytest.mark.parametrize(
    ("path", "origin", "is_welcome"),
    [
        ("/echo", "http://127.0.0.1:{port}", True),
        ("/echo", "http://127.0.0.1:1", False),
        ("/elsewhere", "https://elsewhere.example", True),
        ("/elsewhere", "http://127.0.0.1:{port}", False),
    ],
)
def test_a_foreign_origin_is_a_403(server, path, origin, is_welcome):
    origin = origin.format(port=server.port)
    if is_welcome:
        with conversation(server, path, origin=origin):
            pass
    else:
        assert refusal(server, path, origin=origin).status_code == 403


# How it ends.


@pytest.mark.parametrize("code", [1000, 1001, 1012, 3000, 4999])
def test_a_handler_closes_with_a_code_and_a_reason(server, ways, code):
    with conversation(server, f"/leave/{code}") as websocket:
        code_sent = code if ways.close_codes or code == 1000 or code >= 3000 else 1011
        assert ended(websocket) == (code_sent, "enough" if ways.close_reason else "")


def test_a_bug_is_told_by_the_close_code_and_logged(server):
    since = len(server.log())
    with conversation(server, "/crash") as websocket:
        assert ended(websocket) == (1011, "")  # RFC 6455, 7.4.1: an unexpected condition
    assert logged(server, "RuntimeError: after the handshake", since)


def test_a_frame_of_the_wrong_kind_is_told_to_its_sender(server, ways):
    with conversation(server, "/listen") as websocket:
        websocket.send(b"\x00")
        told = (1003, "wanted a text frame; got 1 bytes") if ways.close_codes else (1011, "")
        assert ended(websocket) == told


def test_a_handler_is_told_how_its_client_closed(server, ways):
    with conversation(server, "/farewell") as websocket:
        websocket.recv(WAIT)
        since = len(server.log())
        close(websocket)
    code = 4001 if ways.client_code else 1006
    reason = "tired" if ways.client_reason else ""
    assert logged(server, "left:", since) == f"left: {code} {reason!r}"


def test_a_handler_is_told_that_its_client_vanished(server, ways):
    with conversation(server, "/farewell") as websocket:
        websocket.recv(WAIT)
        since = len(server.log())
        vanish(websocket)
        assert logged(server, "left:", since) == f"left: {ways.vanished} ''"


@pytest.mark.parametrize(
    ("path", "leave"),
    [
        ("/echo", close),
        ("/echo", vanish),
        ("/listen", close),
        ("/listen", vanish),
        ("/burst/20000", vanish),  # in the midst of it
    ],
)
def test_however_a_client_leaves_it_is_no_error(server, path, leave):
    """Which the server's fixture asserts, from the log."""
    with conversation(server, path) as websocket:
        websocket.send("client 0")
        websocket.recv(WAIT)
        leave(websocket)


@pytest.mark.parametrize("leave", [close, vanish])
def test_a_handler_that_waits_for_a_queue_too_ends_with_its_client(server, leave):
    with conversation(server, "/subscribe") as websocket:
        websocket.send("a")
        assert websocket.recv(WAIT) == "A"
        since = len(server.log())
        leave(websocket)
        assert logged(server, "unsubscribed", since)


@pytest.mark.parametrize("leave", [close, vanish])
def test_a_handler_that_only_sends_hears_of_the_end_where_the_server_says_it(server, ways, leave):
    with conversation(server, "/ticks") as websocket:
        websocket.recv(WAIT)
        since = len(server.log())
        leave(websocket)
        who = "the client is gone" if ways.send_tells else "nobody said that the client is gone"
        assert logged(server, "ticks:", since) == f"ticks: {who}"


def test_sending_waits_for_a_client_that_does_not_read(server, ways):
    since = len(server.log())
    with conversation(server, "/flood", max_queue=1, compression=None) as websocket:
        what = "send waited" if ways.send_waits else "all of it was taken"
        assert logged(server, "flood:", since) == f"flood: {what}"
        vanish(websocket)


def test_a_server_that_is_stopped_ends_an_open_conversation(ways):
    with serving(ways.command, CONVERSATIONS, *ways.options) as server:
        with conversation(server, "/farewell") as websocket:
            websocket.recv(WAIT)
            os.kill(server.pid, signal.SIGTERM)
            assert ended(websocket)[0] == ways.stop_code
        assert server.stop() in (0, -signal.SIGTERM)
        log = server.log()
    assert "".join(re.findall("^left: .*$", log, re.MULTILINE)) in ways.handler_hears
    assert errors_in(log) == ways.stop_errors
