"""The validator finds each kind of mistake, and finds none in a correct application."""

import asyncio
import re
import threading

import pytest

from lab.asgi_rules import Violation
from lab.asgi_validator import ASGIValidator

START = {"type": "http.response.start", "status": 200, "headers": []}
BODY = {"type": "http.response.body", "body": b"hi"}
PART = {**BODY, "more_body": True}
ACCEPT = {"type": "websocket.accept"}
FRAME = {"type": "websocket.send", "text": "hi"}
CLOSE = {"type": "websocket.close", "code": 1000}
DENIED = {"type": "websocket.http.response.start", "status": 500}
DENIAL = {"type": "websocket.http.response.body"}
STARTED = {"type": "lifespan.startup.complete"}
STOPPED = {"type": "lifespan.shutdown.complete"}
TRAILERS = {"type": "http.response.trailers", "headers": [(b"sum", b"1")]}
MORE_TRAILERS = {**TRAILERS, "more_trailers": True}
SENDING = {"type": "http.response.pathsend", "path": "/a"}
COPYING = {"type": "http.response.zerocopysend", "file": object(), "offset": 0, "count": 1}
HINT = {"type": "http.response.early_hint", "links": [b"</a>; rel=preload"]}
PUSH = {"type": "http.response.push", "path": "/a", "headers": [(b"accept", b"*/*")]}
DEBUG = {"type": "http.response.debug", "info": {"template": "a"}}
GONE = {"type": "websocket.disconnect", "code": 1001}

HTTP = {"type": "http", "method": "GET", "headers": []}
HEAD = {**HTTP, "method": "HEAD"}
OPTIONAL = ["trailers", "pathsend", "zerocopysend", "push", "early_hint", "debug"]
EXTENDED = {**HTTP, "extensions": {f"http.response.{name}": {} for name in OPTIONAL}}
WEBSOCKET = {"type": "websocket", "headers": [], "subprotocols": ["chat"]}
DENIABLE = {**WEBSOCKET, "extensions": {"websocket.http.response": {}}}
LIFESPAN = {"type": "lifespan", "state": {}}

CONNECT = {"type": "websocket.connect"}
STARTUP, SHUTDOWN = {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}
SERVER_SAYS = {"websocket": [CONNECT], "lifespan": [STARTUP, SHUTDOWN]}
WAIT = "wait"  # a step of a script: receive a message


def script(*steps):
    """An application that carries out these steps: it sends a message, or waits for one."""

    async def application(scope, receive, send):
        for step in steps:
            await (receive() if step is WAIT else send(step))

    return application


def run(application, scope, server_says=None):
    """What the server was sent."""
    messages = list(SERVER_SAYS.get(scope["type"], []) if server_says is None else server_says)
    sent = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(ASGIValidator(application)(scope, receive, send))
    return sent


def start(*headers, **keys):
    return {**START, "headers": list(headers), **keys}


LENGTH = (b"content-length", b"2")
CORRECT = {
    "one body": (HTTP, START, BODY),
    "bodies": (HTTP, START, PART, PART, BODY),
    "a length": (HTTP, start(LENGTH), BODY),
    "lists for pairs": (HTTP, start([b"x-a", b"1"]), BODY),
    "HEAD has the length of GET": (HEAD, start(LENGTH), {"type": "http.response.body"}),
    "204": (HTTP, start(status=204), {"type": "http.response.body", "body": b""}),
    "trailers": (
        EXTENDED,
        start(trailers=True),
        BODY,
        {**TRAILERS, "more_trailers": True},
        TRAILERS,
    ),
    "pathsend": (EXTENDED, START, SENDING),
    "pathsend, then trailers": (EXTENDED, start(trailers=True), SENDING, TRAILERS),
    "zerocopysend": (EXTENDED, START, {**COPYING, "more_body": True}, PART, COPYING),
    "zerocopysend, then trailers": (EXTENDED, start(trailers=True), COPYING, TRAILERS),
    "hints": (EXTENDED, START, HINT, PART, HINT, BODY),
    "hints and trailers": (EXTENDED, start(trailers=True), HINT, PUSH, BODY, TRAILERS),
    "a push": (EXTENDED, START, PUSH, BODY),
    "debugging": (EXTENDED, DEBUG, START, BODY),
    "a conversation": (WEBSOCKET, WAIT, ACCEPT, FRAME, FRAME, CLOSE),
    "a refusal": (WEBSOCKET, WAIT, CLOSE),
    "a denial": (DENIABLE, WAIT, DENIED, DENIAL),
    "an offered subprotocol": (WEBSOCKET, WAIT, {**ACCEPT, "subprotocol": "chat"}, CLOSE),
    "bytes": (WEBSOCKET, WAIT, ACCEPT, {"type": "websocket.send", "bytes": b"", "text": None}),
    "lifespan": (LIFESPAN, WAIT, STARTED, WAIT, STOPPED),
    "no startup": (LIFESPAN, WAIT, {"type": "lifespan.startup.failed", "message": "no"}),
}


