"""Server-sent events as they are sent; read back by a parser after the HTML Living Standard."""

import re

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import Headers
from core.event_stream import FIELDS, KEEP_ALIVE, Event, comment, encode_event


def read(stream):
    """The events of a stream, as (type, data, last id), and the time to wait before the next.

    HTML Living Standard, 9.2.6, "Interpreting an event stream", step by step.
    """
    events, kind, data, last_id, wait = [], "", "", "", None
    text = stream.decode("utf-8").removeprefix("\ufeff")
    for line in re.split("\r\n|\r|\n", text):
        if not line:
            if data:
                events.append((kind or "message", data.removesuffix("\n"), last_id))
            kind = data = ""
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            kind = value
        elif field == "data":
            data += value + "\n"
        elif field == "id" and "\0" not in value:
            last_id = value
        elif field == "retry" and re.fullmatch("[0-9]+", value):
            wait = int(value)
    return events, wait


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("hello", b"data: hello\n\n"),
        ("", b"data: \n\n"),
        ("a\nb", b"data: a\ndata: b\n\n"),
        ("a\r\nb\rc\n", b"data: a\ndata: b\ndata: c\ndata: \n\n"),
        ("\r\r\n\n", b"data: \ndata: \ndata: \ndata: \n\n"),
        (" a", b"data:  a\n\n"),  # the first space is dropped in reading
        ("a\x0b\x0c\x1c\x85\u2028b", "data: a\x0b\x0c\x1c\x85\u2028b\n\n".encode()),  # one line
        ("caf\xe9", "data: caf\xe9\n\n".encode()),
        ({"a": [1, None]}, b'data: {"a":[1,null]}\n\n'),
        ([], b"data: []\n\n"),
        ({"a": "b\r\nc"}, b'data: {"a":"b\\r\\nc"}\n\n'),
        (Event("a"), b"data: a\n\n"),
        (Event({"a": 1}), b'data: {"a":1}\n\n'),
        (Event("a", event="add"), b"event: add\ndata: a\n\n"),
        (Event("a", id="7"), b"id: 7\ndata: a\n\n"),
        (Event("a", id=""), b"id: \ndata: a\n\n"),  # the client forgets the last one
        (Event("a", retry=0), b"retry: 0\ndata: a\n\n"),
        (
            Event("a\nb", event="add", id="7", retry=1500),
            b"event: add\nid: 7\nretry: 1500\ndata: a\ndata: b\n\n",
        ),
        (Event(retry=1500), b"retry: 1500\n\n"),
        (Event(id="7"), b"id: 7\n\n"),
        (b"data: made before\n\n", b"data: made before\n\n"),
        (b"data: a\r\n\r\n", b"data: a\r\n\r\n"),
        (KEEP_ALIVE, b":\n\n"),
        (comment("a\r\nb"), b": a\n: b\n\n"),
    ],
)
def test_what_a_stream_yields_becomes_an_event(value, encoded):
    assert encode_event(value) == encoded


# HTML Living Standard, 9.2.1 and 9.2.6: the examples, and what they mean.
@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (
            [Event("73857293", event="add"), Event("2153", event="remove")],
            [("add", "73857293", ""), ("remove", "2153", "")],
        ),
        (["YHOO\n+2\n10"], [("message", "YHOO\n+2\n10", "")]),
        (
            [comment("test stream"), Event("first event", id="1"), Event("second event", id="")],
            [("message", "first event", "1"), ("message", "second event", "")],
        ),
        ([KEEP_ALIVE, "", KEEP_ALIVE, "\n"], [("message", "", ""), ("message", "\n", "")]),
        ([Event(id="1"), "a"], [("message", "a", "1")]),
        ([Event("a", event="")], [("message", "a", "")]),
    ],
)
def test_the_standards_examples_are_understood(stream, events):
    assert read(b"".join(map(encode_event, stream)))[0] == events


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\r\nb", "\n", "a\n\ndata: forged"])
def test_no_field_can_go_on_as_another(text):
    for field in ("event", "id"):
        with pytest.raises(ValueError, match=f"an event's {field} is one line, .* got "):
            Event("a", **{field: text})


