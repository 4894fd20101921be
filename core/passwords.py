"""Secrets: compared so that the time it takes tells nothing, and passwords kept as hashes alone.

What is kept of a password is a text in the PHC string format, `$scrypt$ln=14,r=8,p=5$salt$hash`,
by the function of RFC 7914. It names its own cost, so the cost can be raised for later ones.
"""

import re
from base64 import b64decode, b64encode
from hashlib import scrypt, sha256
from hmac import compare_digest
from secrets import token_bytes
from unicodedata import normalize

COST = 14  # 2 to the power of it times 1 KiB is the memory for one hash: 16 MiB
_BLOCK, _ROUNDS = 8, 5  # `r` and `p` of scrypt; with COST about as hard as 128 MiB in one round
_SALT = 16  # bytes
_MOST = 20  # the highest cost: 1 GiB; hashlib takes no limit of 2 GiB or more
_STORED = re.compile(
    r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z\d+/]+)\$([A-Za-z\d+/]+)", re.ASCII
)


def same_secret(given: str | bytes, secret: str | bytes) -> bool:
    """Whether a client gave the secret; how long that takes tells neither its text nor its length.

    Raises ValueError where the secret itself is empty, as a setting that was forgotten would be,
    and TypeError where one of the two is no text.
    """
    if not secret:
        raise ValueError("a secret has at least one character; the one to compare with is empty")
    return compare_digest(sha256(_octets(given)).digest(), sha256(_octets(secret)).digest())


def hash_password(password: str, *, cost: int = COST) -> str:
    """What to keep of a password: a text for `verify_password`, another one each time.

    It takes some tenths of a second, on purpose, and 2**cost KiB of memory. Raises ValueError for a
    cost that scrypt does not have.
    """
    if type(cost) is not int or not 1 <= cost <= _MOST:
        raise ValueError(f"the cost of a password is 1 to {_MOST}, a power of two; got {cost!r}")
    salt = token_bytes(_SALT)
    digest = _scrypt(password, salt, cost, _BLOCK, _ROUNDS)
    return f"$scrypt$ln={cost},r={_BLOCK},p={_ROUNDS}${_written(salt)}${_written(digest)}"


def verify_password(password: str, stored: str | None) -> bool:
    """Whether it is the password that `hash_password` gave this text for.

    Without a text, for a name that nobody has, it is False after the same work at the usual cost:
    so nobody can tell by the time which names there are. Raises ValueError for any other text.
    """
    if stored is None:
        _scrypt(password, b"nobody's salt...", COST, _BLOCK, _ROUNDS)
        return False
    parts = _STORED.fullmatch(stored)
    if parts is None or int(parts[1]) > _MOST:  # not shown: it may be a password
        raise ValueError(
            f"what is kept of a password is what hash_password gave; got {len(stored)} characters "
            "of another form"
        )
    cost, block, rounds = map(int, parts.group(1, 2, 3))
    digest = _scrypt(password, _read(parts[4]), cost, block, rounds)
    return compare_digest(digest, _read(parts[5]))


def _scrypt(password: str, salt: bytes, cost: int, block: int, rounds: int) -> bytes:
    # RFC 8265, 4.2.2: one character can be typed as several; NFC makes them one again
    octets = _octets(normalize("NFC", password))
    # twice what it takes, or OpenSSL refuses 32 MiB
    memory = min(256 * block * (2**cost + rounds), 2**31 - 1)
    return scrypt(octets, salt=salt, n=2**cost, r=block, p=rounds, maxmem=memory, dklen=32)


def _octets(text: str | bytes) -> bytes:
    if not isinstance(text, (str, bytes)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a secret is str or bytes; got a {type(text).__name__}")
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def _written(octets: bytes) -> str:
    return b64encode(octets).decode().rstrip("=")


def _read(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4))
