"""What answers a request for a content of known length: whole, in parts, not modified, refused."""

import asyncio
import email
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.content_plan import multipart_pieces, plan_content
from core.files.ranges import Span
from core.headers import Headers

CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
FIELDS = {
    "content-type": "text/plain",
    "etag": '"a"',
    "last-modified": DATE,
    "cache-control": "max-age=60",
    "content-disposition": 'attachment; filename="a"',
    "content-encoding": "gzip",
    "content-language": "en",
    "content-location": "/a.en",
    "content-length": "7",
    "expires": DATE,
    "vary": "accept",
    "set-cookie": "a=1",
    "x-own": "1",
}
GONE = {"content-length"}


def planned(method="GET", size=SIZE, fields=FIELDS, status=200, **asked):
    headers = {name.replace("_", "-"): value for name, value in asked.items()}
    return plan_content(method, lambda name: headers.get(name, ""), Headers(fields), size, status)


def body_of(plan, content=CONTENT):
    pieces = (content[slice(*it)] if isinstance(it, Span) else it for it in plan.pieces)
    return b"".join(pieces)


def test_without_conditions_it_is_the_whole():
    plan = planned()
    assert (plan.status, plan.pieces, plan.length) == (200, (Span(0, SIZE),), SIZE)
    expected = {name: text for name, text in FIELDS.items() if name not in GONE}
    assert dict(plan.headers.items()) == expected | {"accept-ranges": "bytes"}


def test_the_headers_it_is_given_stay_as_they_are():
    headers = Headers([*FIELDS.items(), ("set-cookie", "b=2")])
    before = headers.items()
    plan = plan_content("GET", {"range": "bytes=0-0,5-5"}.get, headers, SIZE, 404)
    plan.headers["etag"] = '"b"'
    assert headers.items() == before
    assert plan.headers.get_all("set-cookie") == ["a=1", "b=2"]


def test_it_is_a_200_unless_told():
    assert plan_content("GET", lambda name: "", Headers(), SIZE).status == 200


def test_an_empty_content_has_no_pieces():
    plan = planned(size=0, range="bytes=0-")
    assert (plan.status, plan.pieces, plan.length) == (200, (), 0)


@pytest.mark.parametrize("asked", [{}, {"range": "bytes=0-1"}, {"range": "bytes=99999999-"}])
def test_a_head_has_the_headers_of_the_whole_and_no_body(asked):  # RFC 9110, 14.2
    head, get = planned("HEAD", **asked), planned("GET")
    assert head == get._replace(pieces=())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "asked", [{"if_none_match": '"a"'}, {"if_modified_since": DATE}, {"if_none_match": "*"}]
)
def test_what_is_not_modified_is_told_by_the_fields_that_keep_it_fresh(method, asked):
    plan = planned(method, range="bytes=0-1", **asked)
    assert (plan.status, plan.pieces, plan.length) == (304, (), None)
    assert set(plan.headers) == {  # RFC 9110, 15.4.5
        "etag",
        "cache-control",
        "content-location",
        "expires",
        "vary",
        "set-cookie",
        "x-own",
        "accept-ranges",
    }


def test_without_an_etag_a_304_has_the_date():
    plan = planned(fields={"last-modified": DATE}, if_modified_since=DATE)
    assert plan.status == 304
    assert plan.headers["last-modified"] == DATE


@pytest.mark.parametrize(
    ("status", "asked"), [(412, {"if_match": '"b"'}), (416, {"range": f"bytes={SIZE}-"})]
)
def test_a_refusal_says_nothing_of_the_content_and_is_not_kept_by_caches(status, asked):
    plan = planned(**asked)
    assert plan.status == status
    assert plan.length == len(body_of(plan)) > 0
    assert plan.headers["content-type"] == "text/plain; charset=utf-8"
    kept = {"content-type", "vary", "set-cookie", "x-own", "accept-ranges"}
    assert set(plan.headers) - {"content-range"} == kept


def test_a_412_to_a_head_has_no_body():
    get, head = (planned(method, if_match='"b"') for method in ("GET", "HEAD"))
    assert head == get._replace(pieces=())


