"""The body as JSON (RFC 8259) and as text; what is neither is the client's mistake."""

import pytest

from core import App

JSON = [
    (b"{}", {}),
    (b"[]", []),
    (b"0", 0),
    (b"false", False),
    (b"null", None),
    (b'""', ""),
    (b' {"a": 1}\r\n', {"a": 1}),
    (b'"\xc3\xa9"', "é"),
]


@pytest.mark.parametrize(("body", "value"), JSON, ids=repr)
def test_a_body_is_read_as_json(client, body, value):
    site = App()
    site.post("/")(lambda request: {"json": request.json()})
    for content_type in ("application/json", "application/json; charset=utf-8"):
        answer = client(site).post("/", body=body, headers={"Content-Type": content_type})
        assert answer.json() == {"json": value}
    assert client(site).post("/", body=[body[:1], body[1:]]).json() == {"json": value}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"NaN",
        b"Infinity",
        b"01",
        b"[1] [2]",
        b'"\xff"',
        b'"\xc3"',
        b'"\\ud800"',  # RFC 8259, 8.2: half a pair is no character
        b"\xef\xbb\xbf{}",  # RFC 8259, 8.1: a byte order mark is not added
        b'"\n"',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 5_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_json_is_a_400(client, body):
    site = App()
    site.post("/")(lambda request: {"json": request.json()})
    answer = client(site).post("/", body=body)
    assert answer.status == 400
    assert answer.text.startswith("Bad Request: the body is ")


def test_of_two_members_of_one_name_the_last_counts(client):
    site = App()
    site.post("/")(lambda request: request.json())
    assert client(site).post("/", body=b'{"a": 1, "a": 2}').json() == {"a": 2}


def test_a_body_as_text_is_utf_8(client):
    site = App()
    site.post("/text")(lambda request: request.text())
    assert client(site).post("/text", body="é€".encode()).text == "é€"
    answer = client(site).post("/text", body=b"ab\xff")
    assert (answer.status, answer.text) == (
        400,
        "Bad Request: the body is not UTF-8 (at byte 2)\n",
    )
