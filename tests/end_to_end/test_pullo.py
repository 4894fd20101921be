import pytest

from tests.end_to_end.exchange import ask
from tests.end_to_end.servers import EVERY_SERVER, serving

pytestmark = pytest.mark.server


@pytest.fixture(
    scope="module",
    params=[(server, example) for example in ("pullo", "raw") for server in EVERY_SERVER],
    ids=" ".join,
)
def server(request):
    name, example = request.param
    with serving(name, f"examples.{example}") as running:
        yield running


@pytest.mark.parametrize(
    ("target", "status", "text"),
    [
        ("/hello", 200, "Saying hi from hello."),
        ("/", 200, "Saying hi from home."),
        ("/?query", 200, "Saying hi from home."),
        ("/nope", 404, "Not Found!"),
        ("/hello/", 404, "Not Found!"),
    ],
)
def test_the_framework_answers_as_the_bare_callables_do(server, target, status, text):
    answer = ask(server, "GET", target)
    assert (answer.status, answer.body.decode()) == (status, text)
    assert answer.headers == [
        ("content-type", "text/plain; charset=utf-8"),
        ("content-length", str(len(text))),
    ]


def test_head_is_get_without_the_body(server):
    asked, got = ask(server, "HEAD", "/hello"), ask(server, "GET", "/hello")
    assert (asked.status, asked.headers, asked.body) == (200, got.headers, b"")
