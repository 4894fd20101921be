"""Passwords and other secrets: what is kept of them, and how they are compared."""

import hmac
import re
from base64 import b64encode

import pytest

from core import hash_password, passwords, same_secret, verify_password

PASSWORD = "correct horse, Zoë"
CHEAP = 1  # the cost, where it is not what is looked at
STORED = hash_password(PASSWORD, cost=CHEAP)
# RFC 7914, 12: the second vector of scrypt, as it is kept; of the digest the first 32 bytes.
DIGEST = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
VECTOR = "$scrypt$ln=10,r=8,p=16$TmFDbA$" + b64encode(bytes.fromhex(DIGEST)).decode().rstrip("=")


def test_the_right_password_is_told_from_others():
    assert verify_password(PASSWORD, STORED) is True
    for other in ("", PASSWORD[:-1], PASSWORD + " ", PASSWORD.lower()):
        assert verify_password(other, STORED) is False


def test_scrypt_is_that_of_the_rfc():
    assert verify_password("password", VECTOR)
    assert not verify_password("passwore", VECTOR)


def test_what_is_kept_names_its_cost_and_differs_each_time():
    assert re.fullmatch(r"\$scrypt\$ln=1,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}", STORED)
    assert hash_password(PASSWORD, cost=CHEAP) != STORED
    assert PASSWORD not in STORED


def test_the_usual_cost_is_16_mib_five_times(monkeypatch):
    asked = recorded(monkeypatch)
    assert hash_password("x").startswith("$scrypt$ln=14,r=8,p=5$")
    assert asked == [{"n": 16_384, "r": 8, "p": 5}]


def test_a_name_that_nobody_has_costs_what_others_do(monkeypatch):
    stored = hash_password("x")
    asked = recorded(monkeypatch)
    assert verify_password("x", stored) is True
    assert verify_password("x", None) is False
    assert asked[0] == asked[1]


def recorded(monkeypatch):
    """What scrypt is asked for from now on."""
    asked, scrypt = [], passwords.scrypt

    def recording(octets, **options):
        asked.append({name: options[name] for name in "nrp"})
        return scrypt(octets, **options)

    monkeypatch.setattr(passwords, "scrypt", recording)
    return asked


def test_one_character_may_be_typed_as_several():
    assert verify_password("correct horse, Zoe\u0308", STORED)
    assert not verify_password("fi", hash_password("\ufb01", cost=CHEAP))  # a ligature is another


def test_any_text_may_be_a_password():
    for password in ("", "\ud800", "\0", "x" * 100_000):
        assert verify_password(password, hash_password(password, cost=CHEAP))


@pytest.mark.parametrize(
    "stored", ["", "hunter2", STORED + "$", STORED[1:], STORED.replace("scrypt", "bcrypt"), "\n"]
)
def test_a_text_of_another_form_is_a_bug_and_not_shown(stored):
    with pytest.raises(ValueError, match=f"got {len(stored)} characters of another form") as raised:
        verify_password("x", stored)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("cost", [0, -1, 21, 16_384, True])
def test_a_cost_is_a_power_of_two(cost):
    with pytest.raises(ValueError, match=rf"a power of two; got {cost}"):
        hash_password("x", cost=cost)


@pytest.mark.parametrize(
    ("given", "secret", "same"),
    [
        ("abc", "abc", True),
        ("zoë", "zoë".encode(), True),
        (b"\xff", b"\xff", True),
        ("\ud800", "\ud800", True),
        ("abc", "abd", False),
        ("", "abc", False),
        ("ab", "abc", False),
        ("abcd", "abc", False),
    ],
)
def test_secrets_are_the_same_or_not(given, secret, same):
    assert same_secret(given, secret) is same


@pytest.mark.parametrize("empty", ["", b""])
def test_an_empty_secret_is_a_setting_that_was_forgotten(empty):
    with pytest.raises(ValueError, match="the one to compare with is empty"):
        same_secret("", empty)


@pytest.mark.parametrize(("given", "secret"), [(None, "a"), ("a", 5), (5, 5)])
def test_a_secret_is_text(given, secret):
    with pytest.raises(TypeError, match=r"a secret is str or bytes; got a (NoneType|int)"):
        same_secret(given, secret)


def test_secrets_are_compared_by_what_takes_the_same_time_for_all(monkeypatch):
    compared = []

    def recording(one, other):
        compared.append((len(one), len(other)))
        return hmac.compare_digest(one, other)

    monkeypatch.setattr(passwords, "compare_digest", recording)
    same_secret("a", "b" * 100)
    verify_password("x", STORED)
    assert compared == [(32, 32), (32, 32)]


@pytest.mark.parametrize("cost", ["21", "99", "99999999999"])
def test_a_stored_cost_that_no_hash_has_is_refused_before_anything_is_worked_out(cost):
    with pytest.raises(ValueError, match="what is kept of a password is what hash_password gave"):
        verify_password("x", f"$scrypt$ln={cost},r=8,p=5$YWFh$YWFh")


def test_the_highest_cost_is_one_that_scrypt_takes(monkeypatch):
    asked = []
    monkeypatch.setattr(passwords, "scrypt", lambda *_, **options: asked.append(options) or b"x")
    hash_password("x", cost=20)
    assert asked[0]["n"] == 1 << 20
    assert 128 * 8 * (1 << 20) < asked[0]["maxmem"] < 1 << 31  # RFC 7914, 2; hashlib's own limit
