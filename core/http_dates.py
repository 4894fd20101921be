"""HTTP-dates, written and read (RFC 9110, 5.6.7): to the second, in GMT, in English everywhere."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import floor

_EPOCH = datetime.fromtimestamp(0, UTC)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_LONG_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})"
_TIME = "(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
# IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
_FIXDATE = re.compile(f"{_DAY}, (?P<day>[0-9]{{2}}) {_MONTH} (?P<year>[0-9]{{4}}) {_TIME} GMT")
_FORMS = (
    _FIXDATE,
    # rfc850-date: Sunday, 06-Nov-94 08:49:37 GMT
    re.compile(f"{_LONG_DAY}, (?P<day>[0-9]{{2}})-{_MONTH}-(?P<year>[0-9]{{2}}) {_TIME} GMT"),
    # asctime-date: Sun Nov  6 08:49:37 1994
    re.compile(f"{_DAY} {_MONTH} (?P<day>[0-9]{{2}}| [0-9]) {_TIME} (?P<year>[0-9]{{4}})"),
)


def http_date(moment: datetime | float) -> str:
    """The moment, or seconds since 1970, as an IMF-fixdate; a part of a second is dropped.

    Raises ValueError for a datetime without a time zone, and for years beyond 1 to 9999.
    """
    try:
        return _fixdate(epoch_seconds(moment))
    except OverflowError:
        raise ValueError(f"an HTTP-date has a year from 1 to 9999; got {moment!r}") from None


@lru_cache(maxsize=1_000)  # a file's date is sent again and again
def _fixdate(seconds: int) -> str:
    return imf_fixdate(_EPOCH + timedelta(seconds=seconds))


def imf_fixdate(moment: datetime) -> str:
    """A moment in UTC as an HTTP-date, in names of our own: no locale changes them.

    (`email.utils` has the same, and imports sockets and random numbers with it.)
    """
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S} GMT"


def epoch_seconds(moment: datetime | float) -> int:
    """Whole seconds since 1970, for that is all an HTTP-date holds; fractions are cut off.

    Raises ValueError for a datetime without a time zone.
    """
    if not isinstance(moment, datetime):
        return floor(moment)
    if moment.tzinfo is None:
        raise ValueError(f"a moment is a datetime with a time zone; got {moment!r}")
    return (moment - _EPOCH) // timedelta(seconds=1)


def parse_http_date(text: str, now: datetime | None = None) -> int | None:
    """Seconds since 1970 of an HTTP-date in any of the three forms; None where it is malformed.

    Form and case are kept to strictly. Whether the name of the day is the right one is not looked
    at: it adds nothing to the moment. `now`, or else the clock, tells which century a year of two
    digits is in.
    """
    return _parsed(text) if now is None and _FIXDATE.fullmatch(text) else _parse(text, now)


@lru_cache(maxsize=1_000)  # what was sent comes back as a condition; this form needs no clock
def _parsed(text: str) -> int | None:
    return _parse(text, None)


def _parse(text: str, now: datetime | None) -> int | None:
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        return None
    month = _MONTHS.index(found["month"]) + 1
    day, hour, minute, second = (int(found[it]) for it in ("day", "hour", "minute", "second"))
    if second > 60:  # 60 is a leap second
        return None
    try:
        if len(found["year"]) == 4:
            moment = datetime(int(found["year"]), month, day, hour, minute, tzinfo=UTC)
        else:
            at = (month, day, hour, minute)
            moment = _of_this_century(int(found["year"]), at, now or datetime.now(UTC))
    except ValueError:  # there is no such day or hour
        return None
    return epoch_seconds(moment) + second


def _of_this_century(digits: int, at: tuple[int, int, int, int], now: datetime) -> datetime:
    """The latest such moment that is not more than 50 years ahead (RFC 9110, 5.6.7)."""
    month, day, hour, minute = at
    ahead = (now.year + 50, now.month, now.day, now.hour, now.minute)
    year = ahead[0] - (ahead[0] - digits) % 100
    if (year, *at) > ahead:
        year -= 100
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
