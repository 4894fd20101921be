import socket

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.end_to_end.servers import serving

pytestmark = pytest.mark.server
IMPLEMENTATIONS = ("websockets", "wsproto")
CONVERSATIONS = "tests.end_to_end.apps.conversations"


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def server(request):
    with serving("uvicorn httptools", CONVERSATIONS, "--ws", request.param) as running:
        yield running


def conversation(server, path):
    """A connection to a WebSocket, without a proxy."""
    return connect(f"ws://127.0.0.1:{server.port}{path}", proxy=None, open_timeout=10)


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
def test_a_handler_closes_with_a_code_and_a_reason(server, code):
    with conversation(server, f"/leave/{code}") as websocket, pytest.raises(ConnectionClosed):
        websocket.recv(10)
    assert (websocket.close_code, websocket.close_reason) == (code, "enough")


@pytest.mark.parametrize(("path", "status"), [("/refuse", 403), ("/leave/x", 403)])
def test_what_is_not_accepted_is_refused_in_the_handshake(server, path, status):
    with pytest.raises(InvalidStatus) as refusal, conversation(server, path):
        pass
    assert refusal.value.response.status_code == status


def test_a_bug_before_the_handshake_is_a_500_and_logged(server):
    with pytest.raises(InvalidStatus) as refusal, conversation(server, "/crash-early"):
        pass
    assert refusal.value.response.status_code == 500
    assert "RuntimeError: before the handshake" in server.log()


def test_a_bug_after_the_handshake_is_told_by_the_close_code_and_logged(server):
    with conversation(server, "/crash") as websocket, pytest.raises(ConnectionClosed):
        websocket.recv(10)
    assert websocket.close_code == 1011  # RFC 6455, 7.4.1: an unexpected condition
    assert "RuntimeError: after the handshake" in server.log()


def test_a_frame_of_the_wrong_kind_is_not_a_disconnect_but_an_error(server):
    with conversation(server, "/listen") as websocket:
        websocket.send(b"\x00")
        with pytest.raises(ConnectionClosed):
            websocket.recv(10)
    assert websocket.close_code == 1011
    assert "WrongFrame: wanted a text frame; got 1 bytes" in server.log()


def close(websocket):
    websocket.close()


def vanish(websocket):
    websocket.socket.shutdown(socket.SHUT_RDWR)


def stay(websocket):
    """Leave the end to the server."""


@pytest.mark.parametrize("leave", [close, vanish, stay])
@pytest.mark.parametrize(
    ("module", "path"), [(CONVERSATIONS, "/listen"), ("examples.tasks", "/ws")]
)
@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_however_a_client_leaves_the_log_has_no_traceback(implementation, module, path, leave):
    with serving("uvicorn httptools", module, "--ws", implementation) as server:
        with pytest.raises(InvalidStatus), conversation(server, "/nope"):
            pass
        with conversation(server, path) as websocket:
            websocket.send("hi")
            assert websocket.recv(10)
            leave(websocket)
            server.stop()
    assert "Finished server process" in server.log()
    assert "Traceback" not in server.log()
    assert "ERROR" not in server.log()
