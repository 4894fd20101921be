from contextlib import closing
from hashlib import sha256

import pytest

from tests.end_to_end.exchange import Conversation, ask, ask_raw, request_bytes

EXAMPLE = "tests.end_to_end.apps.uploads"
UVICORN = ("uvicorn httptools", "uvicorn h11")
OCTETS = bytes(range(256)) * 800  # 204,800 of them
pytestmark = pytest.mark.server


@pytest.mark.parametrize("sizes", [[], [1, 7, 4_096, 65_536], [1] * 300])
def test_a_chunked_upload_arrives_whole(server, sizes):
    ends = [sum(sizes[:count]) for count in range(len(sizes) + 1)]
    pieces = [OCTETS[start:end] for start, end in zip(ends, [*ends[1:], None], strict=True)]
    answer = ask(server, "POST", "/large", pieces)
    assert (answer.status, answer.body.decode()) == (200, sha256(OCTETS).hexdigest())


def test_a_declared_upload_arrives_whole(server):
    answer = ask(server, "POST", "/large", OCTETS)
    assert (answer.status, answer.body.decode()) == (200, sha256(OCTETS).hexdigest())


@pytest.mark.parametrize(
    ("body", "length"),
    [(b"", b"0"), ([], b"0"), (b"x" * 1_000, b"1000"), ([b"x"] * 1_000, b"1000")],
)
def test_a_body_up_to_the_limit_is_taken(server, body, length):
    answer = ask(server, "POST", "/small", body)
    assert (answer.status, answer.body) == (200, length)


def test_a_body_declared_too_large_is_refused_before_it_is_sent(server):
    answer = ask_raw(server, b"POST /small HTTP/1.1\r\nHost: here\r\nContent-Length: 1001\r\n\r\n")
    assert answer.status == 413
    assert b"over 1000 bytes (the setting is max_body)" in answer.body


def test_a_body_in_chunks_is_refused_as_soon_as_it_is_too_large(server):
    head = request_bytes("POST", "/small", [])[: -len("0\r\n\r\n")]
    # The chunk is not even ended; gunicorn passes on 1,024 bytes at a time.
    answer = ask_raw(server, head + b"fff\r\n" + b"x" * 1_024)
    assert answer.status == 413
    assert b"over 1000 bytes (the setting is max_body)" in answer.body


@pytest.mark.parametrize("length", ["-1", "+5", "5x", "1,2"])
def test_a_malformed_length_is_refused(server, length):
    answer = ask_raw(server, f"POST /small HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode())
    assert answer.status == 400


@pytest.mark.parametrize("body", [b"whole body", [b"whole", b" body"]])
def test_a_body_that_is_cut_off_reaches_no_handler(server, body):
    before = ask(server, "GET", "/lengths").json()
    with closing(Conversation(server)) as conversation:
        conversation.send(request_bytes("POST", "/small", body)[:-6])
        conversation.send_no_more()
        assert conversation.rest() != b"10"
    assert ask(server, "GET", "/lengths").json() == before


@pytest.mark.parametrize(("target", "status"), [("/nope", 404), ("/small", 413)])
@pytest.mark.parametrize("body", [b"GET /evil HTTP/1.1\r\n\r\n" * 90, [b"x" * 1_500, b"y" * 1_500]])
def test_a_body_that_nobody_read_is_not_taken_for_the_next_request(server, target, status, body):
    second = request_bytes("POST", "/small", b"four")
    with closing(Conversation(server)) as conversation:
        conversation.send(request_bytes("POST", target, body) + second)
        assert conversation.answer("POST").status == status
        assert conversation.rest() in (b"", b"4")


@pytest.mark.parametrize("server", ["gunicorn gthread", *UVICORN], indirect=True)
def test_a_connection_that_is_kept_carries_one_request_after_the_other(server):
    with closing(Conversation(server)) as conversation:
        for body in (b"one", b"three", b""):
            conversation.send(request_bytes("POST", "/small", body))
            assert conversation.answer("POST").body == b"%d" % len(body)
