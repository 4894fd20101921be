"""From a scope to a request: what only ASGI servers differ in."""

import asyncio

import pytest

from asgi_adapter import ASGIAdapter
from asgi_adapter.request import ASGIRequest
from core import Address, App, ClientDisconnected
from core.steps import ReadBody
from lab.testing import Client


def request_of(**scope):
    """A request of a minimal scope: the specification gives everything else a default."""
    return ASGIRequest(
        App(), {"type": "http", "method": "GET", "path": "/", "headers": [], **scope}, None
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("query_string", ""),
        ("raw_path", ""),
        ("root_path", ""),
        ("client", None),
        ("scheme", "http"),
        ("server", "localhost"),
        ("host", "localhost"),
        ("content_type", ""),
        ("body", b""),
        ("path", "/"),
    ],
)
def test_what_a_server_need_not_tell_has_a_default(name, value):
    assert getattr(request_of(), name) == value


@pytest.mark.parametrize("nothing", [{"client": None, "server": None, "state": None}, {}])
def test_a_none_is_as_good_as_absent(nothing):
    request = request_of(raw_path=None, **nothing)
    assert (request.client, request.server, request.raw_path) == (None, "localhost", "")
    assert vars(request.state) == {}


def test_a_unix_socket_has_no_port():
    request = request_of(server=["/run/app.sock", None], client=["", None])
    assert (request.server, request.client) == ("localhost", Address("", 0))


@pytest.mark.parametrize(
    ("root_path", "path", "below"),
    [
        ("", "/a", "/a"),
        ("/api", "/api/a", "/a"),
        ("/api", "/api", "/"),
        ("/api", "/api/", "/"),
        ("/api/", "/api/a", "/a"),
        ("/api", "/apiary", "/apiary"),  # not below it
        ("/api", "/a", "/a"),  # a server that has taken it off already
        ("/api", "/api/api/a", "/api/a"),
    ],
)
def test_a_root_path_is_taken_off_once(root_path, path, below):
    assert request_of(root_path=root_path, path=path).path == below


def test_a_raw_path_has_no_query_whatever_the_server_puts_there():
    assert request_of(raw_path=b"/a%2Fb?c=d").raw_path == "/a%2Fb"


@pytest.mark.parametrize(
    ("headers", "version", "length"),
    [
        ([], "1.1", 0),
        ([], "1.0", 0),
        ([], "2", None),  # RFC 9113, 8.1.1: HTTP/2 frames a body without a declaration
        ([(b"content-length", b"5")], "2", 5),
        ([(b"transfer-encoding", b"chunked")], "1.1", None),
        ([(b"x-a", b"1"), (b"content-length", b"5")], "1.1", 5),
    ],
)
def test_a_body_is_as_long_as_declared(headers, version, length):
    assert request_of(headers=headers, http_version=version).body_length() == length


def test_the_body_may_be_told_by_default_values():
    """ASGI, HTTP, "Request": body and more_body are optional."""
    site, sent = App(), []
    site.post("/")(lambda request: request.body)
    messages = [{"type": "http.request", "more_body": True}, {"type": "http.request"}]

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    headers = [(b"transfer-encoding", b"chunked")]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    asyncio.run(ASGIAdapter(site)(scope, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert messages == []


def test_a_body_that_ends_before_its_declared_length_is_not_taken_for_whole():
    async def receive():
        return {"type": "http.request", "body": b"half"}

    request = ASGIRequest(App(), {"type": "http", "method": "POST", "path": "/"}, receive)
    with pytest.raises(ClientDisconnected, match="the body ended after 4 of 9 bytes"):
        asyncio.run(request.read_body(ReadBody(9, 100)))


def test_the_scope_is_left_as_it_was():
    """The validator compares it; here it can't be changed at all."""
    from types import MappingProxyType

    site = App()
    site.get("/{name}")(lambda request, name: repr(request.state) + name)

    async def frozen(scope, receive, send):
        await ASGIAdapter(site)(MappingProxyType(scope), receive, send)

    assert Client(frozen).get("/a").status == 200


def test_one_requests_state_is_not_the_next_ones():
    state = {"shared": []}
    first, second = request_of(state=state), request_of(state=state)
    first.state.mine = 1
    assert not hasattr(second.state, "mine")
    assert first.state.shared is second.state.shared
    assert state == {"shared": []}
