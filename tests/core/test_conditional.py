"""Conditional requests: the examples of RFC 9110, 13, and its order of precedence."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conditional import check_etag, if_range_holds, precondition, strong_etag
from core.http_dates import http_date

NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)  # when the content was last changed
BEFORE, SAME, AFTER = (http_date(NOW + timedelta(seconds=by)) for by in (-1, 0, 1))
ETAG = '"xyzzy"'

# In the words of RFC 9110: a header and whether its condition is true of ETAG and NOW.
IF_MATCH = {"": None, ETAG: True, '"other"': False}
IF_UNMODIFIED = {"": None, SAME: True, BEFORE: False}
IF_NONE_MATCH = {"": None, '"other"': True, ETAG: False}
IF_MODIFIED = {"": None, BEFORE: True, SAME: False}


def asked(fields):
    """What `Request.header` is of a request with these fields."""
    return lambda name: fields.get(name, "")


def answer(method="GET", etag=ETAG, modified=NOW, exists=True, **fields):
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return precondition(method, asked(headers), etag, modified, exists=exists)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize(
    ("if_match", "if_unmodified", "if_none_match", "if_modified"),
    list(product(IF_MATCH, IF_UNMODIFIED, IF_NONE_MATCH, IF_MODIFIED)),
)
def test_several_conditions_are_looked_at_in_the_order_of_the_rfc(
    method, if_match, if_unmodified, if_none_match, if_modified
):
    steps = {  # RFC 9110, 13.2.2, step by step: the first that applies answers
        1: IF_MATCH[if_match] is False,
        2: not if_match and IF_UNMODIFIED[if_unmodified] is False,
        3: IF_NONE_MATCH[if_none_match] is False,
        4: not if_none_match and method in ("GET", "HEAD") and IF_MODIFIED[if_modified] is False,
    }
    step = next((number for number, applies in steps.items() if applies), None)
    if_none_match_says = 304 if method in ("GET", "HEAD") else 412
    expected = {1: 412, 2: 412, 3: if_none_match_says, 4: 304, None: None}[step]
    if method in ("OPTIONS", "TRACE"):  # 13.2.1
        expected = None
    assert expected == answer(
        method,
        if_match=if_match,
        if_unmodified_since=if_unmodified,
        if_none_match=if_none_match,
        if_modified_since=if_modified,
    )


@pytest.mark.parametrize(
    ("etag", "field", "strong", "weak"),
    [  # RFC 9110, 8.8.3.2: the table of comparisons
        ('W/"1"', 'W/"1"', False, True),
        ('W/"1"', 'W/"2"', False, False),
        ('W/"1"', '"1"', False, True),
        ('"1"', 'W/"1"', False, True),
        ('"1"', '"1"', True, True),
        # 13.1.1 and 13.1.2: the examples
        (ETAG, '"xyzzy", "r2d2xxxx", "c3piozzzz"', True, True),
        ('"r2d2xxxx"', 'W/"xyzzy", W/"r2d2xxxx", W/"c3piozzzz"', False, True),
        (ETAG, "*", True, True),
        (None, "*", True, True),
        (None, '"xyzzy"', False, False),
        # the form of a list: 5.6.1.2, 8.8.3
        ('"a,b"', '"x","a,b"', True, True),
        ('""', '"a",""', True, True),
        (ETAG, ',, \t"a" ,,\t"xyzzy"  , ', True, True),
        ('"caf\xe9"', '"caf\xe9"', True, True),
        (ETAG, "xyzzy", False, False),
        (ETAG, 'w/"xyzzy"', False, False),
        (ETAG, '"xyzzy" "a"', False, False),
        (ETAG, '"xyzzy', False, False),
        (ETAG, '"a b", "xyzzy"', False, False),
        (ETAG, '"xyzzy", *', False, False),
        (ETAG, ",", False, False),
    ],
)
def test_etags_are_compared_strongly_for_if_match_and_weakly_for_if_none_match(
    etag, field, strong, weak
):
    assert answer("PUT", etag, if_match=field) == (None if strong else 412)
    assert answer("GET", etag, if_none_match=field) == (304 if weak else None)
    assert answer("PUT", etag, if_none_match=field) == (412 if weak else None)


def test_a_star_asks_whether_there_is_anything():  # RFC 9110, 13.1.1 and 13.1.2
    assert answer("PUT", None, None, exists=False, if_match="*") == 412
    assert answer("PUT", None, None, exists=False, if_none_match="*") is None
    assert answer("PUT", None, None, exists=True, if_none_match=" * ") == 412


@pytest.mark.parametrize("date", ["", "yesterday", f"{BEFORE}, {BEFORE}", BEFORE.lower(), "0"])
@pytest.mark.parametrize("field", ["if_modified_since", "if_unmodified_since"])
def test_a_malformed_date_is_ignored(field, date):  # RFC 9110, 13.1.3 and 13.1.4
    assert answer(**{field: date}) is None


def test_a_malformed_etag_list_still_comes_before_a_date():
    assert answer(if_none_match="garbage", if_modified_since=SAME) is None
    assert answer(if_match="garbage", if_unmodified_since=SAME) == 412


def test_without_a_date_of_change_dates_are_ignored():  # RFC 9110, 13.1.3 and 13.1.4
    assert answer(modified=None, if_modified_since=AFTER) is None
    assert answer(modified=None, if_unmodified_since=BEFORE) is None


def test_parts_of_a_second_do_not_count():
    late = NOW + timedelta(microseconds=999_999)
    assert answer(modified=late, if_modified_since=SAME) == 304
    assert answer(modified=late.timestamp(), if_unmodified_since=SAME) is None


@pytest.mark.parametrize("etag", ["xyzzy", "", '"a"b"', 'w/"a"', '"a b"', '"a\r\n"'])
def test_an_etag_without_its_quotes_is_refused(etag):
    with pytest.raises(ValueError, match="an ETag is in double quotes"):
        answer(etag=etag)


@pytest.mark.parametrize(
    ("if_range", "etag", "holds"),
    [  # RFC 9110, 13.1.5
        ("", ETAG, True),
        (ETAG, ETAG, True),
        (f" {ETAG}\t", ETAG, True),
        ('"other"', ETAG, False),
        (ETAG, None, False),
        ('W/"xyzzy"', 'W/"xyzzy"', False),  # only a strong one tells that bytes fit together
        ('W/"xyzzy"', ETAG, False),
        (ETAG, 'W/"xyzzy"', False),
        (f'{ETAG}, "a"', ETAG, False),  # it is one, not a list
        ("*", ETAG, False),
        (SAME, ETAG, True),
        (BEFORE, ETAG, False),
        (AFTER, ETAG, False),  # exactly the date, not later
        ("xyzzy", ETAG, False),
    ],
)
def test_a_range_is_followed_where_if_range_names_what_is_there(if_range, etag, holds):
    assert if_range_holds(asked({"if-range": if_range}), etag, NOW) is holds


@pytest.mark.parametrize(
    ("ago", "holds"), [(-1, False), (0, False), (0.99, False), (1, True), (1.5, True), (60, True)]
)
def test_the_date_of_a_change_in_the_second_before_the_answer_is_too_coarse(ago, holds):
    """RFC 9110, 8.8.2.2: there may be another change in that second."""
    now = NOW + timedelta(seconds=ago)
    assert if_range_holds(asked({"if-range": SAME}), ETAG, NOW, now=now) is holds
    assert if_range_holds(asked({"if-range": ETAG}), ETAG, NOW, now=now)


def test_without_a_date_of_change_an_if_range_with_a_date_does_not_hold():
    assert not if_range_holds(asked({"if-range": SAME}), ETAG, None)
    assert not if_range_holds(asked({"if-range": "nonsense"}), ETAG, None)


@given(st.integers(0), st.integers())
def test_a_files_etag_is_strong_and_well_formed(size, mtime_ns):
    etag = strong_etag(size, mtime_ns)
    check_etag(etag)
    assert etag.startswith('"')
    assert etag != strong_etag(size, mtime_ns + 1)
    assert etag != strong_etag(size + 1, mtime_ns)


FIELDS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range")
TAGS = st.lists(
    st.sampled_from(['"a"', 'W/"a"', '"', "W/", "*", ",", " ", "\t", '"b,c"', "\xe9"])
).map("".join)


@given(st.dictionaries(st.sampled_from(FIELDS), TAGS | st.text()), st.sampled_from(["GET", "PUT"]))
def test_no_header_makes_it_raise(fields, method):
    assert precondition(method, asked(fields), ETAG, NOW) in (None, 304, 412)
    assert if_range_holds(asked(fields), ETAG, NOW) in (True, False)


LISTS = st.lists(st.sampled_from(['"a"', 'W/"a"', '"b"', 'W/"b"', '"a,b"', '""'])).map(", ".join)


@given(LISTS | st.just("*"), st.sampled_from(["", BEFORE, SAME, AFTER, "x"]))
def test_a_peer_says_the_same_of_a_read(tags, date):
    http = pytest.importorskip("werkzeug.http")
    fields = {"if-none-match": tags, "if-modified-since": date}
    environ = {"REQUEST_METHOD": "GET", "HTTP_IF_NONE_MATCH": tags, "HTTP_IF_MODIFIED_SINCE": date}
    is_modified = http.is_resource_modified(environ, etag='"a"', last_modified=NOW)
    assert (precondition("GET", asked(fields), '"a"', NOW) is None) == is_modified


@pytest.mark.parametrize("piece", ['"a",', ",", '"', 'W/"', '"a" ', " ", "W/", "a", '"a', "\t,"])
def test_comparing_etags_is_linear(piece, growth):
    def compare(field):
        answer(if_match=field)
        answer(if_none_match=field)

    assert growth(compare, piece * 10_000, piece * 40_000) < 8
