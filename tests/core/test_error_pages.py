"""What a client is told of an error, in which form, and what it is never told."""

import pytest

import core
from core import App, HTTPError, MethodNotAllowed, NotFound, TooManyRequests

SECRET = "password=hunter2"


@pytest.fixture
def site():
    site = App()

    @site.get("/bug")
    def bug():
        raise RuntimeError(SECRET)

    @site.get("/async-bug")
    async def async_bug():
        raise RuntimeError(SECRET)

    @site.get("/gone")
    def gone():
        raise HTTPError(410, "moved <b>away</b>", {"x-a": "1"})

    @site.get("/slow-down")
    def slow_down():
        raise TooManyRequests(headers={"Retry-After": "5"})

    return site


@pytest.mark.parametrize("path", ["/bug", "/async-bug"])
@pytest.mark.parametrize("accept", ["", "application/json", "text/html"])
def test_a_500_reveals_nothing_and_the_log_has_it_all(client, site, path, accept, caplog):
    answer = client(site).get(path, headers={"Accept": accept})
    assert answer.status == 500
    assert SECRET not in answer.text + str(answer.headers)
    assert "RuntimeError" not in answer.text
    [record] = caplog.records
    assert SECRET in caplog.text
    assert f"'{path}'" in record.getMessage()
    assert record.exc_info[0] is RuntimeError


JSON_TYPE, TEXT_TYPE = "application/problem+json", "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", TEXT_TYPE),
        ("*/*", TEXT_TYPE),
        ("application/json", JSON_TYPE),
        ("APPLICATION/JSON", JSON_TYPE),
        ("application/problem+json", JSON_TYPE),
        ("application/vnd.api+json", JSON_TYPE),
        ("text/html, application/json;q=0.9", JSON_TYPE),
        ("application/json;q=0", TEXT_TYPE),  # RFC 9110, 12.5.1: not acceptable
        ("application/json; q=0.000", TEXT_TYPE),
        ("application/json;q=0.1", JSON_TYPE),
        ("application/jsonx, text/html", TEXT_TYPE),
        ("text/html", TEXT_TYPE),
        ("text/json-ish", TEXT_TYPE),
        ("json", TEXT_TYPE),
        (",;,", TEXT_TYPE),
    ],
)
def test_an_error_is_json_where_json_is_accepted(client, site, accept, content_type):
    answer = client(site).get("/gone", headers={"Accept": accept})
    assert (answer.status, answer.header("content-type")) == (410, content_type)
    assert answer.header("vary") == "accept"
    assert answer.header("x-a") == "1"
    if content_type == JSON_TYPE:
        assert answer.json() == {"title": "Gone", "status": 410, "detail": "moved <b>away</b>"}
    else:
        assert answer.text == "Gone: moved <b>away</b>\n"  # plain text, so nothing to escape


def test_several_accept_lines_are_one(client, site):
    sent = [("Accept", "text/html"), ("Accept", "application/json")]
    assert client(site).get("/gone", headers=sent).header("content-type") == JSON_TYPE


def test_reading_accept_is_linear(client, growth):
    doors = client(App())

    def ask(accept):
        return doors.get("/nope", headers={"Accept": accept})

    for piece in ("a/jsonx;q=1,", "json;", ";q=0", ","):
        assert growth(ask, piece * 5_000, piece * 20_000) < 8


def test_an_error_without_a_detail_says_its_name(client, site):
    answer = client(site).get("/nope")
    assert (answer.status, answer.text) == (404, "Not Found\n")
    answer = client(site).get("/slow-down", headers={"Accept": "application/json"})
    assert answer.header("retry-after") == "5"
    assert answer.json()["detail"] == "Too Many Requests"


