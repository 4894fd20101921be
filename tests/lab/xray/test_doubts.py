"""What a real server would not let pass is told."""

import pytest

from lab.xray import Script
from lab.xray.doubts import doubts, lengths_doubt
from lab.xray.response import Response

HOST = ("Host", "x")


@pytest.mark.parametrize(
    ("headers", "chunks", "said"),
    [
        ([HOST], [], None),
        ([HOST, ("Content-Length", "3")], [b"abc"], None),
        ([HOST, ("Transfer-Encoding", "chunked")], [b"abc"], None),
        ([HOST, HOST], [], "It has 2 Host fields: a server answers 400"),
        ([HOST, ("Content-Length", "99")], [b"abc"], "99 bytes of body are declared and 3 are"),
        ([HOST, ("Content-Length", "1")], [b"abc"], "would take the rest for the next request"),
        ([HOST, ("Content-Length", "x")], [b"abc"], "Its Content-Length is no number"),
        ([HOST, ("Content-Length", "9" * 5000)], [b"abc"], "Its Content-Length is no number"),
        (
            [HOST, ("Content-Length", "3"), ("Content-Length", "4")],
            [b"abc"],
            "Its Content-Length is no number",
        ),
        (
            [HOST, ("Content-Length", "3"), ("Transfer-Encoding", "chunked")],
            [b"abc"],
            "how requests are smuggled",
        ),
    ],
)
def test_of_a_request(headers, chunks, said):
    found = doubts(Script(headers=headers, chunks=chunks))
    assert len(found) == (said is not None)
    assert all(said in one for one in found)


def test_a_lifespan_is_no_request():
    assert doubts(Script(kind="lifespan")) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [([], ""), ([("Content-Length", "9")], ""), ([("Content-Length", "x")], "")],
)
def test_a_body_that_is_not_too_long_is_no_doubt(fields, said):
    assert lengths_doubt("wsgi", Response(200, "", fields, [b"abc"])) == said
