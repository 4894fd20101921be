import pytest

from tests.end_to_end.apps import parity
from tests.end_to_end.exchange import ask, ask_raw
from tests.end_to_end.logs import alarms
from tests.end_to_end.servers import ON_UNIX_SOCKETS, serving_on

pytestmark = pytest.mark.server


@pytest.fixture(scope="module", params=ON_UNIX_SOCKETS)
def path(request, tmp_path_factory):
    """The path of the Unix socket of a server."""
    path = tmp_path_factory.mktemp("unix") / "socket"  # at most some 100 bytes, or no socket
    with serving_on(path, request.param, parity.__name__) as server:
        yield path
    assert alarms(request.param, server.log()) == []


@pytest.mark.parametrize("twin", ["def", "async"])
def test_on_a_unix_socket_a_client_has_no_address(path, twin):
    assert ask(path, "GET", f"/{twin}/client").body == b"nobody that a server knows"
    assert ask(path, "GET", f"/{twin}/look").json()["client"] is None


@pytest.mark.parametrize("twin", ["def", "async"])
def test_on_a_unix_socket_bodies_come_and_go_as_elsewhere(path, twin):
    assert ask(path, "POST", f"/{twin}/text", b"declared").body == b"declared"
    assert ask(path, "POST", f"/{twin}/text", [b"in", b" chunks"]).body == b"in chunks"
    assert len(ask(path, "GET", f"/{twin}/large").body) == parity.LARGE


def test_on_a_unix_socket_a_bug_is_a_500(path):
    assert ask(path, "GET", "/def/raise/bug").body == b"Internal Server Error\n"


def test_on_a_unix_socket_a_request_without_a_host_is_for_localhost(path):
    answer = ask_raw(path, b"GET /def/look HTTP/1.0\r\n\r\n")
    assert answer.json()["host"] == "localhost"
