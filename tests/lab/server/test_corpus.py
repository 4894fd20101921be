"""The corpus, without a socket: whole, a byte at a time, in both faces; and no row hangs."""

import pytest

from tests.lab.server.corpus import CORPUS, WAITS
from tests.lab.server.fakes import Peer, echo, undated, wsgi_echo

every_row = pytest.mark.parametrize("row", CORPUS, ids=lambda row: row.name)


def methods(row):
    return [outcome.partition(" ")[0] for outcome in row.outcomes if isinstance(outcome, str)]


def told(peer, row):
    """The outcomes, as the corpus states them."""
    asked = methods(row)
    found = []
    for index, (status, body) in enumerate(peer.answers(*asked)):
        if index < len(asked) and asked[index] == "HEAD":
            found.append(row.outcomes[index] if status == 200 else status)
        else:
            found.append(body.decode("latin-1") if status == 200 else status)
    return tuple(found)


@every_row
def test_a_request_is_answered_as_the_rfc_says(row):
    with Peer(echo) as peer:
        peer.send(row.octets)
        if row.outcomes[-1] == WAITS:
            peer.wait(4.9)
            assert told(peer, row) == row.outcomes[:-1]
            peer.wait(0.2)
        assert told(peer, row) == row.outcomes
        assert peer.is_ended is not row.is_kept
        peer.wait(60)
        assert peer.transport.is_closed


@every_row
def test_a_byte_at_a_time_the_answer_is_the_same(row):
    with Peer(echo) as whole, Peer(echo) as dripping:
        whole.send(row.octets)
        dripping.send(row.octets, piece=1)
        for peer in (whole, dripping):
            peer.wait(10)
        assert undated(dripping.sent) == undated(whole.sent)


@every_row
def test_a_wsgi_application_is_asked_the_same(row):
    with Peer(wsgi_echo, "wsgi") as peer:
        peer.send(row.octets)
        if row.outcomes[-1] == WAITS:
            peer.wait(5.1)
        peer.until(lambda: len(peer.answers(*methods(row))) >= len(row.outcomes))
        assert told(peer, row) == row.outcomes


def test_there_are_enough_of_them_and_each_has_a_name():
    assert len(CORPUS) >= 200
    assert len({row.name for row in CORPUS}) == len(CORPUS)
