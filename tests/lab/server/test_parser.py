"""The parser alone: bytes in, events out."""

import h11
import pytest

from lab.server.errors import Refused
from lab.server.parser import END, Body, Head, Parser
from lab.server.settings import Limits

GET = b"GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n"


def events(parser):
    found = []
    while (event := parser.next_event()) is not None:
        found.append(event)
    return found


def test_bytes_become_events():
    parser = Parser(Limits())
    parser.feed(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab")
    head, body = events(parser)
    assert isinstance(head, Head)
    assert (head.method, head.version, head.length, head.has_body) == ("POST", "1.1", 3, True)
    assert body == Body(b"ab")
    parser.feed(b"c" + GET)
    assert events(parser) == [Body(b"c"), END]
    assert repr(END) == "End()"


def test_the_next_request_waits_until_it_is_asked_for():
    parser = Parser(Limits())
    assert parser.is_between_requests
    parser.feed(GET * 2)
    assert [type(event) for event in events(parser)] == [Head, type(END)]
    assert parser.waiting == len(GET)
    assert not parser.is_between_requests
    parser.wire.send(h11.Response(status_code=204, headers=[]))
    parser.wire.send(h11.EndOfMessage())
    parser.next_request()
    assert len(events(parser)) == 2
    assert parser.waiting == 0


def test_what_comes_after_an_upgrade_is_handed_over():
    parser = Parser(Limits())
    parser.feed(GET + b"frames")
    parser.next_event()
    assert parser.rest() == b"frames"
    assert parser.waiting == 0


def test_what_only_h11_finds_wrong_is_refused_too():
    class Stricter(h11.Connection):
        def next_event(self):
            raise h11.RemoteProtocolError("too odd", error_status_hint=418)

    parser = Parser(Limits())
    parser.wire = Stricter(h11.SERVER)
    parser.feed(GET)
    with pytest.raises(Refused, match=r"no HTTP/1\.1: too odd") as refused:
        parser.next_event()
    assert refused.value.status == 418


def test_list_fields_are_taken_apart():
    head = Head("GET", None, "1.1", [(b"a", b"X , y"), (b"b", b"z"), (b"a", b"")], 0)
    assert head.values(b"a") == [b"x", b"y", b""]
    assert not head.has_body


@pytest.mark.parametrize("count", [1_000, 2_000, 4_000])
def test_a_byte_at_a_time_costs_no_more_a_byte_for_a_long_head(count):
    """Each byte is looked at once: what was searched is not searched again."""
    parser = Parser(Limits(fields=5_000))
    octets = GET[:-2] + b"X: 1\r\n" * count
    for begin in range(len(octets)):
        parser.feed(octets[begin : begin + 1])
        assert parser.next_event() is None
        assert parser._head._searched == parser.waiting
