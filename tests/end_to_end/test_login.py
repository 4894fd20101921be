from contextlib import closing

import pytest

from tests.end_to_end.exchange import Conversation, ask, request_bytes
from tests.end_to_end.servers import serving

EXAMPLE = "examples.login"
FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"
pytestmark = pytest.mark.server


@pytest.mark.parametrize(("target", "part"), [("/", b"<h1>Home</h1>"), ("/login", b"<form ")])
def test_a_page_is_html(server, target, part):
    answer = ask(server, "GET", target)
    assert answer.status == 200
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert part in answer.body


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("/welcome/bob", "Welcome bob"),
        ("/welcome/b%20b", "Welcome b b"),
        ("/welcome/%C3%A9", "Welcome é"),
        ("/welcome/a%2Fb", "Welcome a/b"),  # an encoded "/" is inside the parameter
        ("/welcome/%zz", "Welcome %zz"),  # a "%" that begins no byte stands for itself
    ],
)
def test_a_name_in_the_path_is_decoded_once(server, target, text):
    answer = ask(server, "GET", target)
    assert (answer.status, answer.body.decode()) == (200, text)


@pytest.mark.parametrize(("target", "status"), [("/welcome/", 404), ("/welcome/%ff", 400)])
def test_a_path_without_a_name_is_refused(server, target, status):
    assert ask(server, "GET", target).status == status


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (b"name=a&password=b", FORM),
        (b"name=a&password=b", FORM + "; charset=utf-8"),
        (b"password=b&name=a&name=c", FORM),
        (b'{"name": "a", "password": "b"}', JSON),
        (b'{"name": "a", "password": "b"}', JSON + "; charset=utf-8"),
    ],
)
def test_the_fields_come_as_a_form_or_as_json(server, body, header):
    answer = ask(server, "POST", "/login", body, header)
    assert (answer.status, answer.body) == (200, b"a:b")


@pytest.mark.parametrize(
    ("body", "header", "status"),
    [
        (b"name=a", FORM, 400),
        (b"password=b", FORM, 400),
        (b"", FORM, 400),
        (b"name=%ff&password=b", FORM, 400),
        (b'{"name": "a"}', JSON, 400),
        (b'{"name": "a", "password": 5}', JSON, 400),
        (b"[]", JSON, 400),
        (b"name=a&password=b", JSON, 400),
        (b"name=a&password=b", "Content-Type: text/plain", 415),
    ],
)
def test_what_is_missing_or_of_another_kind_is_refused(server, body, header, status):
    assert ask(server, "POST", "/login", body, header).status == status


def test_a_blank_field_is_there(server):
    assert ask(server, "POST", "/login", b"name=&password=", FORM).body == b":"


def test_a_method_that_is_not_there_is_told_which_are(server):
    answer = ask(server, "PUT", "/login", b"name=a", FORM)
    assert answer.status == 405
    assert answer.header("allow") == "GET, HEAD, OPTIONS, POST"


def test_a_request_in_pieces_is_the_same_request(server):
    with closing(Conversation(server)) as conversation:
        for octet in request_bytes("POST", "/login", b"name=a&password=b", FORM):
            conversation.send(bytes([octet]))
        answer = conversation.answer("POST")
    assert (answer.status, answer.body) == (200, b"a:b")


# How long a client may take, which of these servers only our own can be told. That it is 5 s
# without being told is in tests/lab/server/test_connection.py, by a clock that is turned.

# A head's time begins with the connection, so it has to be long enough for us to send half of one.
TIMEOUTS = ("--timeout-head=2", "--timeout-body=0.3", "--timeout-keep-alive=0.3")
WHOLE = request_bytes("POST", "/login", b"name=a&password=b", FORM)


@pytest.fixture(scope="module", params=["own wsgi", "own asgi"])
def impatient(request):
    """Our own server, which waits less than it does by itself."""
    with serving(request.param, EXAMPLE, *TIMEOUTS) as running:
        yield running


def test_a_silent_client_is_closed(impatient):
    with closing(Conversation(impatient)) as conversation:
        assert conversation.end() == b""


@pytest.mark.parametrize("sent", [WHOLE.index(b"Host") + 2, len(WHOLE) - 1], ids=["head", "body"])
def test_half_a_request_is_answered_408_and_closed(impatient, sent):
    with closing(Conversation(impatient)) as conversation:
        conversation.send(WHOLE[:sent])
        answer = conversation.answer("POST")
        assert (answer.status, answer.body) == (408, b"the request was not complete in time\n")
        assert conversation.end() == b""


def test_a_client_that_is_silent_after_an_answer_is_closed_without_another(impatient):
    with closing(Conversation(impatient)) as conversation:
        conversation.send(WHOLE)
        assert conversation.answer("POST").status == 200
        assert conversation.end() == b""
