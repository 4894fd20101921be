"""Conditional requests: "only if it has changed", "only if it has not" (RFC 9110, 13).

A client names the version that it has by a validator, an ETag or a date. `precondition` compares
it with the present one. Everything here reads header fields by a function, `header(name)`, that
gives the values joined by "," and "" for none, as `Request.header` does.
"""

import re
from collections.abc import Callable
from datetime import datetime
from time import time
from typing import Literal

from core.http_dates import epoch_seconds, parse_http_date

ReadHeader = Callable[[str], str]

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*+"'  # RFC 9110, 8.8.3: entity-tag
_one_tag = re.compile(_TAG)
# RFC 9110, 5.6.1.2: a list may have empty elements. Nothing is tried twice ("*+"): linear.
_tag_list = re.compile(rf"[ \t,]*+{_TAG}(?:[ \t]*+,[ \t,]*+{_TAG})*+[ \t,]*+")

# RFC 9110, 13.2.1: these select no representation, so there is nothing to compare with.
_UNCONDITIONAL = frozenset(("CONNECT", "OPTIONS", "TRACE"))


def strong_etag(size: int, mtime_ns: int) -> str:
    """The ETag of a file: quoted; `size` in bytes, `mtime_ns` in nanoseconds since 1970.

    A strong ETag changes with every change of a byte (RFC 9110, 8.8.1), and only a strong one may
    join the ranges of two answers. This one does as long as each write moves the file's time.
    It misses a second write of the same size within one tick of the file system's clock (mostly
    1 to 10 ms; on FAT 2 s), and one after which the old time was put back (`touch -r`). Where that
    happens, hash the content. The inode is left out: it differs between servers with equal files.
    """
    return f'"{mtime_ns:x}-{size:x}"'


def precondition(
    method: str,
    header: ReadHeader,
    etag: str | None = None,
    modified: datetime | float | None = None,
    *,
    exists: bool = True,
) -> Literal[304, 412] | None:
    """The status that answers a conditional request; None: go on as if it were unconditional.

    `etag` (quoted, weak with "W/") and `modified` (a datetime or seconds since 1970) are those of
    what is there now; `exists=False` where nothing is. The order is that of RFC 9110, 13.2.2. A
    malformed date is ignored. A malformed list of ETags names none, so that If-Match, which guards
    against lost updates, fails. Ask only where the answer would be a 2xx (RFC 9110, 13.2.1).
    Raises ValueError for an `etag` that is not one.
    """
    check_etag(etag)
    if method in _UNCONDITIONAL:
        return None
    seconds = None if modified is None else epoch_seconds(modified)
    if if_match := header("if-match"):
        if not _names(if_match, etag, exists=exists, weakly=False):
            return 412
    elif _is_later(seconds, header("if-unmodified-since")):
        return 412
    is_read = method in ("GET", "HEAD")
    if if_none_match := header("if-none-match"):
        if _names(if_none_match, etag, exists=exists, weakly=True):
            return 304 if is_read else 412
    elif is_read and _is_later(seconds, header("if-modified-since")) is False:
        return 304
    return None


def if_range_holds(
    header: ReadHeader,
    etag: str | None = None,
    modified: datetime | float | None = None,
    *,
    now: datetime | float | None = None,
) -> bool:
    """Whether a Range may be followed: there is no If-Range, or it names what is there now.

    By a strong ETag, or by exactly the date; a weak ETag can't tell whether bytes fit together
    (RFC 9110, 13.1.5), nor can the date of a change in the second before the answer's Date: there
    may be another in the same second (8.8.2.2). `etag` and `modified` as for `precondition`; `now`,
    or else the clock, is that Date.
    """
    if_range = header("if-range").strip(" \t")
    if not if_range:
        return True
    if if_range.startswith(('"', "W/")):
        return if_range == etag and not if_range.startswith("W/")
    if modified is None or parse_http_date(if_range) != epoch_seconds(modified):
        return False
    return epoch_seconds(modified) < epoch_seconds(time() if now is None else now)


def check_etag(etag: str | None) -> None:
    """Raise ValueError for an ETag that is not as RFC 9110, 8.8.3 has it; None is none."""
    if etag is not None and not _one_tag.fullmatch(etag):
        raise ValueError(f"an ETag is in double quotes, without any within; got {etag!r}")


def _names(field: str, etag: str | None, *, exists: bool, weakly: bool) -> bool:
    """Whether If-Match or If-None-Match names this representation (RFC 9110, 8.8.3.2)."""
    if field.strip(" \t") == "*":
        return exists
    if etag is None or not _tag_list.fullmatch(field):
        return False
    tags = _one_tag.findall(field)
    if weakly:
        return etag.removeprefix("W/") in [tag.removeprefix("W/") for tag in tags]
    return etag in tags and not etag.startswith("W/")


def _is_later(seconds: int | None, date: str) -> bool | None:
    """Whether there was a change after this HTTP-date; None where one of the two is not known."""
    since = parse_http_date(date.strip(" \t")) if date else None
    return None if since is None or seconds is None else seconds > since
