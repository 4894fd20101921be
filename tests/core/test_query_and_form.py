"""The fields of a query and of a form (WHATWG URL, 5.1)."""

from urllib.parse import urlencode

import pytest

from core import App, BadRequest, ContentTooLarge, MissingField
from core.fields import Fields, form_fields, query_fields

FIELDS = [
    ("", []),
    ("a=1", [["a", "1"]]),
    ("a=1&b=2&a=3", [["a", "1"], ["b", "2"], ["a", "3"]]),
    ("a=&b", [["a", ""], ["b", ""]]),  # blank ones are kept
    ("&&a=1&", [["a", "1"]]),
    ("a=1;b=2", [["a", "1;b=2"]]),  # only "&" separates
    ("a%26b+c%C3%A9=x%3Dy+z", [["a&b cé", "x=y z"]]),
    ("a=%zz&b=%", [["a", "%zz"], ["b", "%"]]),  # no escape: it stands for itself
    ("a=b=c", [["a", "b=c"]]),
    ("=x", [["", "x"]]),
    ("a=%00%0A", [["a", "\0\n"]]),
    ("a=%2526", [["a", "%26"]]),  # decoded once
]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def site():
    site = App(max_fields=5)
    site.get("/query")(lambda request: [list(pair) for pair in request.query.items()])
    site.post("/form")(lambda request: [list(pair) for pair in request.form().items()])

    @site.post("/async-form")
    async def form(request):
        return [list(pair) for pair in request.form().items()]

    site.get("/name")(lambda request: request.query["name"])
    site.post("/name")(lambda request: request.form()["name"])
    return site


@pytest.mark.parametrize(("text", "fields"), FIELDS)
def test_a_query_is_read(client, site, text, fields):
    assert client(site).get("/query?" + text).json() == fields


@pytest.mark.parametrize("path", ["/form", "/async-form"])
@pytest.mark.parametrize(("text", "fields"), FIELDS)
def test_a_form_is_read(client, site, path, text, fields):
    answer = client(site).post(path, body=text.encode(), headers={"Content-Type": FORM})
    assert answer.json() == fields


@pytest.mark.parametrize("text", ["a=%ff", "%C3=a", "a=%ED%A0%80"])
def test_bad_utf_8_is_a_400(client, site, text):
    query = client(site).get("/query?" + text)
    form = client(site).post("/form", body=text.encode(), headers={"Content-Type": FORM})
    assert (query.status, query.text) == (400, "Bad Request: a query parameter is not UTF-8\n")
    assert (form.status, form.text) == (400, "Bad Request: a form field is not UTF-8\n")
    assert client(site).post("/form", body=b"\xff", headers={"Content-Type": FORM}).status == 400


@pytest.mark.parametrize(("fields", "statuses"), [(5, (200, 200)), (6, (400, 413))])
def test_fields_are_capped_and_the_answer_names_the_setting(client, site, fields, statuses):
    text = "&".join(["a=1"] * fields)
    query = client(site).get("/query?" + text)
    form = client(site).post("/form", body=text.encode(), headers={"Content-Type": FORM})
    assert (query.status, form.status) == statuses
    assert ("(the setting is max_fields)" in query.text) is (fields > 5)
    assert ("(the setting is max_fields)" in form.text) is (fields > 5)


@pytest.mark.parametrize(
    "content_type", [FORM, FORM + "; charset=utf-8", FORM.title(), f" {FORM} ;charset=UTF-8"]
)
def test_a_form_is_known_by_its_media_type(client, site, content_type):
    answer = client(site).post("/form", body=b"a=1", headers={"Content-Type": content_type})
    assert answer.json() == [["a", "1"]]


@pytest.mark.parametrize(
    ("headers", "got"),
    [
        ({}, "no content-type"),
        ({"Content-Type": "application/json"}, "application/json"),
        ({"Content-Type": "text/plain"}, "text/plain"),
        ({"Content-Type": FORM + "x"}, FORM + "x"),
    ],
)
def test_a_body_of_another_type_is_no_form(client, site, headers, got):
    answer = client(site).post("/form", body=b"a=1", headers=headers)
    assert answer.status == 415
    assert answer.text == f"Unsupported Media Type: a form is {FORM}; got {got}\n"


def test_a_missing_field_is_the_clients_mistake(client, site):
    query = client(site).get("/name?nam=x")
    form = client(site).post("/name", form={"nam": "x"})
    assert (query.status, form.status) == (400, 400)
    assert query.text == "Bad Request: the query parameter 'name' is missing\n"
    assert form.text == "Bad Request: the form field 'name' is missing\n"
    assert client(site).get("/name?name=").text == ""  # an empty one is there
    assert client(site).post("/name", form={"name": "a&b"}).text == "a&b"


def test_fields_are_found_by_name():
    fields = Fields([("a", "1"), ("b", ""), ("a", "2")])
    assert fields["a"] == fields.get("a") == "1"
    assert fields.get("b", "default") == ""
    assert fields.get("c") is None
    assert fields.get("c", "default") == "default"
    assert fields.get_all("a") == ["1", "2"]
    assert fields.get_all("c") == []
    assert "b" in fields
    assert "c" not in fields
    assert list(fields) == ["a", "b"]
    assert len(fields) == 3
    assert repr(fields) == "Fields([('a', '1'), ('b', ''), ('a', '2')])"
    fields.items().clear()  # a list of its own
    assert len(fields) == 3


def test_a_missing_field_is_a_key_error_that_reads_well():
    with pytest.raises(KeyError) as error:
        Fields([])["a"]
    assert isinstance(error.value, MissingField)
    assert str(error.value) == "400 the field 'a' is missing"


def test_the_errors_are_named():
    with pytest.raises(BadRequest, match="more than 1 query parameters"):
        query_fields(b"a&b", 1)
    with pytest.raises(ContentTooLarge, match="more than 1 form fields"):
        form_fields(b"a&b", 1)


@pytest.mark.parametrize("piece", ["a=1&", "&", "=", "%", "%41", "+", "a" * 9 + "&"])
def test_reading_fields_is_linear(piece, growth):
    def parse(text):
        return form_fields(text, 10_000_000)

    assert growth(parse, piece.encode() * 5_000, piece.encode() * 20_000) < 8


def test_what_urlencode_writes_is_read_back(client, site):
    sent = {"a&b": "c=d e+f", "é": "日本", "": "%"}
    assert client(site).get("/query", query=sent).json() == [list(pair) for pair in sent.items()]
    assert urlencode(sent).isascii()
