"""Who asks, over real HTTP: the same answers on every server, however it passes headers on."""

import pytest

from core import basic_credentials
from tests.end_to_end.exchange import ask

EXAMPLE = "examples.members"
RIGHT = f"Authorization: {basic_credentials('ann', 'open sesame')}"
TOKEN = "Authorization: Bearer robot-token"
BASIC, BEARER = 'Basic realm="members", charset="UTF-8"', 'Bearer realm="members"'
pytestmark = pytest.mark.server


def test_what_is_for_all_is_for_all(server):
    assert ask(server, "GET", "/").status == 200


@pytest.mark.parametrize(
    ("header", "name"),
    [(RIGHT, "ann"), (TOKEN, "robot"), ("authorization:  bEARER  robot-token ", "robot")],
)
def test_who_is_a_member_comes_in(server, header, name):
    answer = ask(server, "GET", "/members/me", b"", header)
    assert (answer.status, answer.json()) == (200, {"name": name})
    assert answer.header("www-authenticate") == ""


@pytest.mark.parametrize("target", ["/members/me", "/members/nope", "/members", "/members/%6De"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS"])
def test_who_says_nothing_is_told_what_would_do(server, method, target):
    answer = ask(server, method, target)
    assert (answer.status, answer.header("www-authenticate")) == (401, f"{BASIC}, {BEARER}")


@pytest.mark.parametrize(
    ("status", "error", "headers"),
    [
        (401, "", [f"Authorization: {basic_credentials('bob', 'open sesame')}"]),
        (401, "", ["Authorization:"]),
        (401, "", ["Authorization: Digest a=b"]),
        (401, "", ["X-Authorization: Bearer robot-token"]),
        (401, "", ["Proxy-Authorization: Bearer robot-token"]),
        (401, ', error="invalid_token"', ["Authorization: Bearer robot-tokem"]),
        (400, ', error="invalid_request"', ["Authorization: Bearer"]),
        (400, ', error="invalid_request"', [TOKEN, TOKEN]),
        (400, ', error="invalid_request"', [TOKEN, RIGHT]),
        (400, "", [RIGHT, RIGHT]),
        (400, "", [RIGHT, TOKEN]),
        (400, "", ["Authorization: Basic open sesame"]),
    ],
)
def test_who_is_no_member_is_refused(server, status, error, headers):
    answer = ask(server, "GET", "/members/me", b"", *headers)
    assert answer.status == status
    assert answer.header("www-authenticate") == f"{BASIC}, {BEARER}{error}"


@pytest.mark.parametrize("target", ["/members/me?access_token=robot-token", "/members/me"])
def test_a_token_counts_in_the_header_alone(server, target):
    form = "Content-Type: application/x-www-form-urlencoded"
    assert ask(server, "POST", target, b"access_token=robot-token", form).status == 401


def test_no_server_writes_down_what_a_client_shows(server):
    for header in (RIGHT, TOKEN, "Authorization: Bearer robot-token x"):
        ask(server, "GET", "/members/me", b"", header)
    log = server.log()
    for secret in ("open sesame", RIGHT.rpartition(" ")[2], "robot-token"):
        assert secret not in log.replace("?access_token=robot-token", "")
