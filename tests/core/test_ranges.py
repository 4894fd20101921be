"""The Range header: the examples of RFC 9110, 14.1.2, what is ignored, what is merged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.ranges import MAX_SPANS, MAX_SPECS, Span, parse_range


@pytest.mark.parametrize(
    ("header", "spans"),
    [  # RFC 9110, 14.1.2: the examples, of 10000 bytes
        ("bytes=0-499", [(0, 500)]),
        ("bytes=500-999", [(500, 1000)]),
        ("bytes=-500", [(9500, 10000)]),
        ("bytes=9500-", [(9500, 10000)]),
        ("bytes=0-0,-1", [(0, 1), (9999, 10000)]),
        ("bytes= 0-999, 4500-5499, -1000", [(0, 1000), (4500, 5500), (9000, 10000)]),
        ("bytes=500-600,601-999", [(500, 1000)]),
        ("bytes=500-700,601-999", [(500, 1000)]),
        # 14.1.2: what reaches beyond the end is cut there
        ("bytes=9999-10000", [(9999, 10000)]),
        ("bytes=0-18446744073709551615", [(0, 10000)]),
        ("bytes=-10001", [(0, 10000)]),
        ("bytes=0-", [(0, 10000)]),
        # what lies outside is left out, unless it is all
        ("bytes=10000-,0-0", [(0, 1)]),
        ("bytes=-0,0-0", [(0, 1)]),
        ("bytes=10000-", []),
        ("bytes=10000-10001", []),
        ("bytes=-0", []),
        ("bytes=-0,10000-", []),
        # 15.3.7.2: in the order asked for, what is merged at its earliest place
        ("bytes=-1,0-0", [(9999, 10000), (0, 1)]),
        ("bytes=7-8,0-1,3-4,2-2", [(7, 9), (0, 5)]),
        ("bytes=0-1,0-1,1-0001", [(0, 2)]),
        ("bytes=100-199,0-9,150-,5-20", [(100, 10000), (0, 21)]),
        # 14.1: units are blind to case; 5.6.1.2: a list may have empty elements
        ("Bytes=0-1", [(0, 2)]),
        (" bytes=0-1\t", [(0, 2)]),
        ("bytes=,, 0-1\t,\t, 5-6 ,", [(0, 2), (5, 7)]),
    ],
)
def test_a_range_is_spans_of_the_content(header, spans):
    assert parse_range(header, 10_000) == spans


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=--1",
        "bytes=a-b",
        "bytes=0",
        "bytes=0 - 1",
        "bytes=0- 1",
        "bytes=+0-1",
        "bytes=0x0-1",
        "bytes=0-1_0",
        "bytes=0-1-2",
        "bytes=\u0660-\u0661",
        "bytes=²-³",
        "bytes=1-0",  # 14.1.1: a last byte before the first
        "bytes=0-1,1-0",  # one bad spec spoils the header
        "bytes=0-1;5-6",
        "bytes =0-1",
        "bytes:0-1",
        "seconds=0-1",
        "0-1",
        "=0-1",
        "bytes=bytes=0-1",
        "bytes=0-1\n",
        "bytes=0-" + "9" * 21,
        "bytes=-" + "9" * 5_000,
    ],
)
def test_what_is_malformed_or_another_unit_is_ignored(header):
    assert parse_range(header, 10_000) is None


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-5", "bytes=0-0", "bytes=5-"])
def test_an_empty_content_is_sent_whole(header):
    assert parse_range(header, 0) is None


def test_too_many_ranges_are_ignored():
    def apart(count):
        return "bytes=" + ",".join(f"{2 * n}-{2 * n}" for n in range(count))

    def together(count):
        return "bytes=" + ",".join(f"{n}-{n}" for n in range(count))

    assert len(parse_range(apart(MAX_SPANS), 10_000)) == MAX_SPANS
    assert parse_range(apart(MAX_SPANS + 1), 10_000) is None
    assert parse_range(together(MAX_SPECS), 10_000) == [(0, MAX_SPECS)]
    assert parse_range(together(MAX_SPECS + 1), 10_000) is None


def test_a_span_has_a_length():
    assert Span(2, 5).length == 3


SIZES = st.integers(1, 40)
INT_SPECS = st.tuples(st.integers(0, 45), st.integers(0, 45)).map(sorted)
SPECS = st.one_of(
    INT_SPECS.map(lambda pair: (f"{pair[0]}-{pair[1]}", range(pair[0], pair[1] + 1))),
    st.integers(0, 45).map(lambda first: (f"{first}-", range(first, 1_000))),
    st.integers(0, 45).map(lambda count: (f"-{count}", count)),
)


@given(st.lists(SPECS, min_size=1, max_size=12), SIZES)
def test_the_spans_hold_just_the_bytes_that_were_asked_for(specs, size):
    wanted = set()
    for _, positions in specs:
        wanted |= set(range(size)[-positions:] if isinstance(positions, int) and positions else ())
        wanted |= set(positions) & set(range(size)) if isinstance(positions, range) else set()
    spans = parse_range("bytes=" + ",".join(text for text, _ in specs), size)
    held = [position for span in spans for position in range(*span)]
    assert sorted(held) == sorted(wanted)  # each once
    assert all(span.start < span.stop for span in spans)
    edges = {span.stop for span in spans} & {span.start for span in spans}
    assert not edges  # none touches another


@given(st.text() | st.text("bytes=-, 0123456789").map("bytes={}".format), st.integers(0, 2**63))
def test_no_header_makes_it_raise(header, size):
    spans = parse_range(header, size)
    assert spans is None or all(0 <= span.start < span.stop <= size for span in spans)


@given(SPECS, SIZES)
def test_a_peer_reads_a_single_range_alike(spec, size):
    http = pytest.importorskip("werkzeug.http")
    text, positions = spec
    ours = parse_range(f"bytes={text}", size)
    theirs = http.parse_range_header(f"bytes={text}")
    if theirs is None:  # they take the last 0 bytes for malformed, we for out of range: RFC 14.1.2
        assert (positions, ours) == (0, [])
    elif isinstance(positions, int) and positions > size:  # they refuse more than there is
        assert ours == [(0, size)]
    else:
        span = theirs.range_for_length(size)
        assert ours == ([] if span is None else [span])


@pytest.mark.parametrize("piece", ["0-0,", ",", "0", "-", " ", "9-", "bytes=", "0-0 ,", "\t"])
def test_reading_a_range_is_linear(piece, growth):
    def parse(text):
        parse_range("bytes=" + text, 1_000_000)

    assert growth(parse, piece * 50_000, piece * 200_000) < 8


def test_as_many_ranges_as_are_read_cost_little(growth):
    def parse(count):
        header = "bytes=" + ",".join(f"{7 * n % 101}-{7 * n % 101 + 50}" for n in range(count))
        for _ in range(50):
            parse_range(header, 1_000)

    assert growth(parse, MAX_SPECS // 4, MAX_SPECS) < 8
