"""The defects of the server and framework of seed 002, each met by ours, in both faces."""

import pytest

from core import App, NotFound, Response
from examples.login import site
from lab.server.faces import host_of
from lab.server.settings import Limits
from tests.lab.server.fakes import Peer

FORM = b"Content-Type: application/x-www-form-urlencoded"


@pytest.fixture(params=["wsgi", "asgi"])
def ask(request):
    """One request to the seed's program, and what is answered: status and body."""

    def asking(octets, **options):
        with Peer(None, host=LateHost(request.param), **options) as peer:
            peer.send(octets)
            peer.until(lambda: peer.answers() or peer.transport.is_closed)
            (answer,) = peer.answers()
            return answer

    return asking


class LateHost:
    """A program in this face; a host is made inside a loop, so at the first request."""

    has_websockets = False

    def __init__(self, face, app=site):
        self.face = face
        self._app = app
        self._host = None

    def serve(self, exchange):
        self._host = host_of(self._app, self.face)
        return self._host.serve(exchange)

    async def stop(self):
        if self._host is not None:
            await self._host.stop()


def post(body, *fields, length=None):
    head = [b"POST /login HTTP/1.1", b"Host: a", *fields]
    return b"\r\n".join([*head, b"Content-Length: %d" % (length or len(body)), b"", body])


@pytest.fixture(params=["wsgi", "asgi"])
def peer(request):
    with Peer(None, host=LateHost(request.param), limits=Limits(unread=10_000)) as peer:
        yield peer


def test_an_idle_connection_times_out(peer):
    peer.wait(5.1)
    assert peer.transport.is_closed


def test_a_timeout_answers_and_closes(peer):
    peer.send(post(b"name=a", FORM, length=20))
    peer.wait(5.1)
    assert peer.statuses == [408]
    assert peer.is_ended


def test_no_buffer_grows_without_a_limit(peer):
    peer.send(b"GET /" + b"a" * 100_000)
    assert peer.statuses == [414]
    peer.send(b"a" * 10_000)
    assert peer.connection.parser.waiting <= 100_005


def test_a_request_line_without_a_percent_sign_is_read(ask):
    assert ask(b"GET /welcome/bob HTTP/1.1\r\nHost: a\r\n\r\n") == (200, b"Welcome bob")


@pytest.mark.parametrize("target", [b"/welcome/b%20b", b"/welcome/%zz", b"/welcome/%"])
def test_a_percent_sign_is_no_crash(ask, target):
    status, body = ask(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % target)
    assert (status, body[:8]) == (200, b"Welcome ")


def test_a_header_value_with_a_colon_is_whole(ask):
    answer = ask(b"GET /login HTTP/1.1\r\nHost: a:8000\r\nReferer: http://a:8000/x\r\n\r\n")
    assert answer[0] == 200


def test_json_is_read_as_json(ask):
    body = b'{"name": "a", "password": "b"}'
    assert ask(post(body, b"Content-Type: application/json")) == (200, b"a:b")


@pytest.mark.parametrize("charset", [b"", b"; charset=utf-8", b";charset=UTF-8"])
def test_a_form_may_tell_its_charset(ask, charset):
    assert ask(post(b"name=a&password=b", FORM + charset)) == (200, b"a:b")


def test_a_length_is_counted_in_bytes(ask):
    body = "name=é&password=☕".encode()
    assert ask(post(body, FORM)) == (200, "é:☕".encode())


def test_a_missing_field_is_400_and_a_method_that_is_not_there_405(ask):
    assert ask(post(b"name=a", FORM))[0] == 400
    assert ask(b"PUT /login HTTP/1.1\r\nHost: a\r\n\r\n")[0] == 405


def test_a_byte_at_a_time_is_the_same_request(peer):
    peer.send(post(b"name=a&password=b", FORM), piece=1)
    peer.until(lambda: peer.answers())
    assert peer.answers() == [(200, b"a:b")]


def test_a_connection_serves_more_than_one_request(peer):
    for count in (1, 2, 3):
        peer.send(b"GET /welcome/bob HTTP/1.1\r\nHost: a\r\n\r\n")
        peer.until(lambda: len(peer.answers()) == count)  # noqa: B023
    assert not peer.is_ended


@pytest.fixture(params=["wsgi", "asgi"])
def answer(request):
    """What is answered where the handler of "/" is this function."""

    def answering(handler):
        app = App()
        app.get("/")(handler)
        with Peer(None, host=LateHost(request.param, app)) as peer:
            peer.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            peer.until(lambda: peer.answers())
            return peer.answers()[0]

    return answering


@pytest.mark.parametrize(
    ("result", "body"),
    [("text", b"text"), (Response("a response"), b"a response"), ({"a": []}, b'{"a":[]}')],
)
def test_what_a_handler_returns_is_looked_at_by_its_type(answer, result, body):
    assert answer(lambda: result) == (200, body)


def test_an_exception_that_brings_its_answer_is_answered_so(answer):
    def handler():
        raise NotFound("no such page")

    assert answer(handler) == (404, b"Not Found: no such page\n")


def test_an_exception_without_an_answer_is_a_500_that_shows_nothing(answer):
    def handler():
        raise LookupError("a secret")

    status, body = answer(handler)
    assert status == 500
    assert b"secret" not in body
