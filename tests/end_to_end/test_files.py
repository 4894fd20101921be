"""Files over real sockets: whole and in ranges, in little memory, cut visibly, and closed."""

import socket
import time
from contextlib import closing

import pytest

from tests.end_to_end.exchange import PATIENCE, Closed, Conversation, ask, request_bytes
from tests.end_to_end.servers import serving

EXAMPLE = "tests.end_to_end.apps.files"
# Without daphne: it takes into memory all that it is sent, however slow the client, and leaves the
# connection open where an application fails halfway.
SERVERS = (
    "gunicorn sync",
    "gunicorn gthread",
    "gunicorn gevent",
    "gunicorn asgi",
    "waitress",
    "granian wsgi",
    "granian asgi",
    "uvicorn httptools",
    "uvicorn h11",
    "hypercorn",
)
CONTENT = bytes(range(256)) * 1_500  # 384,000 bytes
HUGE = 200_000_000  # bytes
MOST = 40_000  # KiB that a download may cost
pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    path = tmp_path_factory.mktemp("files").resolve()
    (path / "large.bin").write_bytes(CONTENT)
    with (path / "huge.bin").open("wb") as file:
        file.truncate(HUGE)  # a hole: it takes no room on the disk
    return path


@pytest.fixture(scope="module", params=SERVERS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def server(name, directory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANDEM_TEST_FILES", str(directory))
        with serving(name, EXAMPLE) as running:
            yield running


@pytest.fixture
def kinds(name):
    """The kinds of handlers that can be served: gevent has no place for an `async def`."""
    return ["def"] if name == "gunicorn gevent" else ["def", "async"]


def test_a_file_arrives_whole(server, kinds):
    for kind in kinds:
        answer = ask(server, "GET", f"/{kind}/large.bin")
        assert (answer.status, answer.body) == (200, CONTENT)
        assert answer.header("content-length") == str(len(CONTENT))


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("100-99999", CONTENT[100:100_000]),
        ("300000-", CONTENT[300_000:]),
        ("-7", CONTENT[-7:]),
    ],
    ids=["inner", "from", "last"],
)
def test_a_range_ends_where_it_should_and_the_connection_is_good_for_more(
    server, kinds, asked, part
):
    for kind in kinds:
        with closing(Conversation(server)) as conversation:
            target = f"/{kind}/large.bin"
            conversation.send(request_bytes("GET", target, b"", f"Range: bytes={asked}"))
            answer = conversation.answer()
            assert (answer.status, answer.body) == (206, part)
            assert next_body(conversation, target) in (CONTENT, None)


def test_a_head_has_no_body_and_the_connection_is_good_for_more(server, kinds):
    for kind in kinds:
        with closing(Conversation(server)) as conversation:
            conversation.send(request_bytes("HEAD", f"/{kind}/large.bin"))
            answer = conversation.answer("HEAD")
            assert (answer.status, answer.header("content-length")) == (200, str(len(CONTENT)))
            assert next_body(conversation, f"/{kind}/large.bin") in (CONTENT, None)


def next_body(conversation, target):
    """What comes next on the same connection; None where it is closed, as gunicorn sync does."""
    try:
        conversation.send(request_bytes("GET", target))
        return conversation.answer().body
    except (Closed, ConnectionError):
        return None


def test_several_ranges_arrive(server, kinds):
    for kind in kinds:
        answer = ask(server, "GET", f"/{kind}/large.bin", b"", "Range: bytes=0-9,100000-100009")
        assert (answer.status, answer.header("content-length")) == (206, str(len(answer.body)))
        assert CONTENT[:10] in answer.body
        assert CONTENT[100_000:100_010] in answer.body


@pytest.mark.parametrize("headers", [b"", b"Range: bytes=1-\r\n"], ids=["whole", "range"])
def test_a_huge_file_takes_little_memory(server, kinds, headers):
    before = int(ask(server, "GET", "/peak").body)
    length = HUGE - bool(headers)
    for kind in kinds:
        with asking(server, f"/{kind}/huge.bin", b"Connection: close\r\n" + headers) as connection:
            assert received(connection) == (length, length)
    assert int(ask(server, "GET", "/peak").body) - before < MOST


@pytest.mark.parametrize("headers", [b"", b"Range: bytes=5-250000\r\n"], ids=["whole", "range"])
def test_a_file_that_becomes_shorter_is_cut_visibly(server, name, directory, headers):
    (directory / "shrinking.bin").write_bytes(CONTENT)
    with asking(server, "/shrunk/shrinking.bin", headers) as connection:
        told, count = received(connection)  # a client that waits for the rest would time out
    assert told in (None, len(CONTENT), 249_996)
    assert count <= 100_000
    if (name, headers) != ("granian asgi", b""):  # this one reads it by itself, and says nothing
        assert "shrinking.bin' has become shorter, by" in server.log()


def test_every_file_is_closed_where_clients_leave_too(server, kinds):
    for kind in kinds:
        for headers in (b"", b"Range: bytes=1-\r\n"):
            with asking(server, f"/{kind}/huge.bin", headers) as connection:
                assert connection.recv(100)
    until = time.monotonic() + 3 * PATIENCE
    while ask(server, "GET", "/descriptors").json():
        assert time.monotonic() < until, server.failure("has a file open")
        time.sleep(0.02)


def asking(server, target, headers):
    """A connection on which this was asked."""
    connection = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: here\r\n".encode() + headers + b"\r\n")
    return closing(connection)


def received(connection):
    """The length that is told, and how many bytes of the body come before the server closes."""
    buffer = bytearray(1_000_000)
    head = b""
    while b"\r\n\r\n" not in head:
        octets = connection.recv(65_536)
        if not octets:
            return None, 0
        head += octets
    head, _, body = head.partition(b"\r\n\r\n")
    told = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    count = len(body)
    while size := connection.recv_into(buffer):
        count += size
    return int(told[0].partition(b":")[2]), count
