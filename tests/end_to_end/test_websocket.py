import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.end_to_end.servers import serving

pytestmark = pytest.mark.server
WELCOME = "Welcome! Type messages to see them echoed."
HI = '{"type":"echo","original":"hi","upper":"HI"}'


@pytest.fixture(scope="module", params=["websockets", "wsproto"])
def server(request):
    with serving("uvicorn httptools", "examples.tasks", "--ws", request.param) as running:
        yield running


def conversation(server, path="/ws"):
    """A connection to a WebSocket, without a proxy."""
    return connect(f"ws://127.0.0.1:{server.port}{path}", proxy=None, open_timeout=10)


def test_a_client_is_greeted_and_answered(server):
    with conversation(server) as websocket:
        assert websocket.recv(10) == WELCOME
        websocket.send("hi")
        assert websocket.recv(10) == HI
        websocket.send("ça ✓")
        assert websocket.recv(10) == '{"type":"echo","original":"ça ✓","upper":"ÇA ✓"}'


def test_a_binary_frame_is_not_a_disconnect(server):
    with conversation(server) as websocket:
        websocket.recv(10)
        websocket.send(b"\x00\xff")
        assert websocket.recv(10) == '{"type":"error","error":"send text, please"}'
        websocket.send("hi")
        assert websocket.recv(10) == HI


def test_a_message_in_fragments_is_one(server):
    with conversation(server) as websocket:
        websocket.recv(10)
        websocket.send(["h", "i"])
        assert websocket.recv(10) == HI


def test_conversations_do_not_mix(server):
    with conversation(server) as one, conversation(server) as other:
        assert one.recv(10) == other.recv(10) == WELCOME
        one.send("one")
        other.send("other")
        assert '"original":"other"' in other.recv(10)
        assert '"original":"one"' in one.recv(10)


@pytest.mark.parametrize("path", ["/nope", "/ws/", "/tasks"])
def test_a_path_without_a_websocket_is_refused_in_the_handshake(server, path):
    with pytest.raises(InvalidStatus) as refusal, conversation(server, path):
        pass
    assert refusal.value.response.status_code == 403


def test_a_client_may_close(server):
    with conversation(server) as websocket:
        websocket.recv(10)
        websocket.close(1000, "enough")
    assert websocket.close_code == 1000
