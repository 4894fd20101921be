"""From an environ to a request: what only WSGI servers differ in."""

import io

import pytest

from core import Address, App
from core.steps import ReadBody
from wsgi_adapter import WSGIAdapter
from wsgi_adapter.request import WSGIRequest


def request_of(**environ):
    """A request of a minimal environ: PEP 3333 asks for no more than this."""
    return WSGIRequest(
        App(),
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/",
            "SERVER_NAME": "example.com",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            **environ,
        },
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("query_string", ""),
        ("raw_path", ""),
        ("root_path", ""),
        ("client", None),
        ("server", "example.com:80"),
        ("host", "example.com:80"),
        ("content_type", ""),
        ("body", b""),
        ("path", "/"),
    ],
)
def test_what_a_server_need_not_tell_has_a_default(name, value):
    assert getattr(request_of(), name) == value


def test_empty_cgi_variables_are_as_good_as_absent():
    request = request_of(CONTENT_LENGTH="", CONTENT_TYPE="", SCRIPT_NAME="", PATH_INFO="")
    assert (request.body_length(), request.path) == (0, "/")
    assert request.headers.items() == []


@pytest.mark.parametrize(
    ("environ", "client"),
    [
        ({"REMOTE_ADDR": "127.0.0.1", "REMOTE_PORT": "5"}, Address("127.0.0.1", 5)),
        ({"REMOTE_ADDR": "127.0.0.1"}, Address("127.0.0.1", 0)),
        ({"REMOTE_ADDR": "127.0.0.1", "REMOTE_PORT": ""}, Address("127.0.0.1", 0)),
        ({"REMOTE_ADDR": ""}, None),  # a Unix socket
    ],
)
def test_a_client_is_known_as_far_as_the_server_knows_it(environ, client):
    assert request_of(**environ).client == client


def test_uwsgi_and_apache_tell_the_raw_path_by_another_name():
    assert request_of(REQUEST_URI="/a%2Fb?c").raw_path == "/a%2Fb"


def test_the_path_is_bytes_in_disguise():
    request = request_of(PATH_INFO="/caf\xc3\xa9", SCRIPT_NAME="/gr\xc3\xbc\xc3\x9fe")
    assert (request.path, request.root_path) == ("/café", "/grüße")


class Endless:
    """An input that has more bytes than were declared, as a kept-alive connection has."""

    def __init__(self):
        self.asked = []

    def read(self, size):
        self.asked.append(size)
        return b"x" * size


def test_the_input_is_never_read_past_the_declared_length():
    endless = Endless()
    request = request_of(CONTENT_LENGTH="100000", **{"wsgi.input": endless})
    assert request.read_body(ReadBody(100_000, 1_000_000)) == b"x" * 100_000
    assert sum(endless.asked) == 100_000


def test_an_input_without_a_length_is_read_to_the_limit_and_one_byte():
    site, endless = App(max_body=10), Endless()
    site.post("/")(lambda request: request.body)
    lines = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input_terminated": True,
        "wsgi.input": endless,
    }
    WSGIAdapter(site)(environ, lambda line, headers: lines.append(line))
    assert lines[0].startswith("413 ")
    assert sum(endless.asked) == 11


def test_a_chunked_body_that_the_server_does_not_end_is_a_411():
    """`wsgiref` passes such a body on as it is, framing and all: reading on would hang."""
    site, lines = App(), []
    site.post("/")(lambda request: request.body)
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "HTTP_TRANSFER_ENCODING": "chunked"}
    body = WSGIAdapter(site)(environ, lambda line, headers: lines.append(line))
    assert lines == ["411 Length Required"]
    assert b"Content-Length" in b"".join(body)


def test_a_lost_connection_is_a_disconnect_whatever_the_server_raises():
    class Lost:
        def read(self, size):
            raise ConnectionResetError

    site, lines = App(), []
    site.post("/")(lambda request: request.body)
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "CONTENT_LENGTH": "5",
        "wsgi.input": Lost(),
    }
    WSGIAdapter(site)(environ, lambda line, headers: lines.append(line))
    assert lines == ["400 Bad Request"]
