"""HTTP-dates: read in the three forms of RFC 9110, 5.6.7, written in the one to be sent."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.http_dates import epoch_seconds, http_date, parse_http_date


@pytest.mark.parametrize(
    "date",
    [  # RFC 9110, 5.6.7: the examples
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ],
)
def test_a_date_is_read_in_its_three_forms(date):
    assert parse_http_date(date) == 784_111_777


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Thu, 01 Jan 1970 00:00:00 GMT", datetime(1970, 1, 1, tzinfo=UTC)),
        ("Wed, 31 Dec 1969 23:59:59 GMT", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("Sat, 31 Dec 2016 23:59:60 GMT", datetime(2017, 1, 1, tzinfo=UTC)),  # a leap second
        ("Thu, 29 Feb 2024 12:00:00 GMT", datetime(2024, 2, 29, 12, tzinfo=UTC)),
        ("Fri Feb 29 12:00:00 2024", datetime(2024, 2, 29, 12, tzinfo=UTC)),  # no such Friday
        ("Thu Nov 16 08:49:37 1995", datetime(1995, 11, 16, 8, 49, 37, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_date_is_a_moment(date, moment):
    assert parse_http_date(date) == epoch_seconds(moment)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37 gmt",
        "sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun,  06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "Wed, 29 Feb 2023 08:49:37 GMT",
        "Son, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Okt 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT\n",
        "Sun, \u0660\u0666 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Wednesday, 29-Feb-23 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov 06 08:49:37 1994 GMT",
        "784111777",
        "1994-11-06T08:49:37Z",
    ],
)
def test_what_is_not_quite_a_date_is_none(date):
    assert parse_http_date(date) is None


@pytest.mark.parametrize(
    ("now", "date", "year"),
    [  # RFC 9110, 5.6.7: more than 50 years ahead is the past
        ("2024-05-06T07:08:09Z", "Monday, 06-May-24 07:08:09 GMT", 2024),
        ("2024-05-06T07:08:09Z", "Monday, 06-May-74 07:08:09 GMT", 2074),
        ("2024-05-06T07:08:09Z", "Monday, 06-May-74 07:09:00 GMT", 1974),
        ("2024-05-06T07:08:09Z", "Monday, 06-May-75 07:08:09 GMT", 1975),
        ("2024-05-06T07:08:09Z", "Monday, 06-May-99 07:08:09 GMT", 1999),
        ("2024-05-06T07:08:09Z", "Monday, 06-May-00 07:08:09 GMT", 2000),
        ("2080-05-06T07:08:09Z", "Monday, 06-May-10 07:08:09 GMT", 2110),
    ],
)
def test_a_year_of_two_digits_is_at_most_fifty_years_ahead(now, date, year):
    seconds = parse_http_date(date, datetime.fromisoformat(now))
    assert datetime.fromtimestamp(seconds, UTC).year == year


def test_a_date_is_written_in_english_and_gmt():
    assert http_date(784_111_777) == http_date(784_111_777.9) == "Sun, 06 Nov 1994 08:49:37 GMT"
    east = timezone(timedelta(hours=2))
    assert http_date(datetime(1994, 11, 6, 10, 49, 37, 999_999, east)) == http_date(784_111_777)
    assert http_date(-1.5) == "Wed, 31 Dec 1969 23:59:58 GMT"
    assert http_date(datetime(1, 1, 1, tzinfo=UTC)) == "Mon, 01 Jan 0001 00:00:00 GMT"


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="a moment is a datetime with a time zone; got"):
        http_date(datetime(2024, 1, 1))


@pytest.mark.parametrize("seconds", [1e15, -1e15, 1e300, 10**30])
def test_a_year_of_five_digits_is_refused(seconds):
    with pytest.raises(ValueError, match="a year from 1 to 9999; got"):
        http_date(seconds)


MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))


@given(MOMENTS)
def test_a_date_comes_back_as_it_was_written(moment):
    assert http_date(moment) == format_datetime(moment, usegmt=True)
    assert parse_http_date(http_date(moment)) == epoch_seconds(moment)
    in_c = f"{moment:%a %b} {moment.day:2} {moment:%H:%M:%S} {moment.year:04}"  # the C locale
    assert parse_http_date(in_c) == epoch_seconds(moment)


@given(MOMENTS, MOMENTS)
def test_the_old_form_comes_back_with_its_two_digits(moment, now):
    old = f"{moment:%A, %d-%b-}{moment.year % 100:02} {moment:%H:%M:%S} GMT"
    seconds = parse_http_date(old, now)
    years = range(now.year - 50, now.year + 51)
    if seconds is None:  # a leap day of a century without one, or beyond the calendar
        assert (moment.month, moment.day) == (2, 29) or min(years) < 1 or max(years) > 9999
    else:
        read = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        assert f"{read:%m-%d %H:%M:%S}" == f"{moment:%m-%d %H:%M:%S}"
        assert read.year % 100 == moment.year % 100
        assert read.year in years


@given(st.text() | st.from_regex(r"[A-Z][a-z]+[, ]+[0-9 A-Za-z:-]{0,30}( GMT)?"))
def test_no_text_makes_the_dates_raise(text):
    assert isinstance(parse_http_date(text), (int, type(None)))


@pytest.mark.parametrize("piece", ["Sun, ", "0", "Sunday", " ", "Sun Nov  6 "])
def test_reading_a_date_is_linear(piece, growth):
    assert growth(parse_http_date, piece * 10_000, piece * 40_000) < 8
