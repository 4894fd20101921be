"""The parity corpus once more, with the validators between this server and the application."""

from wsgiref.validate import validator

import pytest

from lab.asgi_validator import ASGIValidator
from tests.end_to_end.apps import parity
from tests.end_to_end.corpus import ASKED
from tests.end_to_end.differences import CHANGES
from tests.lab.server.fakes import Peer

# What `wsgiref.validate` takes for a mistake of the server's: methods it does not know, and "*".
KNOWN = ("GET", "HEAD", "POST", "OPTIONS", "PATCH", "PUT", "DELETE", "TRACE")


def is_asked(face, case):
    """Whether the application is asked, and the validator knows what it is asked."""
    if case.is_malformed or case.is_cut_off or (f"own {face}", case.name) in CHANGES:
        return False
    return face == "asgi" or all(
        sent.method in KNOWN and sent.target != "*" for sent in case.requests
    )


CASES = [
    pytest.param(face, case, id=f"{face}-{case.name}-{twin}")
    for face in ("wsgi", "asgi")
    for case, twin in ASKED
    if is_asked(face, case)
]


@pytest.mark.parametrize(("face", "case"), CASES)
def test_no_rule_is_broken_on_either_side(face, case, caplog):
    sent = case.requests
    app = validator(parity.application) if face == "wsgi" else ASGIValidator(parity.app)
    methods = [one.method for one in sent]
    with Peer(app, face) as peer:
        peer.send(b"".join(one.head + one.content for one in sent))
        peer.until(lambda: len(answered(peer, methods)) == len(sent) and not peer.server.tasks)
        assert [status for status, _ in peer.answers(*methods)] == list(case.statuses)
    assert "AssertionError" not in caplog.text
    assert "Violation" not in caplog.text


def answered(peer, methods):
    """The answers so far; none where the last is not whole yet."""
    try:
        return peer.answers(*methods)
    except ValueError:
        return []