def test_a_status_without_a_name_is_an_error(client):
    site = App()

    @site.get("/")
    def odd():
        raise HTTPError(499)

    assert client(site).get("/").text == "Error\n"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("BadRequest", 400),
        ("ClientDisconnected", 400),
        ("MissingField", 400),
        ("Unauthorized", 401),
        ("Forbidden", 403),
        ("NotFound", 404),
        ("Conflict", 409),
        ("Gone", 410),
        ("LengthRequired", 411),
        ("ContentTooLarge", 413),
        ("UnsupportedMediaType", 415),
        ("UnprocessableContent", 422),
        ("TooManyRequests", 429),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
    ],
)
def test_a_named_error_has_its_status(client, name, status):
    kind = getattr(core, name)
    site = App()

    @site.get("/")
    def handler():
        raise kind("why", {"x-a": "1"})

    answer = client(site).get("/")
    assert (answer.status, answer.header("x-a")) == (status, "1")
    assert answer.text.endswith(": why\n")
    assert issubclass(kind, HTTPError)
    assert str(kind("why")) == f"{status} why"


def test_a_405_of_ones_own_carries_allow(client):
    site = App()

    @site.get("/")
    def handler():
        raise MethodNotAllowed(["PUT", "GET"])

    assert client(site).get("/").header("allow") == "GET, PUT"


def test_an_errors_headers_are_checked_like_others(client, caplog):
    site = App()

    @site.get("/")
    def handler():
        raise NotFound("x", {"x-a": "1\r\nx-b: 2"})

    answer = client(site).get("/")
    assert (answer.status, answer.header("x-b")) == (500, None)
    assert "holds no control characters" in caplog.text


@pytest.fixture
def debugging():
    site = App(debug=True)

    @site.get("/{name}")
    def bug(name):
        raise RuntimeError(f"<script>{name}</script>")

    return site


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:1", "[::1]", "LOCALHOST"]
)
def test_in_debug_this_machine_sees_the_traceback_escaped(client, debugging, host):
    headers = {"Host": host, "Accept": "text/html,*/*"}
    answer = client(debugging).get("/%3Ca%3E", headers=headers)
    assert answer.status == 500
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert "Traceback" in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text
    assert "<a>" not in answer.text
    assert "debug=True" in answer.text


def test_in_debug_a_terminal_sees_plain_text(client, debugging):
    answer = client(debugging).get("/x")
    assert answer.header("content-type") == TEXT_TYPE
    assert answer.text.startswith("Traceback")


@pytest.mark.parametrize(
    "headers",
    [
        [("Host", "example.com")],
        [("Host", "localhost.example.com")],
        [("Host", "localhost@evil.example")],
        [("Host", "127.0.0.1.nip.io")],
        [("Host", "localhost:x")],
        [("Host", "localhost\n")],
        [("Host", "localhost"), ("Host", "evil.example")],
        [("Host", "")],
    ],
)
def test_in_debug_no_other_host_sees_anything(client, debugging, headers):
    answer = client(debugging).get("/secret", headers=[*headers, ("Accept", "text/html")])
    assert (answer.status, answer.text) == (500, "Internal Server Error\n")


def test_in_debug_without_a_host_nothing_is_seen(client, debugging):
    answer = client(debugging).get("/secret", http_version="1.0")
    assert answer.text == "Internal Server Error\n"


def test_control_characters_of_a_path_do_not_reach_the_log(client, caplog):
    site = App()
    site.get("/{name}")(lambda name: 1 / 0)
    client(site).get("/a%0AFAKE%20LINE%1B[31m")
    [record] = caplog.records
    assert "\n" not in record.getMessage()
    assert "\x1b" not in record.getMessage()


@pytest.mark.parametrize(
    ("name", "value"), [("status", 700), ("status", "404"), ("detail", "\ud800")]
)
def test_an_error_that_was_spoilt_since_is_a_500(client, name, value):
    site = App()

    @site.get("/x")
    def spoil():
        error = NotFound("not here")
        setattr(error, name, value)
        raise error

    assert client(site).get("/x").status == 500


def test_the_page_of_an_error_without_a_response_is_that_of_one_with(client):
    """A middleware sees a Response; where there is none nobody does, and none is made."""
    plain, seen = App(), App()
    seen.middleware(lambda request: (yield))
    pages = []
    for site in (plain, seen):
        answer = client(site).get("/nowhere")
        pages.append((answer.status, answer.headers.items(), answer.text))
    assert pages[0] == pages[1]
    assert pages[0][2] == "Not Found\n"
