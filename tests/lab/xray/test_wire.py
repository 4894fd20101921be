import pytest

from lab.xray import Script
from lab.xray.response import Response
from lab.xray.wire import response_parts

GET, HEAD, OLD = Script(), Script(method="HEAD"), Script(http_version="1.0")
LENGTH = [("Content-Length", "2")]
CHUNKED = "Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    ("script", "response", "sent"),
    [
        (GET, Response(), ""),
        (GET, Response(200, "OK", LENGTH, [b"h", b"i"], True), "200 OK\r\n%s\r\nhi"),
        (GET, Response(200, "", LENGTH, [b"hi"], True), "200 OK\r\n%s\r\nhi"),
        (GET, Response(299, "", LENGTH, [b"hi"], True), "299\r\n%s\r\nhi"),
        (GET, Response(200, "Fine", LENGTH, [b"h"], False), "200 Fine\r\n%s\r\nh"),
        (
            GET,
            Response(200, "OK", [], [b"h", b"", b"i" * 16], True),
            f"200 OK\r\n{CHUNKED}\r\n1\r\nh\r\n10\r\n{'i' * 16}\r\n0\r\n\r\n",
        ),
        (GET, Response(200, "OK", [], [b"h"], False), f"200 OK\r\n{CHUNKED}\r\n1\r\nh\r\n"),
        (OLD, Response(200, "OK", [], [b"hi"], True), "200 OK\r\n\r\nhi"),
        (HEAD, Response(200, "OK", LENGTH, [b"hi"], True), "200 OK\r\n%s\r\n"),
        (GET, Response(204, "No Content", [], [], True), "204 No Content\r\n\r\n"),
        (GET, Response(304, "", [], [b"hi"], True), "304 Not Modified\r\n\r\n"),
    ],
)
def test_a_response_is_sent_in_the_framing_that_its_head_declares(script, response, sent):
    expected = sent.replace("%s", "Content-Length: 2\r\n")
    assert (
        b"".join(response_parts(script, response, "wsgi"))
        == (f"HTTP/1.1 {expected}" if sent else "").encode()
    )
