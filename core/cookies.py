"""Cookies: the Cookie header read, the Set-Cookie header written (RFC 6265)."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from core.headers import TOKEN
from core.http_dates import imf_fixdate

SameSite = Literal["Lax", "Strict", "None"]

# RFC 6265, 5.4: `;` separates pairs; a pair is found after one, or at the beginning.
_PAIR = re.compile(rf"(?:^|;)[ \t]*({TOKEN.pattern})[ \t]*=([^;]*)")
_PLAIN = re.compile(r"[!#-+\--:<-\[\]-~]*")  # RFC 6265, 4.1.1: cookie-octet
_ESCAPED = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))")
_ATTRIBUTE = re.compile(r"[^;\x00-\x1f\x7f]*")


def parse_cookies(header: str) -> dict[str, str]:
    """The cookies of a Cookie header; a pair without a proper name is skipped, the first wins."""
    cookies: dict[str, str] = {}
    for name, value in _PAIR.findall(header):
        if name not in cookies:
            value = value.strip(" \t")
            cookies[name] = _unquoted(value) if value[:1] == '"' else value
    return cookies


def _unquoted(value: str) -> str:
    """The value as `_quoted` was given it; a value from elsewhere only loses its quotes."""
    if len(value) < 2 or value[-1] != '"':
        return value
    octets = _ESCAPED.sub(lambda found: _octet(found[1], found[2]), value[1:-1])
    try:
        return octets.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return octets


def _octet(octal: str | None, character: str) -> str:
    return chr(int(octal, 8)) if octal else character


def _quoted(name: str, value: str) -> str:
    """The value as it can be sent: plain, or in quotes with what is not plain as octal bytes."""
    if _PLAIN.fullmatch(value):
        return value
    if any(character < " " or character == "\x7f" for character in value):
        raise ValueError(f"a cookie's value has no control characters; got {value!r} for {name!r}")
    octets = value.encode("utf-8")
    return '"' + "".join(_escaped(octet) for octet in octets) + '"'


def _escaped(octet: int) -> str:
    plain = _PLAIN.fullmatch(chr(octet)) or octet == ord(" ")
    return chr(octet) if plain else f"\\{octet:03o}"


def make_cookie(
    name: str,
    value: str,
    *,
    max_age: int | None = None,  # seconds
    expires: datetime | None = None,
    path: str | None = "/",
    domain: str | None = None,
    secure: bool = False,
    httponly: bool = False,
    samesite: SameSite | None = "Lax",
    partitioned: bool = False,
) -> str:
    """The value of a Set-Cookie header; raises ValueError where the cookie would not be kept."""
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a cookie's value is str; got {value!r} for cookie {name!r}")
    given = (name, max_age, expires, path, domain, secure, httponly, samesite, partitioned)
    try:
        attributes = _attributes(*given)
    except TypeError:  # also for what can't be looked up, as a list: the function itself tells it
        attributes = _attributes.__wrapped__(*given)
    return f"{name}={_quoted(name, value)}{attributes}"


@lru_cache(maxsize=100, typed=True)  # a program sets few kinds of cookies, over and over
def _attributes(
    name: str,
    max_age: int | None,
    expires: datetime | None,
    path: str | None,
    domain: str | None,
    secure: bool,
    httponly: bool,
    samesite: SameSite | None,
    partitioned: bool,
) -> str:
    """All that follows the value, each attribute after a "; "; raises as `make_cookie`."""
    if not TOKEN.fullmatch(name):
        raise ValueError(f"a cookie's name is a token; got {name!r}")
    _check_types(name, max_age=(max_age, int), expires=(expires, datetime), path=(path, str))
    _check_types(name, domain=(domain, str), secure=(secure, bool))
    _check_rules(name, path, domain, samesite, secure=secure, partitioned=partitioned)
    parts = [""]
    if max_age is not None:
        parts.append(f"Max-Age={max_age:d}")
    if expires is not None:
        parts.append(f"Expires={_http_date(expires, name)}")
    for attribute, text in (("Path", path), ("Domain", domain), ("SameSite", samesite)):
        if text is not None:
            if not (text.isascii() and _ATTRIBUTE.fullmatch(text)):
                raise ValueError(f"{attribute} is ASCII without ';'; got {text!r} for {name!r}")
            parts.append(f"{attribute}={text}")
    flags = (("Secure", secure), ("HttpOnly", httponly), ("Partitioned", partitioned))
    parts += [flag for flag, is_set in flags if is_set]
    return "; ".join(parts)


def _check_types(name: str, **given: tuple[object, type]) -> None:
    """Raise TypeError for what is neither of its type nor None."""
    for what, (argument, wanted) in given.items():
        if not isinstance(argument, wanted) and argument is not None:
            raise TypeError(f"{what} is {wanted.__name__}; got {argument!r} for cookie {name!r}")


def _check_rules(
    name: str,
    path: str | None,
    domain: str | None,
    samesite: str | None,
    *,
    secure: bool,
    partitioned: bool,
) -> None:
    """Raise for what browsers silently refuse (RFC 6265bis, 4.1.2 and 4.1.3)."""
    if samesite not in ("Lax", "Strict", "None", None):
        raise ValueError(f"samesite is 'Lax', 'Strict' or 'None'; got {samesite!r} for {name!r}")
    needs_secure = (
        ("samesite='None'", samesite == "None"),
        ("partitioned", partitioned),
        ("a name with __Secure- or __Host-", name.startswith(("__Secure-", "__Host-"))),
    )
    for reason, applies in needs_secure:
        if applies and not secure:
            raise ValueError(f"{reason} needs secure=True; got secure=False for {name!r}")
    if name.startswith("__Host-") and (path != "/" or domain is not None):
        raise ValueError(f"a __Host- cookie has path='/' and no domain; got {path!r}, {domain!r}")


def _http_date(moment: datetime, name: str) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"expires is a datetime with a time zone; got {moment!r} for {name!r}")
    return imf_fixdate(moment.astimezone(UTC))
