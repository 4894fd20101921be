from contextlib import closing

import pytest

from tests.end_to_end.exchange import Conversation, ask, request_bytes

EXAMPLE = "examples.routers"
CAREERS = "/about/careers?role=teacher&place=Oslo&place=&place=%C3%85bo"
SEARCH = {"role": "teacher", "places": ["Oslo", "", "Åbo"]}
pytestmark = pytest.mark.server


@pytest.mark.parametrize(("target", "page"), [("/", "root"), ("/home", "home")])
def test_routes_of_another_module_answer_in_json(server, target, page):
    answer = ask(server, "GET", target)
    assert (answer.status, answer.json()) == (200, {"page": page})
    assert answer.header("content-type") == "application/json"


def test_a_handler_that_returns_none_is_a_500_and_the_log_says_which(server):
    answer = ask(server, "GET", "/about")
    assert (answer.status, answer.body) == (500, b"Internal Server Error\n")
    assert "got None from show_about" in server.log()


def test_the_query_extractor_gets_the_real_query(server):
    answer = ask(server, "GET", CAREERS)
    assert (answer.status, answer.json()) == (200, {"search": SEARCH, "candidate": None})


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "Ada", "years": 3}',
        [b'{"name": "A', b'da", "years": 3}'],
        [b"{", b'"name": "Ada", "years": 3', b"}"],
    ],
)
def test_the_body_extractor_gets_the_real_body_in_however_many_chunks(server, body):
    answer = ask(server, "POST", CAREERS, body)
    candidate = {"name": "Ada", "years": 3}
    assert (answer.status, answer.json()) == (200, {"search": SEARCH, "candidate": candidate})


def test_a_body_that_comes_in_two_parts_is_one(server):
    whole = request_bytes("POST", "/about/careers", {"name": "Ada"})
    with closing(Conversation(server)) as conversation:
        conversation.send(whole[:-5])
        conversation.send(whole[-5:])
        assert conversation.answer("POST").json()["candidate"] == {"name": "Ada", "years": 0}


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"bad", b"the body is not JSON"),
        (b"", b"the body is not JSON"),
        (b"{}", b"`name`"),
        (b'{"name": "Ada", "years": "three"}', b"$.years"),
    ],
)
def test_a_body_that_is_no_candidate_is_refused_with_what_is_wrong(server, body, part):
    answer = ask(server, "POST", "/about/careers", body)
    assert answer.status == 400
    assert part in answer.body


def test_a_method_that_is_not_there_is_told_which_are(server):
    answer = ask(server, "POST", "/home", b"x")
    assert answer.status == 405
    assert answer.header("allow") == "GET, HEAD, OPTIONS"


def test_an_unknown_path_is_not_found(server):
    assert ask(server, "GET", "/nope").status == 404
