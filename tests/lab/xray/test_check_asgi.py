"""The rules are `lab.asgi_rules`, tested there; here: every breach, with its clause and event."""

import pytest

from lab.xray import Script
from lab.xray.checking import check
from tests.lab.xray.asked import GET, faults, for_http, loaded, recorded

START = {"type": "http.response.start", "status": 200, "headers": []}
BODY = {"type": "http.response.body", "body": b"hi"}
HEAD = Script(method="HEAD", headers=GET.headers)
WEBSOCKET = Script("websocket", target="/ws", headers=GET.headers, frames=["hi"])
LIFESPAN = Script(kind="lifespan")
WAIT = "wait"


def saying(*steps):
    """An application for http that sends these messages, and waits for one at WAIT."""
    return for_http(talking(*steps))


def talking(*steps):
    async def app(scope, receive, send):
        for step in steps:
            await (receive() if step is WAIT else send(step))

    return app


def start(*headers, **keys):
    return {**START, "headers": list(headers), **keys}


def only_websocket(*steps):
    async def app(scope, receive, send):
        if scope["type"] != "websocket":
            raise ValueError(scope["type"])
        await talking(*steps)(scope, receive, send)

    return app


HTTP_START, HTTP_BODY = "ASGI, HTTP, Response Start: ", "ASGI, HTTP, Response Body: "
WRONG = {
    "no dict": (saying("hello"), GET, "ASGI, Specification, Events: a message is a dict"),
    "an unknown type": (saying({"type": "hello"}), GET, "ASGI, Specification, Events: no appl"),
    "no status": (saying({"type": "http.response.start"}, BODY), GET, "ASGI, HTTP, Response Start"),
    "a status in text": (saying(start(status="200"), BODY), GET, HTTP_START + "status is int"),
    "an unknown key": (saying({**START, "x": 1}, BODY), GET, HTTP_START + "http.response.start"),
    "headers in text": (saying(start(("a", "b")), BODY), GET, HTTP_START + "a header is two"),
    "capitals": (saying(start((b"A", b"b")), BODY), GET, HTTP_START + "a name is a token"),
    "two lines": (saying(start((b"a", b"b\r\nc")), BODY), GET, "RFC 9110, 5.5: a value is one"),
    "chunked": (saying(start((b"transfer-encoding", b"chunked")), BODY), GET, HTTP_START),
    "a body first": (saying(BODY), GET, HTTP_BODY + "http.response.body has no place here"),
    "two starts": (saying(START, START, BODY), GET, HTTP_START + "http.response.start has no"),
    "after the end": (saying(START, BODY, BODY), GET, HTTP_BODY + "http.response.body has no"),
    "text for a body": (saying(START, {**BODY, "body": "hi"}), GET, HTTP_BODY + "body is bytes"),
    "too short": (saying(start((b"content-length", b"5")), BODY), GET, "RFC 9110, 8.6: 5 bytes"),
    "too long": (saying(start((b"content-length", b"1")), BODY), GET, "RFC 9110, 8.6: 1 bytes"),
    "no response": (saying(), GET, HTTP_START + "the application returned, and sent no response"),
    "no end": (saying(START), GET, HTTP_BODY + "the application returned, and the response is not"),
    "an extension": (
        saying(START, {"type": "http.response.pathsend", "path": "/a"}),
        GET,
        "ASGI, Extensions: http.response.pathsend is sent only where",
    ),
    "a frame before accept": (
        only_websocket(WAIT, {"type": "websocket.send", "text": "a"}),
        WEBSOCKET,
        "ASGI, WebSocket, Send: websocket.send has no place here: not accepted",
    ),
    "neither accepted nor closed": (
        only_websocket(WAIT),
        WEBSOCKET,
        "ASGI, WebSocket, Connect: the application returned, and neither accepted",
    ),
    "a startup that is not answered": (
        talking(WAIT),
        LIFESPAN,
        "ASGI, Lifespan, Startup Complete: the application returned, and said nothing",
    ),
    "a wrong answer": (
        talking(WAIT, {"type": "lifespan.shutdown.complete"}),
        LIFESPAN,
        "ASGI, Lifespan, Shutdown Complete: lifespan.shutdown.complete has no place here",
    ),
}