@pytest.mark.parametrize(
    ("scope", "steps"), [(s, rest) for s, *rest in CORRECT.values()], ids=CORRECT
)
def test_a_correct_application_passes_unchanged(scope, steps):
    assert run(script(*steps), scope) == [step for step in steps if step is not WAIT]


WRONG = {
    # name: (scope, *steps, what the violation says)
    "no dict": (HTTP, "hello", "Specification, Events"),
    "no type": (HTTP, {"status": 200}, "Specification, Events"),
    "an event of the server": (HTTP, {"type": "http.request"}, "no application sends"),
    "an unknown key": (HTTP, {**START, "statuss": 200}, "has no key 'statuss'"),
    "no status": (HTTP, {"type": "http.response.start"}, "status is there"),
    "a text status": (HTTP, start(status="200"), "status is int"),
    "a bool is no status": (HTTP, start(status=True), "status is int"),
    "not final": (HTTP, start(status=101), "200 to 599"),
    "a dict of headers": (HTTP, {**START, "headers": {}}, "headers is list or tuple"),
    "str headers": (HTTP, start(("x-a", "1")), "two byte strings"),
    "a str value": (HTTP, start((b"x-a", "1")), "two byte strings"),
    "a single": (HTTP, start((b"x-a",)), "two byte strings"),
    "upper case": (HTTP, start((b"X-A", b"1")), "lower case"),
    "a pseudo-header": (HTTP, start((b":status", b"200")), "token"),
    "CRLF": (HTTP, start((b"x-a", b"1\r\nx-b: 2")), "RFC 9110, 5.5"),
    "a space after": (HTTP, start((b"x-a", b"1 ")), "RFC 9110, 5.5"),
    "chunked": (HTTP, start((b"transfer-encoding", b"chunked")), "the server's to send"),
    "two lengths": (HTTP, start(LENGTH, LENGTH), "one number"),
    "no number": (HTTP, start((b"content-length", b"-1")), "one number"),
    "a length on 204": (HTTP, start(LENGTH, status=204), "204 has no Content-Length"),
    "a body first": (HTTP, BODY, "no place here: no response yet"),
    "two starts": (HTTP, START, START, "no place here: response started"),
    "after the end": (HTTP, START, BODY, BODY, "no place here: response complete"),
    "a str body": (HTTP, START, {**BODY, "body": "hi"}, "body is bytes"),
    "more_body is a bool": (HTTP, START, {**BODY, "more_body": 1}, "more_body is bool"),
    "too long": (HTTP, start(LENGTH), PART, PART, "2 bytes were declared, 4 were sent"),
    "too short": (HTTP, start(LENGTH), {**BODY, "body": b"h"}, "2 bytes were declared, 1 were"),
    "a body for HEAD": (HEAD, START, BODY, "has no content"),
    "a body on 304": (HTTP, start(status=304), BODY, "has no content"),
    "no response": (HTTP, "sent no response"),
    "half a response": (HTTP, START, "not complete"),
    "no last body": (HTTP, START, PART, "not complete"),
    "trailers not advertised": (
        HTTP,
        START,
        BODY,
        TRAILERS,
        "http.response.trailers is advertised",
    ),
    "pathsend not advertised": (HTTP, START, SENDING, "http.response.pathsend is advertised"),
    "zerocopysend not advertised": (HTTP, START, COPYING, "zerocopysend is advertised"),
    "a push not advertised": (HTTP, START, PUSH, "http.response.push is advertised"),
    "a hint not advertised": (HTTP, START, HINT, "http.response.early_hint is advertised"),
    "debugging not advertised": (HTTP, DEBUG, "http.response.debug is advertised"),
    "a relative path": (EXTENDED, START, {**SENDING, "path": "a"}, "Path Send: the path is abs"),
    "a path after a body": (EXTENDED, START, BODY, SENDING, "no place here: response complete"),
    "a hint first": (EXTENDED, HINT, "no place here: no response yet"),
    "a hint after the end": (EXTENDED, START, BODY, HINT, "no place here: response complete"),
    "a str hint": (EXTENDED, START, {**HINT, "links": ["</a>"]}, "a link is bytes"),
    "a hint of two lines": (EXTENDED, START, {**HINT, "links": [b"a\r\nb"]}, "of one line"),
    "debugging after the start": (EXTENDED, START, DEBUG, "no place here: response started"),
    "str headers of a push": (EXTENDED, START, {**PUSH, "headers": [("a", "b")]}, "two byte"),
    "trailers not announced": (EXTENDED, START, BODY, TRAILERS, "no place here"),
    "no trailers": (EXTENDED, start(trailers=True), BODY, "sent not all trailers"),
    "the other protocol": (HTTP, CLOSE, "no place here"),
    "accept unasked": (WEBSOCKET, ACCEPT, "no place here: not connected"),
    "a frame before accept": (WEBSOCKET, WAIT, FRAME, "no place here: not accepted"),
    "no answer": (WEBSOCKET, WAIT, "neither accepted nor closed"),
    "accepted twice": (WEBSOCKET, WAIT, ACCEPT, ACCEPT, "no place here: open"),
    "neither": (WEBSOCKET, WAIT, ACCEPT, {"type": "websocket.send"}, "exactly one"),
    "both": (WEBSOCKET, WAIT, ACCEPT, {**FRAME, "bytes": b""}, "exactly one"),
    "not offered": (WEBSOCKET, WAIT, {**ACCEPT, "subprotocol": "x"}, "RFC 6455, 4.2.2"),
    "closed twice": (WEBSOCKET, WAIT, ACCEPT, CLOSE, CLOSE, "no place here: closed"),
    "1005 is never sent": (WEBSOCKET, WAIT, {**CLOSE, "code": 1005}, "has the code 1005"),
    "a long reason": (WEBSOCKET, WAIT, {**CLOSE, "reason": "é" * 62}, "at most 123 bytes"),
    "a denial not advertised": (WEBSOCKET, WAIT, DENIED, "is advertised"),
    "half a denial": (DENIABLE, WAIT, DENIED, "denial is not complete"),
    "started unasked": (LIFESPAN, STARTED, "no place here: not asked to start"),
    "stopped unasked": (LIFESPAN, WAIT, STARTED, STOPPED, "no place here: started"),
    "nothing of the startup": (LIFESPAN, WAIT, "said nothing of the startup"),
    "left before the end": (LIFESPAN, WAIT, STARTED, "did not wait for lifespan.shutdown"),
    "an unknown scope": ({"type": "smoke"}, "does not know it raises"),
}


