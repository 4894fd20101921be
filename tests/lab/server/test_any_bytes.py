"""Whatever comes, in whatever pieces: the same answers, no hang, no error of our own."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lab.server.corpus import CORPUS
from tests.lab.server.fakes import Peer, echo, undated

ROWS = st.sampled_from([row.octets for row in CORPUS if len(row.octets) < 2_000])
ODD = st.sampled_from(
    [b"\r", b"\n", b"\r\n", b" ", b"\t", b":", b"\0", b"0", b"5", b"\xff", b",", b";", b"chunked",
     b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: a\r\n", b"0\r\n\r\n"]
)  # fmt: skip


GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"  # said only to who waits with the body


def answers(peer):
    return undated(peer.sent).replace(GO_ON, b"")


@st.composite
def mutated(draw):
    """A row of the corpus, or two, with something put in, taken out or changed somewhere."""
    octets = draw(ROWS) + draw(st.one_of(st.just(b""), ROWS))
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(st.integers(0, len(octets)))
        end = min(len(octets), begin + draw(st.integers(0, 3)))
        octets = octets[:begin] + draw(st.one_of(ODD, st.binary(max_size=3))) + octets[end:]
    return octets


@settings(deadline=None, max_examples=150)
@given(mutated(), st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_in_whatever_pieces_it_comes_the_answers_are_the_same(octets, pieces):
    with Peer(echo) as whole, Peer(echo) as parted:
        whole.send(octets)
        begin = 0
        while begin < len(octets):
            for piece in pieces:
                parted.send(octets[begin : begin + piece])
                begin += piece
        for peer in (whole, parted):
            peer.wait(60)
            assert peer.transport.is_closed
            assert not peer.server.connections
            assert not peer.server.tasks
            assert b"HTTP/1.1 500 " not in peer.sent
        assert answers(parted) == answers(whole)