@pytest.mark.parametrize(("app", "script", "said"), WRONG.values(), ids=WRONG)
def test_a_planted_fault_is_found_with_its_clause(app, script, said):
    found = faults(app, script)
    assert any(one.startswith(said) for one in found), found


@pytest.mark.parametrize(("app", "script"), [row[:2] for row in WRONG.values()], ids=WRONG)
def test_a_fault_is_found_on_a_tape_that_was_loaded_too(app, script):
    recording = recorded(app, script)
    assert check(loaded(recording)) == check(recording)


RIGHT = {
    "a response": (saying(START, BODY), GET),
    "in parts": (saying(START, {**BODY, "more_body": True}, BODY), GET),
    "no content": (saying(start(status=204), {"type": "http.response.body"}), GET),
    "for HEAD": (
        saying(start((b"content-length", b"2")), {"type": "http.response.body"}),
        HEAD,
    ),
    "a body for HEAD, which the server drops": (
        saying(start((b"content-length", b"2")), {**BODY, "more_body": True}, BODY),
        HEAD,
    ),
    "a refusal at once, as Starlette has it": (
        only_websocket({"type": "websocket.close"}),
        WEBSOCKET,
    ),
    "a refusal": (only_websocket(WAIT, {"type": "websocket.close"}), WEBSOCKET),
    "a conversation": (
        only_websocket(
            WAIT,
            {"type": "websocket.accept"},
            WAIT,
            {"type": "websocket.send", "text": "a"},
            WAIT,
        ),
        WEBSOCKET,
    ),
    "a lifespan": (
        talking(
            WAIT,
            {"type": "lifespan.startup.complete"},
            WAIT,
            {"type": "lifespan.shutdown.complete"},
        ),
        LIFESPAN,
    ),
    "no lifespan": (saying(), LIFESPAN),
}


@pytest.mark.parametrize(("app", "script"), RIGHT.values(), ids=RIGHT)
def test_nothing_is_found_in_what_is_right(app, script):
    assert faults(app, script) == []


def test_one_mistake_is_told_once_and_another_beside_it():
    app = saying(start((b"A", b"b")), {**BODY, "body": "text"})
    assert faults(app) == [
        "ASGI, HTTP, Response Start: a name is a token in lower case; got b'A'",
        "ASGI, HTTP, Response Body: body is bytes; got 'text'",
    ]


def test_a_scope_that_was_changed_and_a_result_are_found():
    async def app(scope, receive, send):
        scope["path"] = "/changed"
        await send(START)
        await send(BODY)
        return 5

    assert faults(for_http(app)) == [
        "ASGI, Specification, Middleware: a scope is copied before it is changed; the application "
        "has made path '/changed'",
    ]
    assert faults(app) == [
        "ASGI, Specification, Applications: an application returns nothing; got 5",
        "ASGI, Specification, Middleware: a scope is copied before it is changed; the application "
        "has made path '/changed'",
    ]


def test_a_client_that_left_is_owed_no_more():
    app = saying(START, {**BODY, "more_body": True})
    assert faults(app, Script(headers=GET.headers, leaves_after=1)) == []


def test_a_response_that_never_ends_is_found_when_it_is_given_up():
    @for_http
    async def app(scope, receive, send):
        await send(START)
        while True:
            await receive()

    [found] = check(recorded(app, timeout=0.01))
    assert found.clause == "ASGI, HTTP, Response Body"
    assert found.where.startswith("given up at ")


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_a_body_that_is_only_like_bytes_is_found(kind):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": kind(b"hi")})

    (found,) = check(recorded(for_http(app)))

    assert found.clause == "ASGI, HTTP, Response Body"
    assert found.what.startswith("body is bytes; got ")