def test_a_416_tells_the_length():  # RFC 9110, 15.5.17
    assert planned(range=f"bytes={SIZE}-").headers["content-range"] == f"bytes */{SIZE}"
    assert "content-range" not in planned(if_match='"b"').headers


def test_a_single_range_is_the_body():
    plan = planned(range="bytes=2-5")
    assert (plan.status, plan.pieces, plan.length) == (206, (Span(2, 6),), 4)
    expected = {name: text for name, text in FIELDS.items() if name not in GONE}
    expected |= {"accept-ranges": "bytes", "content-range": f"bytes 2-5/{SIZE}"}
    assert dict(plan.headers.items()) == expected


def test_ranges_that_merge_into_one_are_no_multipart():
    plan = planned(range="bytes=2-5,4-9")
    assert plan.headers["content-range"] == f"bytes 2-9/{SIZE}"
    assert plan.pieces == (Span(2, 10),)


def test_several_ranges_are_a_multipart():
    plan = planned(range="bytes=0-0,-2")
    boundary = re.fullmatch(
        "multipart/byteranges; boundary=([0-9a-f]{32})", plan.headers["content-type"]
    )[1]
    assert plan.status == 206
    assert "content-range" not in plan.headers  # RFC 9110, 15.3.7.2
    assert body_of(plan) == (
        f"--{boundary}\r\ncontent-type: text/plain\r\ncontent-range: bytes 0-0/{SIZE}\r\n\r\n\0"
        f"\r\n--{boundary}\r\ncontent-type: text/plain\r\n"
        f"content-range: bytes {SIZE - 2}-{SIZE - 1}/{SIZE}\r\n\r\n\xfe\xff\r\n--{boundary}--\r\n"
    ).encode("latin-1")
    assert plan.length == len(body_of(plan))


def test_parts_of_no_type_have_none():
    assert b"content-type" not in body_of(planned(fields={}, range="bytes=0-0,-2"))


def test_no_two_answers_have_the_same_boundary():
    first, second = (planned(range="bytes=0-0,-2").headers["content-type"] for _ in range(2))
    assert first != second


SPANS = st.lists(st.integers(0, 100), min_size=4, max_size=20, unique=True).map(
    lambda cuts: [Span(*pair) for pair in zip(*[iter(sorted(cuts))] * 2, strict=False)]
)


@given(SPANS, st.sampled_from(["text/plain", "text/html; charset=utf-8", None]))
def test_a_mail_reader_finds_the_parts(spans, content_type):  # multipart is mail's (RFC 2046)
    content = bytes(ord("a") + number % 26 for number in range(100))
    pieces = multipart_pieces(spans, 100, content_type, "b0undary")
    body = b"".join(content[slice(*it)] if isinstance(it, Span) else it for it in pieces)
    message = email.message_from_bytes(
        b"content-type: multipart/byteranges; boundary=b0undary\r\n\r\n" + body
    )
    assert not message.defects
    parts = [
        (part["content-range"], part["content-type"], part.get_payload())
        for part in message.get_payload()
    ]
    assert parts == [
        (f"bytes {start}-{stop - 1}/100", content_type, content[start:stop].decode())
        for start, stop in spans
    ]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"range": "lines=1-2"}, 200),
        ({"range": "bytes=2-1"}, 200),
        ({"range": "bytes=0-1", "if_range": '"a"'}, 206),
        ({"range": "bytes=0-1", "if_range": DATE}, 206),
        ({"range": "bytes=0-1", "if_range": '"b"'}, 200),
        ({"range": "bytes=0-1", "if_range": 'W/"a"'}, 200),
        ({"range": "bytes=0-1", "if_range": DATE.replace("37", "38")}, 200),
        ({"range": "bytes=99999999-", "if_range": '"b"'}, 200),  # an If-Range before a 416
        ({"if_range": '"b"'}, 200),  # RFC 9110, 13.1.5: without a Range it is ignored
        ({"range": "bytes=0-1", "if_match": '"a"'}, 206),
        ({"range": "bytes=0-1", "if_none_match": '"a"'}, 304),  # before the Range: 13.2.2
        ({"range": "bytes=99999999-", "if_match": '"b"'}, 412),
    ],
)
def test_a_range_comes_after_every_condition(asked, status):
    assert planned(**asked).status == status


