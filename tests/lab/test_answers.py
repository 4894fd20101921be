import pytest

from lab.load.answers import LONGEST_HEAD, AnswerParser

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
# bytes, status, keep_alive
ANSWERS = {
    "length": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, True),
    "empty": (b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", 404, True),
    "no reason": (b"HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n", 200, True),
    "close": (b"HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length: 1\r\n\r\nx", 200, False),
    "HTTP/1.0 closes": (b"HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx", 200, False),
    "HTTP/1.0 stays": (
        b"HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 1\r\n\r\nx",
        200,
        True,
    ),
    "204 has no body": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, True),
    "interim first": (
        b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        200,
        True,
    ),
    "chunked": (CHUNKED + b"5\r\nhello\r\n0\r\n\r\n", 200, True),
    "chunked, nothing": (CHUNKED + b"0\r\n\r\n", 200, True),
    "chunked, hexadecimal, extension": (CHUNKED + b"A;x=1\r\n0123456789\r\n0\r\n\r\n", 200, True),
    "chunk that holds a line end": (CHUNKED + b"4\r\n\r\n\r\n\r\n0\r\n\r\n", 200, True),
    "chunked, trailer": (CHUNKED + b"1\r\nx\r\n0\r\nsum: 1\r\nage: 2\r\n\r\n", 200, True),
}
CASES = pytest.mark.parametrize(("answer", "status", "keep_alive"), ANSWERS.values(), ids=ANSWERS)


@CASES
def test_an_answer_is_complete_with_its_last_byte(answer, status, keep_alive):
    parser = AnswerParser()
    for _ in range(2):  # a second answer on the same connection
        head = parser.feed(answer)
        assert (head.status, head.keep_alive) == (status, keep_alive)


@CASES
def test_an_answer_may_come_byte_by_byte(answer, status, keep_alive):
    parser = AnswerParser()
    *first, last = (parser.feed(answer[i : i + 1]) for i in range(len(answer)))
    assert first == [None] * (len(answer) - 1)
    assert (last.status, last.keep_alive) == (status, keep_alive)


def test_an_answer_without_a_length_ends_with_the_connection():
    parser = AnswerParser()
    assert parser.feed(b"HTTP/1.1 200 OK\r\n\r\nhel") is None
    assert parser.feed(b"lo") is None
    assert parser.end().status == 200


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200", ANSWERS["length"][0][:-1], CHUNKED])
def test_the_connections_end_does_not_complete_an_answer_that_declared_more(begun):
    parser = AnswerParser()
    parser.feed(begun)
    assert parser.end() is None


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nxy",
        CHUNKED + b"zz\r\n",
        b"H" * (LONGEST_HEAD + 1),
    ],
)
def test_bytes_that_are_no_answer_raise(answer):
    with pytest.raises(ValueError, match=r".+"):
        AnswerParser().feed(answer)
