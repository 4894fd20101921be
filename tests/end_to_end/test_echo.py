import pytest

from tests.end_to_end.exchange import ask
from tests.end_to_end.servers import EVERY_SERVER, serving

EXAMPLE = "examples.echo"
pytestmark = pytest.mark.server


@pytest.fixture(scope="module", params=[*EVERY_SERVER, "uvicorn workers", "daphne"])
def server(request):
    with serving(request.param, EXAMPLE) as running:
        yield running


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("/", "Hello, ASGI!"),
        ("/echo?message=Hello", "You said: Hello"),
        ("/echo", "You said: "),
        ("/echo?message=", "You said: "),
        ("/echo?message=a%26b+c%C3%A9", "You said: a&b cé"),
        ("/echo?message=first&message=second", "You said: first"),
    ],
)
def test_a_message_is_echoed_as_text(server, target, text):
    answer = ask(server, "GET", target)
    assert (answer.status, answer.body.decode()) == (200, text)
    assert answer.header("content-type") == "text/plain; charset=utf-8"
    assert answer.header("content-length") == str(len(text.encode()))


def test_a_dict_is_json(server):
    answer = ask(server, "GET", "/json")
    assert (answer.status, answer.json()) == (200, {"message": "Hello, JSON!"})
    assert answer.header("content-type") == "application/json"


def test_an_unknown_path_is_not_found(server):
    assert ask(server, "GET", "/nope").status == 404


def test_a_method_that_is_not_there_is_refused(server):
    answer = ask(server, "POST", "/", b"x")
    assert answer.status == 405
    assert answer.header("allow") == "GET, HEAD, OPTIONS"


def test_a_query_that_is_not_utf_8_is_refused(server):
    assert ask(server, "GET", "/echo?message=%ff").status == 400


def test_head_is_get_without_the_body(server):
    asked, got = ask(server, "HEAD", "/"), ask(server, "GET", "/")
    assert (asked.status, asked.headers, asked.body) == (200, got.headers, b"")
