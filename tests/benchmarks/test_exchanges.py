"""One request without a server, as the contenders see it."""

import pytest

from benchmarks.asgi_exchange import PIECE, ASGIWorld, scope_of
from benchmarks.cases import BODY_CASES, REQUEST_CASES, Case
from benchmarks.wsgi_exchange import LARGE_BODY, WSGIWorld, environ_of, exchange

COOKIES = REQUEST_CASES[1]
LENGTH = BODY_CASES[1]


def test_further_fields_and_cookies_are_sent_in_both_worlds():
    case = Case("many", "many", "GET", "/last", fields=3, cookies="a=1")

    environ, headers = environ_of(case), dict(scope_of(case)["headers"])

    assert (environ["HTTP_X_FIELD_1"], environ["HTTP_X_LAST"]) == ("value", "last")
    assert (headers[b"x-field-1"], headers[b"x-last"]) == (b"value", b"last")
    assert (environ["HTTP_COOKIE"], headers[b"cookie"]) == ("a=1", b"a=1")


@pytest.mark.parametrize("size", [10, LARGE_BODY, 3 * LARGE_BODY])
@pytest.mark.parametrize("whole", [True, False], ids=["to the end", "by length"])
def test_a_large_body_is_copied_however_it_is_read(size, whole):
    body, read = bytes(size), []

    def application(environ, start_response):
        start_response("200 OK", [])
        read.append(environ["wsgi.input"].read(*([] if whole else [size])))
        return []

    exchange(application, environ_of(LENGTH), body)

    assert read == [body]
    assert (read[0] is not body) or size < LARGE_BODY


def test_a_body_comes_in_pieces_on_asgi():
    pieces = []

    async def app(scope, receive, send):
        message = {"more_body": True}
        while message["more_body"]:
            message = await receive()
            pieces.append(len(message["body"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with ASGIWorld() as world:
        world.ask(app, LENGTH)

    assert pieces[:2] == [PIECE, PIECE]
    assert sum(pieces) == len(LENGTH.body)


@pytest.mark.parametrize("world", [WSGIWorld, ASGIWorld])
def test_a_block_is_timed_by_the_clock_that_is_given_less_a_first_call(world):
    calls, ticks = [], iter([10.0, 10.5])

    def application(environ, start_response):
        calls.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return []

    async def app(scope, receive, send):
        calls.append(scope["path"])

    with world(lambda: next(ticks)) as opened:
        taken = opened.block(application if world is WSGIWorld else app, COOKIES, 100)

    assert taken == pytest.approx(0.5 / 100 * 1e6)
    assert len(calls) == 101
