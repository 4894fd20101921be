"""Cookies: the Cookie header read, the Set-Cookie header written, and the way round."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core import App, Response
from core.cookies import make_cookie, parse_cookies


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2", {"a": "1", "b": "2"}),
        (" a = 1 ;\tb\t=\t2", {"a": "1", "b": "2"}),
        ("a=1; a=2", {"a": "1"}),  # RFC 6265, 5.4: the more specific path comes first
        ("a=", {"a": ""}),
        ("a=b=c==", {"a": "b=c=="}),
        ("a=1,b=2; b=3", {"a": "1,b=2", "b": "3"}),  # a value never makes a cookie of its own
        ("a=1,2,3", {"a": "1,2,3"}),  # a comma of the value
        ("a=1, 2; b=3", {"a": "1, 2", "b": "3"}),
        ('a="1 2"', {"a": "1 2"}),
        ('a="\\303\\251"', {"a": "é"}),
        ('a="\\"q\\\\"', {"a": '"q\\'}),
        ('a="\\351"', {"a": "é"}),  # not UTF-8, so what it says in latin-1
        ('a="', {"a": '"'}),
        ('a=""', {"a": ""}),
        ('a="1', {"a": '"1'}),
        ("a=caf\xc3\xa9", {"a": "caf\xc3\xa9"}),
        ("no-pair; b=2", {"b": "2"}),  # a bad pair is skipped
        ("=nameless; b=2", {"b": "2"}),
        ("(bad)=1; b=2", {"b": "2"}),
        ("é=1; b=2", {"b": "2"}),
        (";;; ;b=2;", {"b": "2"}),
        ("b=2; $Version=1", {"b": "2", "$Version": "1"}),
    ],
)
def test_a_cookie_header_is_read(header, cookies):
    assert parse_cookies(header) == cookies


@pytest.mark.parametrize(
    "piece", ["a=1; ", ",", ", ", "=", '"', "\\", 'a="\\', "a", "a=1,", ";", '"\\303']
)
def test_reading_cookies_is_linear(piece, growth):
    assert growth(parse_cookies, piece * 10_000, piece * 40_000) < 8


@pytest.mark.parametrize(
    ("options", "cookie"),
    [
        ({}, "a=b; Path=/; SameSite=Lax"),
        ({"max_age": 3}, "a=b; Max-Age=3; Path=/; SameSite=Lax"),
        ({"max_age": 0}, "a=b; Max-Age=0; Path=/; SameSite=Lax"),
        ({"path": None, "samesite": None}, "a=b"),
        ({"path": "/x", "domain": "example.com"}, "a=b; Path=/x; Domain=example.com; SameSite=Lax"),
        ({"secure": True}, "a=b; Path=/; SameSite=Lax; Secure"),
        ({"httponly": True}, "a=b; Path=/; SameSite=Lax; HttpOnly"),
        ({"httponly": False, "secure": False}, "a=b; Path=/; SameSite=Lax"),
        ({"samesite": "Strict"}, "a=b; Path=/; SameSite=Strict"),
        ({"samesite": "None", "secure": True}, "a=b; Path=/; SameSite=None; Secure"),
        (
            {"secure": True, "httponly": True, "partitioned": True},
            "a=b; Path=/; SameSite=Lax; Secure; HttpOnly; Partitioned",
        ),
        (
            {"expires": datetime(2024, 2, 29, 12, tzinfo=timezone(timedelta(hours=2)))},
            "a=b; Expires=Thu, 29 Feb 2024 10:00:00 GMT; Path=/; SameSite=Lax",
        ),
    ],
)
def test_a_cookie_is_written_with_its_attributes(options, cookie):
    assert make_cookie("a", "b", **options) == cookie


@pytest.mark.parametrize(
    ("name", "value", "options", "says"),
    [
        ("", "b", {}, "a cookie's name is a token; got ''"),
        ("a b", "b", {}, "a cookie's name is a token"),
        ("a=", "b", {}, "a cookie's name is a token"),
        ("a\r\n", "b", {}, "a cookie's name is a token"),
        ("é", "b", {}, "a cookie's name is a token"),
        ("a", "b\r\nset-cookie: c=d", {}, "no control characters"),
        ("a", "\0", {}, "no control characters"),
        ("a", "\x7f", {}, "no control characters"),
        ("a", "b", {"path": "/; Secure"}, "Path is ASCII without ';'"),
        ("a", "b", {"path": "/\r\n"}, "Path is ASCII without ';'"),
        ("a", "b", {"path": "/é"}, "Path is ASCII without ';'"),
        ("a", "b", {"domain": "x\0"}, "Domain is ASCII without ';'"),
        ("a", "b", {"samesite": "lax"}, "samesite is 'Lax', 'Strict' or 'None'; got 'lax'"),
        ("a", "b", {"samesite": "None"}, "samesite='None' needs secure=True"),
        ("a", "b", {"partitioned": True}, "partitioned needs secure=True"),
        ("__Secure-a", "b", {}, "needs secure=True"),
        ("__Host-a", "b", {"secure": True, "path": "/x"}, "path='/' and no domain"),
        ("__Host-a", "b", {"secure": True, "domain": "x"}, "path='/' and no domain"),
        ("a", "b", {"expires": datetime(2024, 1, 1)}, "a datetime with a time zone"),
    ],
)
def test_a_cookie_that_would_not_be_kept_is_refused(name, value, options, says):
    with pytest.raises(ValueError, match=r".") as error:
        make_cookie(name, value, **options)
    assert says in str(error.value)


def test_cookies_with_a_special_name_may_be_made_right():
    assert make_cookie("__Host-a", "b", secure=True).startswith("__Host-a=b; ")
    assert make_cookie("__Secure-a", "b", secure=True, path="/x").startswith("__Secure-a=b; ")


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "",
        "a b",
        "a;b",
        "a,b=c",
        'a"b',
        "a\\b",
        "é",
        "日本",
        "\\303",
        '"',
        "a%20b",
        "=",
        "🚲",
    ],
)
def test_a_value_comes_back_as_it_was_set(client, value):
    site = App()

    @site.get("/set")
    def setter():
        response = Response("x")
        response.set_cookie("first", value)
        response.set_cookie("second", "2")
        return response

    site.get("/get")(lambda request: request.cookies)
    set_cookies = client(site).get("/set").all("set-cookie")
    sent = "; ".join(cookie.partition("; ")[0] for cookie in set_cookies)
    answer = client(site).get("/get", headers={"Cookie": sent})
    assert answer.json() == {"first": value, "second": "2"}


def test_several_cookie_lines_are_read_alike(client):
    site = App()
    site.get("/")(lambda request: request.cookies)
    sent = [("Cookie", "a=1; b=2"), ("Cookie", "c=3")]  # RFC 6265, 5.4: a client sends one
    assert client(site).get("/", headers=sent).json() == {"a": "1", "b": "2,c=3"}


@pytest.mark.parametrize("world", ["asgi"])
def test_http_2_may_send_each_cookie_by_itself(client):  # RFC 9113, 8.2.3
    site = App()
    site.get("/")(lambda request: request.cookies)
    sent = [("Cookie", "a=1"), ("Cookie", "b=2")]
    answer = client(site).get("/", headers=sent, http_version="2")
    assert answer.json() == {"a": "1", "b": "2"}


def test_without_cookies_there_are_none(client):
    site = App()
    site.get("/")(lambda request: request.cookies)
    assert client(site).get("/").json() == {}


def test_a_cookie_is_deleted_by_an_end_in_the_past():
    response = Response("x")
    response.delete_cookie("a", path="/x", domain="example.com")
    assert response.headers["set-cookie"] == (
        "a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; "
        "Path=/x; Domain=example.com; SameSite=Lax"
    )
    assert datetime.fromtimestamp(0, UTC).year == 1970


@pytest.mark.parametrize(
    ("value", "options", "says"),
    [
        (5, {}, "value is str; got 5 for cookie 'a'"),
        (None, {}, "value is str; got None"),
        ("b", {"max_age": "3"}, "max_age is int; got '3'"),
        ("b", {"expires": "tomorrow"}, "expires is datetime; got 'tomorrow'"),
        ("b", {"domain": 5}, "domain is str; got 5"),
        ("b", {"secure": "no"}, "secure is bool; got 'no'"),
    ],
)
def test_a_cookie_of_wrong_types_is_refused(value, options, says):
    with pytest.raises(TypeError, match=re.escape(says)):
        make_cookie("a", value, **options)
