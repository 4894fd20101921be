"""Header fields: ordered, several of a name, blind to case; nothing breaks out of its line."""

import pytest

from core import App, Headers, Response
from core.headers import HOP_BY_HOP


def test_names_are_found_in_any_case():
    headers = Headers({"X-A": "1"})
    assert headers["x-a"] == headers["X-A"] == headers.get("X-a") == "1"
    assert "X-A" in headers
    assert "x-b" not in headers
    assert 5 not in headers


def test_a_name_may_come_more_than_once():
    headers = Headers([("X-A", "1"), ("x-b", "2"), ("x-a", "3")])
    assert headers["x-a"] == "1"
    assert headers.get_all("X-A") == ["1", "3"]
    assert headers.items() == [("x-a", "1"), ("x-b", "2"), ("x-a", "3")]
    assert list(headers) == ["x-a", "x-b"]
    assert len(headers) == 2


def test_setting_replaces_and_adding_keeps():
    headers = Headers([("a", "1"), ("b", "2"), ("A", "3")])
    headers["A"] = "4"
    assert headers.items() == [("a", "4"), ("b", "2")]
    headers.add("B", "5")
    headers.add("c", "6")
    assert headers.items() == [("a", "4"), ("b", "2"), ("c", "6"), ("b", "5")]
    assert headers.setdefault("B", "7") == "2"
    assert headers.setdefault("d", "8") == "8"


def test_deleting_takes_every_one_of_a_name():
    headers = Headers([("a", "1"), ("b", "2"), ("a", "3")])
    del headers["A"]
    assert headers.items() == [("b", "2")]
    with pytest.raises(KeyError):
        del headers["a"]


def test_what_is_missing_is_none_or_the_default():
    headers = Headers()
    assert headers.get("a") is None
    assert headers.get("a", "b") == "b"
    assert headers.get_all("a") == []
    with pytest.raises(KeyError):
        headers["a"]


def test_equal_headers_are_equal_and_none_can_be_a_key():
    assert Headers({"A": "1"}) == Headers([("a", "1")])
    assert Headers({"A": "1"}) != {"a": "1"}
    assert repr(Headers({"A": "1"})) == "Headers([('a', '1')])"
    with pytest.raises(TypeError):
        hash(Headers())


SETTERS = {
    "made": lambda name, value: Headers([(name, value)]),
    "added": lambda name, value: Headers().add(name, value),
    "set": lambda name, value: Headers().__setitem__(name, value),
    "by default": lambda name, value: Headers().setdefault(name, value),
    "in a response": lambda name, value: Response(headers={name: value}),
}


@pytest.fixture(params=SETTERS.values(), ids=SETTERS)
def put(request):
    return request.param


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\n", "\r", "a\0b"])
def test_a_value_holds_no_control_characters(put, value):
    with pytest.raises(ValueError, match=r"holds no control characters; got .* for 'x-a'"):
        put("x-a", value)


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\r\n", "é", "a\0", "(a)", " a"])
def test_a_name_is_a_token(put, name):
    with pytest.raises(ValueError, match="a header's name is a token"):
        put(name, "1")


@pytest.mark.parametrize("name", [*sorted(HOP_BY_HOP), "Transfer-Encoding", "CONNECTION"])
def test_hop_by_hop_fields_are_the_servers(put, name):
    with pytest.raises(ValueError, match="is the server's to send"):
        put(name, "1")


@pytest.mark.parametrize("value", ["€", "日本"])
def test_a_value_beyond_latin_1_is_refused_before_anything_is_sent(put, value):
    with pytest.raises(ValueError, match="a header's value is latin-1"):
        put("x-a", value)


@pytest.mark.parametrize("value", [5, None, b"1"])
def test_a_value_is_text(put, value):
    with pytest.raises(TypeError, match="a header's value is a str"):
        put("x-a", value)


def test_many_odd_names_are_all_checked_and_not_all_remembered():
    for number in range(1_200):
        headers = Headers({f"X-N{number}": "1"})
        assert headers.items() == [(f"x-n{number}", "1")]


def test_reading_many_fields_of_one_name_is_linear(growth):
    def read(count):
        Headers([("x-a", "1")] * count).get_all("x-a")

    assert growth(read, 5_000, 20_000) < 8


@pytest.fixture
def site():
    site = App()

    @site.get("/asked")
    def asked(request):
        return {"items": request.headers.items()}

    @site.get("/answered")
    def answered():
        response = Response("x", headers=[("X-A", "1"), ("x-b", "é"), ("X-a", "2")])
        response.headers.add("set-cookie", "a=1")
        response.headers.add("set-cookie", "b=2")
        return response

    return site


def test_a_requests_headers_come_through_as_they_were_sent(client, site):
    sent = {"X-Colon": "a: b: c", "X-Latin": "caf\xe9", "X-Empty": "", "Content-Type": "a/b"}
    items = client(site).get("/asked", headers=sent).json()["items"]
    assert sorted(map(tuple, items)) == sorted(
        [("host", "localhost:8000"), *((name.lower(), value) for name, value in sent.items())]
    )


def test_repeated_request_headers_are_all_there(client, site):
    sent = [("X-A", "1"), ("x-a", "2")]
    items = client(site).get("/asked", headers=sent).json()["items"]
    values = [value for name, value in items if name == "x-a"]
    assert ",".join(values) == "1,2"  # a WSGI server joins them (RFC 9110, 5.2)


def test_a_name_with_an_underscore_does_not_pass_for_one_with_a_hyphen(client, site):
    sent = {"X_Real_Ip": "6.6.6.6", "X-Other": "1"}
    items = dict(client(site).get("/asked", headers=sent).json()["items"])
    assert "x-real-ip" not in items
    assert "x_real_ip" not in items
    assert items["x-other"] == "1"


def test_a_long_value_is_sent_whole(client):
    site, value = App(), "x" * 5_000
    site.get("/")(lambda: Response("x", headers={"x-long": value}))
    assert client(site).get("/").header("x-long") == value


def test_a_responses_headers_keep_duplicates_and_latin_1(client, site):
    answer = client(site).get("/answered")
    assert answer.all("x-a") == ["1", "2"]
    assert answer.all("x-b") == ["é"]
    assert answer.all("set-cookie") == ["a=1", "b=2"]


def test_a_header_that_breaks_out_is_a_500_not_a_header(client, caplog):
    site = App()
    site.get("/{name}")(lambda name: Response("x", headers={"x-name": name}))
    answer = client(site).get("/a%0D%0Aset-cookie:%20a=b")
    assert answer.status == 500
    assert answer.all("set-cookie") == []
    assert "holds no control characters" in caplog.text