@pytest.mark.parametrize(
    ("scope", "steps", "says"), [(s, rest, says) for s, *rest, says in WRONG.values()], ids=WRONG
)
def test_a_wrong_application_is_told_the_rule(scope, steps, says):
    with pytest.raises(Violation, match=re.escape(says)):
        run(script(*steps), scope)


def test_nothing_is_sent_to_a_client_that_has_gone():
    with pytest.raises(Violation, match="no place here: gone"):
        run(script(WAIT, ACCEPT, WAIT, CLOSE), WEBSOCKET, [CONNECT, GONE])


def test_a_violation_that_the_application_swallows_is_raised_all_the_same():
    async def application(scope, receive, send):
        try:
            await send(BODY)
        except AssertionError:
            await send(START)
            await send(BODY)

    with pytest.raises(Violation, match="no response yet"):
        run(application, HTTP)


def test_a_changed_scope_is_a_violation_at_any_depth():
    async def application(scope, receive, send):
        scope["headers"].append((b"x", b"y"))
        await send(START)
        await send(BODY)

    with pytest.raises(Violation, match="copied before it is changed"):
        run(application, {"type": "http", "method": "GET", "headers": []})


def test_a_key_that_is_taken_away_is_a_violation():
    async def application(scope, receive, send):
        del scope["method"]
        await send(START)
        await send(BODY)

    with pytest.raises(Violation, match="method was 'GET', and is None"):
        run(application, dict(HTTP))


def test_a_scope_may_hold_what_cannot_be_copied_and_get_more_keys():
    async def application(scope, receive, send):
        scope["app"], scope["router"] = application, object()
        await send(START)
        await send(BODY)

    uncopyable = {"tls": {"lock": threading.Lock(), "versions": (1, [2])}}
    assert run(application, {**HTTP, "extensions": uncopyable}) == [START, BODY]


@pytest.mark.parametrize("steps", [(), (START,), (START, PART)])
def test_a_response_need_not_be_completed_for_a_client_that_has_gone(steps):
    assert run(script(WAIT, *steps), HTTP, [{"type": "http.disconnect"}]) == list(steps)


def test_a_server_may_say_by_an_error_that_the_client_has_gone():
    """HTTP & WebSocket, "Disconnected Client - send exception"."""

    async def application(scope, receive, send):
        await send(START)
        try:
            await send(PART)
        except ConnectionError:
            return

    async def send(message):
        if message == PART:
            raise ConnectionResetError

    asyncio.run(ASGIValidator(application)(HTTP, None, send))


def test_the_state_may_be_written_to():
    async def application(scope, receive, send):
        scope["state"]["pool"] = 1
        await script(WAIT, STARTED, WAIT, STOPPED)(scope, receive, send)

    assert run(application, {"type": "lifespan", "state": {}}) == [STARTED, STOPPED]


def test_an_application_returns_nothing():
    async def application(scope, receive, send):
        await send(START)
        await send(BODY)
        return 5

    with pytest.raises(Violation, match="returns nothing; got 5"):
        run(application, HTTP)


def test_the_applications_own_exception_is_passed_on():
    async def application(scope, receive, send):
        raise LookupError("no such scope")

    with pytest.raises(LookupError):
        run(application, {"type": "smoke"})