@pytest.mark.parametrize(
    ("method", "status"), [("POST", 200), ("PUT", 200), ("GET", 404), ("HEAD", 404), ("GET", 203)]
)
@pytest.mark.parametrize(
    "asked", [{"if_none_match": '"a"'}, {"if_match": '"b"'}, {"range": "bytes=0-1"}]
)
def test_only_what_would_be_a_200_to_a_get_is_conditional_or_partial(method, status, asked):
    plan = planned(method, status=status, **asked)
    assert (plan.status, plan.length) == (status, SIZE)
    assert "accept-ranges" not in plan.headers


def test_an_application_may_refuse_ranges():  # RFC 9110, 14.3
    plan = planned(fields={"accept-ranges": "none"}, range="bytes=0-1")
    assert plan.status == 200
    assert plan.headers["accept-ranges"] == "none"


def test_an_etag_without_quotes_is_an_error_of_the_application():
    with pytest.raises(ValueError, match=r"an ETag is in double quotes, .* got 'a'"):
        planned(fields={"etag": "a"})


ASKED = st.dictionaries(
    st.sampled_from(["range", "if_range", "if_match", "if_none_match", "if_modified_since"]),
    st.sampled_from(["bytes=0-0", "bytes=0-3,9-12, -1", '"a"', "*", DATE, "x", "bytes=500000-"])
    | st.text(),
)


@given(ASKED, st.sampled_from(["GET", "HEAD", "POST"]), st.integers(0, SIZE))
def test_a_plans_length_is_that_of_its_body(asked, method, size):
    plan = planned(method, size=size, **asked)
    body = body_of(plan, CONTENT[:size])
    if method == "HEAD" or plan.length is None:
        assert body == b""
    else:
        assert len(body) == plan.length
    if plan.status == 200:
        assert plan.length == size


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-0",
        "bytes=5-",
        "bytes=-7",
        "bytes=-20000",
        "bytes=0-99999",
        "bytes=0-1,4-5,8-9",
        "bytes=0-4,2-9",
        "bytes=0-4,5-9",
        "bytes=20000-",
        "bytes=0-0,-1",
    ],
)
def test_a_peer_answers_alike(asked, tmp_path):
    responses = pytest.importorskip("starlette.responses")
    path = tmp_path / "a.txt"
    path.write_bytes(CONTENT)
    status, fields, body = _answered(responses.FileResponse(path, media_type="image/png"), asked)
    ours = planned(range=asked, fields={"content-type": "image/png"})
    assert ours.status == status
    assert ours.headers.get("content-range") == fields.get("content-range")
    if status == 206:
        kind = ours.headers["content-type"]
        assert _parts(body_of(ours), kind) == _parts(body, fields["content-type"])


def _answered(application, asked):
    """Status, header fields and body of an ASGI application's answer to this Range."""
    messages = []

    async def send(message):
        messages.append(message)

    async def receive():
        await asyncio.Event().wait()  # the client stays

    scope = {"type": "http", "method": "GET", "headers": [(b"range", asked.encode())]}
    asyncio.run(application(scope, receive, send))
    start, *rest = messages
    fields = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return start["status"], fields, b"".join(message["body"] for message in rest)


def _parts(body, kind):
    """The parts of a multipart, their heads in lower case; a body that is none is its only one."""
    boundary = kind.partition("boundary=")[2].encode()
    if not boundary:
        return [body]
    parts = re.split(rb"(?:\r\n)?--" + boundary + rb"(?:--)?\r?\n?", body)
    heads = [part.partition(b"\r\n\r\n") for part in parts if part]
    return [(sorted(head.lower().split(b"\r\n")), content) for head, _, content in heads]
