"""Bodies that a handler reads while they come, through real servers, in all four cells."""

import sys
from contextlib import closing
from functools import partial
from zlib import crc32

import pytest

from tests.end_to_end.exchange import PATIENCE, Conversation, ask, ask_raw, request_bytes
from tests.end_to_end.servers import serving

EXAMPLE = "tests.end_to_end.apps.uploads"
KINDS = ["def", "async"]
BLOCK = bytes(range(256)) * 4_096  # 1 MiB
BLOCKS = 200  # of a large upload
ENOUGH = 65_536  # bytes: gunicorn waits until it has as many as were asked for
OTHER_SERVERS = ["gunicorn gevent", "gunicorn asgi", "hypercorn", "daphne", "granian asgi"]
OTHER_SERVERS += ["granian wsgi", "waitress"]
pytestmark = pytest.mark.server


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no /proc")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("server", ["gunicorn gthread", "uvicorn httptools"], indirect=True)
def test_a_large_upload_is_never_in_memory(server, kind):
    before = memory(server)
    assert upload(server, f"/{kind}/sum", BLOCKS) == [BLOCKS * len(BLOCK), checksum(BLOCKS)]
    assert memory(server) - before < 40_000_000


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sizes", [[], [1], [1, 7, 4_096, 65_536, 200_000], [1] * 300])
def test_a_chunked_upload_arrives_whole(server, kind, sizes):
    pieces = [BLOCK[:size] for size in sizes]
    whole = b"".join(pieces)
    assert ask(server, "POST", f"/{kind}/sum", pieces).json() == [len(whole), crc32(whole)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_handler_answers_while_the_body_comes(server, kind, chunked):
    pieces = [b"a" * ENOUGH, b"b" * ENOUGH]
    octets = request_bytes("POST", f"/{kind}/upper", pieces if chunked else b"".join(pieces))
    half = octets.index(b"b" * ENOUGH)
    with closing(Conversation(server)) as conversation:
        conversation.send(octets[:half])
        assert conversation.hears_something(PATIENCE)
        conversation.send(octets[half:])
        assert conversation.answer("POST").body == b"".join(pieces).upper()


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_declared_too_large_is_refused_before_it_is_sent(server, kind):
    head = f"POST /{kind}/small HTTP/1.1\r\nHost: here\r\nContent-Length: 1001\r\n\r\n"
    answer = ask_raw(server, head.encode())
    assert answer.status == 413
    assert b"over 1000 bytes (the setting is max_body)" in answer.body


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_in_chunks_is_refused_as_soon_as_it_is_too_large(server, kind):
    head = request_bytes("POST", f"/{kind}/small", [])[: -len("0\r\n\r\n")]
    answer = ask_raw(server, head + b"fff\r\n" + b"x" * 1_024)
    assert answer.status == 413
    assert b"over 1000 bytes (the setting is max_body)" in answer.body


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [b"whole body", [b"whole", b" body"]])
def test_a_body_that_is_cut_off_is_never_taken_for_whole(server, kind, body):
    before = ask(server, "GET", "/lengths").json()
    with closing(Conversation(server)) as conversation:
        conversation.send(request_bytes("POST", f"/{kind}/small", body)[:-6])
        conversation.send_no_more()
        conversation.rest()
    assert ask(server, "GET", "/lengths").json() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_malformed_chunk_is_no_end(server, kind):
    before = ask(server, "GET", "/lengths").json()
    head = request_bytes("POST", f"/{kind}/small", [])[: -len("0\r\n\r\n")]
    with closing(Conversation(server)) as conversation:
        conversation.send(head + b"2\r\nhi\r\nxyz\r\nmore\r\n0\r\n\r\n")
        assert conversation.rest() != b"2"
    assert ask(server, "GET", "/lengths").json() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_that_has_more_to_send_gets_an_early_answer(server, kind):
    octets = request_bytes("POST", f"/{kind}/first", b"x" * 1_000_000)
    with closing(Conversation(server)) as conversation:
        conversation.send(octets[:100_000])
        answer = conversation.answer("POST")
        assert (answer.status, answer.body) == (200, b"x")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [b"GET /evil HTTP/1.1\r\n\r\n" * 90, [b"x" * 1_500, b"y" * 1_500]])
def test_what_was_not_read_is_not_taken_for_the_next_request(server, kind, body):
    second = request_bytes("POST", f"/{kind}/small", b"four")
    with closing(Conversation(server)) as conversation:
        conversation.send(request_bytes("POST", f"/{kind}/first", body) + second)
        assert conversation.answer("POST").status == 200
        assert conversation.rest() in (b"", b"4")


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_that_waits_is_told_to_send_its_body(server, kind):
    head = request_bytes("POST", f"/{kind}/sum", b"body", "Expect: 100-continue")[: -len("body")]
    with closing(Conversation(server)) as conversation:
        conversation.send(head)
        answer = conversation.answer("POST", partial(conversation.send, b"body"))
        assert answer.json() == [4, crc32(b"body")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_that_waits_is_told_that_its_body_is_too_large(server, kind):
    expected = "Expect: 100-continue\r\nContent-Length: 1001"
    head = f"POST /{kind}/small HTTP/1.1\r\nHost: here\r\n{expected}\r\n\r\n"
    assert ask_raw(server, head.encode()).status == 413


@pytest.mark.parametrize("name", OTHER_SERVERS)
def test_every_server_passes_on_what_it_gets(name):
    with serving(name, EXAMPLE) as server:
        for kind in KINDS[:1] if name == "gunicorn gevent" else KINDS:  # it runs no `async def`
            body = BLOCK + b"x"
            answer = ask(server, "POST", f"/{kind}/sum", body)
            assert answer.json() == [len(body), crc32(body)]
            answer = ask(server, "POST", f"/{kind}/sum", [BLOCK, b"x"])
            assert answer.status == 411 or answer.json() == [len(body), crc32(body)]
            head = request_bytes("POST", f"/{kind}/sum", b"hi", "Expect: 100-continue")[:-2]
            with closing(Conversation(server)) as conversation:
                conversation.send(head)
                answer = conversation.answer("POST", partial(conversation.send, b"hi"))
                assert answer.json() == [2, crc32(b"hi")]


def upload(server, target, blocks):
    """What is answered to so many blocks, sent as a body of declared length."""
    head = f"POST {target} HTTP/1.1\r\nHost: here\r\nContent-Length: {blocks * len(BLOCK)}\r\n\r\n"
    with closing(Conversation(server)) as conversation:
        conversation.send(head.encode())
        for _ in range(blocks):
            conversation.send(BLOCK)
        return conversation.answer("POST").json()


def memory(server):
    """The most that the server's only worker has had in memory, in bytes."""
    return int(ask(server, "GET", "/memory").body)


def checksum(blocks):
    value = 0
    for _ in range(blocks):
        value = crc32(BLOCK, value)
    return value
