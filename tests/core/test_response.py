"""A response's status, length and body, and what it refuses to be made of."""

import pytest

from core import App, JSONResponse, RedirectResponse, Response
from core.errors import PHRASES


@pytest.mark.parametrize("status", [200, 201, 299, 404, 418, 499, 500, 599])
def test_any_final_status_is_sent_also_one_without_a_name(client, status):
    site = App()
    site.get("/")(lambda: Response("x", status))
    assert client(site).get("/").status == status


def test_a_status_line_has_the_reason(client):
    lines = []
    site = App()
    site.get("/{status:int}")(lambda status: Response("x", status))
    from wsgi_adapter import WSGIAdapter

    application = WSGIAdapter(site)
    for status in (200, 404, 299):
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": f"/{status}"}
        application(environ, lambda line, headers: lines.append(line))
    assert lines == ["200 OK", f"404 {PHRASES[404]}", "299 Unknown"]


@pytest.mark.parametrize("status", [99, 100, 101, 199, 600, 0, -1, "200", None, 200.0])
def test_a_status_that_is_not_final_is_refused(status):
    with pytest.raises(ValueError, match="a response's status is a number from 200 to 599"):
        Response(status=status)


@pytest.mark.parametrize("body", [None, 5, ["a"], bytearray(b"x")])
def test_a_body_is_str_or_bytes(body):
    with pytest.raises(TypeError, match="a response's body is str or bytes; got"):
        Response(body)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_content_has_neither_body_nor_length(client, method, status):
    """RFC 9110, 6.4.1 and 8.6; a body given to it is dropped."""
    site = App()
    headers = {"etag": '"1"', "content-length": "7"}
    site.route("/", ["GET", "POST"])(lambda: Response("dropped", status, headers))
    answer = client(site).request(method, "/")
    assert (answer.status, answer.fields, answer.body) == (status, [("etag", '"1"')], b"")


@pytest.mark.parametrize("told", ["0", "999", "many", "-1"])
def test_a_content_length_is_counted_whatever_was_told(client, told):
    site = App()
    site.get("/")(lambda: Response("héllo", headers={"Content-Length": told}))
    assert client(site).get("/").all("content-length") == ["6"]
    assert client(site).head("/").all("content-length") == ["6"]


@pytest.mark.parametrize(("told", "sent"), [("1234", "1234"), ("many", "0"), ("²", "0")])
def test_a_head_handler_may_tell_the_length_of_what_it_does_not_make(client, told, sent):
    site = App()
    site.head("/")(lambda: Response(headers={"content-length": told}))
    assert client(site).head("/").all("content-length") == [sent]


@pytest.mark.parametrize("size", [0, 1, 999, 1_000, 100_000])
def test_a_body_of_any_size_has_its_length(client, size):
    site = App()
    site.get("/")(lambda: b"x" * size)
    answer = client(site).get("/")
    assert (len(answer.body), answer.header("content-length")) == (size, str(size))


def test_a_body_may_be_replaced_until_it_is_sent(client):
    site = App()
    site.get("/")(lambda: "short")

    @site.middleware
    def longer(request):
        response = yield
        response.body += b", and more"
        return response

    answer = client(site).get("/")
    assert (answer.text, answer.header("content-length")) == ("short, and more", "15")


def test_the_caller_keeps_its_headers_as_they_were():
    headers = {"X-A": "1"}
    response = Response("x", headers=headers)
    response.headers["x-b"] = "2"
    assert headers == {"X-A": "1"}


@pytest.mark.parametrize("value", [object(), {1: object()}, float])
def test_json_that_cannot_be_written_raises(value):
    with pytest.raises(TypeError):
        JSONResponse(value)


@pytest.mark.parametrize("status", [200, 300, 304, 404])
def test_a_redirect_has_the_status_of_one(status):
    with pytest.raises(ValueError, match="a redirect is 301, 302, 303, 307 or 308"):
        RedirectResponse("/", status)


@pytest.mark.parametrize("location", ["/a\r\nset-cookie: b=c", "/a\n", "/a\0", "\r"])
def test_a_redirects_target_breaks_out_of_no_line(location):
    with pytest.raises(ValueError, match="holds no CR, LF or NUL"):
        RedirectResponse(location)


@pytest.mark.parametrize(
    ("location", "sent"),
    [
        ("https://example.com/a?b=%20&c#d", "https://example.com/a?b=%20&c#d"),  # as it is
        ("/é", "/%C3%A9"),
        ("/a b", "/a%20b"),
        ("/\\evil.example", "/%5Cevil.example"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("?page=2", "?page=2"),
    ],
)
def test_a_redirects_target_is_percent_encoded_where_it_is_not(location, sent):
    response = RedirectResponse(location, headers={"x-a": "1"})
    assert response.headers["location"] == sent
    assert response.headers["x-a"] == "1"


def test_a_response_shows_what_it_is():
    assert repr(JSONResponse([1], 201)) == "<JSONResponse 201, 3 bytes>"