def test_an_id_has_no_nul():  # 9.2.6: a client would ignore it
    with pytest.raises(ValueError, match="an event's id is one line, an id also without NUL"):
        Event("a", id="a\0")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"data": 5}, "an event's data is a str, dict or list; got 5"),
        ({"data": b"a"}, "an event's data is a str, dict or list; got b'a'"),
        ({"data": "a", "event": 5}, "an event's event is a str; got 5"),
        ({"data": "a", "id": 5}, "an event's id is a str; got 5"),
        ({"data": "a", "retry": "5"}, "an event's retry is an int, in milliseconds; got '5'"),
        ({"data": "a", "retry": 1.5}, "an event's retry is an int, in milliseconds; got 1.5"),
        ({"data": "a", "retry": True}, "an event's retry is an int, in milliseconds; got True"),
    ],
)
def test_an_event_of_wrong_types_is_refused(arguments, says):
    with pytest.raises(TypeError, match=re.escape(says)):
        Event(**arguments)


def test_a_wait_before_now_is_refused():
    with pytest.raises(ValueError, match=r"an event's retry is not negative, .*; got -1"):
        Event("a", retry=-1)


@pytest.mark.parametrize("arguments", [{}, {"event": "add"}, {"event": "add", "id": "7"}])
def test_an_event_that_would_never_arrive_is_refused(arguments):
    with pytest.raises(ValueError, match="an event has data, or else an id or a retry"):
        Event(**arguments)


@pytest.mark.parametrize("value", [None, 5, 1.5, {1}, ("a", 200), object, bytearray(b"a\n\n")])
def test_anything_else_is_refused_by_name(value):
    with pytest.raises(TypeError, match=re.escape(f"list or bytes; got {value!r}")):
        encode_event(value)


@pytest.mark.parametrize("value", [b"", b"hello", b"data: a\n", b"\n", b"data: a\r\n"])
def test_bytes_that_are_no_whole_event_are_refused(value):
    with pytest.raises(ValueError, match=re.escape(f"got {value!r} (data is a str)")):
        encode_event(value)


@pytest.mark.parametrize("make", [Event, comment, lambda text: Event("a", id=text)])
def test_half_a_pair_is_no_text(make):
    with pytest.raises(ValueError, match=r"text that UTF-8 can hold; got '\\ud800' in it"):
        make("a\ud800")


def test_what_is_not_json_is_refused():
    with pytest.raises(TypeError, match="object"):
        encode_event({"a": object()})


def test_an_event_shows_what_it_sends():
    assert repr(Event("a")) == "Event(b'data: a\\n\\n')"


def test_the_headers_of_a_stream_can_be_sent():
    assert Headers(FIELDS)["content-type"] == "text/event-stream"


TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\r\n: \0\ufeff"))
ONE_LINE = TEXT.map(lambda text: re.sub("[\r\n\0]", "", text))


@given(
    st.lists(
        st.fixed_dictionaries(
            {"data": TEXT},
            optional={"event": ONE_LINE, "id": ONE_LINE, "retry": st.integers(0, 10**9)},
        )
    )
)
@example([{"data": "\ufeff", "event": "\ufeff"}])
def test_a_client_reads_what_was_sent(sent):
    stream = KEEP_ALIVE.join(encode_event(Event(**fields)) for fields in sent)
    expected, last_id, wait = [], "", None
    for fields in sent:
        last_id, wait = fields.get("id", last_id), fields.get("retry", wait)
        data = re.sub("\r\n|\r", "\n", fields["data"])
        expected.append((fields.get("event") or "message", data, last_id))
    assert read(stream) == (expected, wait)


@given(st.lists(TEXT))
def test_comments_are_not_seen(comments):
    assert read(b"".join(map(comment, comments))) == ([], None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=10,
)


@given(st.lists(JSON) | st.dictionaries(TEXT, JSON))
def test_json_comes_back_as_it_was_sent(value):
    [(_, data, _)], _ = read(encode_event(value))
    assert msgspec.json.decode(data) == value


@pytest.mark.parametrize("piece", ["\n", "\r", "\r\n", "a", "a\n", ":"])
def test_encoding_is_linear(piece, growth):
    def encode(text):
        encode_event(text)
        comment(text)

    assert growth(encode, piece * 20_000, piece * 80_000) < 8
