import asyncio

import pytest

from lab.module import applications
from lab.xray import Script, Tape
from lab.xray.drive import record
from lab.xray.pairs import call_pairs, field_pairs
from lab.xray.sequence import aligned, steps_of
from lab.xray.words import WORDS
from tests.lab.xray.asked import GET, for_http, recorded

SERVED = applications("tests.lab.xray.served")


def taped(script, worlds=("wsgi", "asgi"), served=SERVED):
    sides = {world: record(served[world], world, script) for world in worlds}
    return Tape("tests.lab.xray.served", script, sides)


def asking(path, method="GET", headers=(), **options):
    fields = [("Host", "localhost:8000"), *headers]
    return Script(method=method, target=path, headers=fields, **options)


def titles(tape):
    return [step.title for step in steps_of(tape)]


def pairs_of(tape, title):
    [step] = [step for step in steps_of(tape) if step.title == title]
    return {pair.twin: pair for pair in step.pairs}


def in_both(tape):
    return [step.title for step in steps_of(tape) if not step.only]


@pytest.mark.parametrize(
    ("left", "right", "pairs"),
    [
        ("", "", []),
        ("a", "", [("a", None)]),
        ("abc", "abc", [("a", "a"), ("b", "b"), ("c", "c")]),
        ("axb", "ayb", [("a", "a"), ("x", None), (None, "y"), ("b", "b")]),
        ("aab", "ab", [("a", "a"), ("a", None), ("b", "b")]),
        ("b", "ab", [(None, "a"), ("b", "b")]),
        ("abcd", "acbd", [("a", "a"), ("b", None), ("c", "c"), (None, "b"), ("d", "d")]),
    ],
)
def test_two_sequences_are_paired_in_order_as_far_as_can_be(left, right, pairs):
    found = aligned(list(left), list(right))
    shown = [
        (left[i] if i is not None else None, right[j] if j is not None else None) for i, j in found
    ]
    assert shown == pairs


def test_an_exchange_goes_from_the_requests_bytes_to_the_responses():
    tape = taped(asking("/"))
    assert titles(tape) == [
        "The request, as the server reads it",
        "The server calls the application",
        "The response starts",
        "The application returns an iterable",
        "A chunk of the body",
        "The body ends",
        "It is over",
        "The response, as the server sends it",
    ]
    alone = {step.title: step.only for step in steps_of(tape) if step.only}
    assert alone == {"The application returns an iterable": "wsgi", "The body ends": "wsgi"}


def test_a_request_body_is_read_in_one_world_and_received_in_the_other():
    script = asking("/echo", "POST", [("Transfer-Encoding", "chunked")], chunks=[b"a", b"b"])
    steps = [
        step for step in steps_of(taped(script)) if step.title == "A part of the request's body"
    ]
    assert all(step.wsgi.line.startswith("environ['wsgi.input'].read(") for step in steps)
    assert [step.asgi.line for step in steps] == ["await receive()"] * 2
    assert [step.pairs[0].wsgi.value for step in steps] == ["b'a'", "b'b'"]


def test_one_world_alone_has_a_column_of_its_own():
    steps = steps_of(taped(asking("/"), ["asgi"]))
    assert {step.wsgi for step in steps} == {None}
    assert steps[0].wires["both"][0].text == "GET / HTTP/1.1\\r\\n"


def test_a_hang_up_is_told_by_close_and_by_a_disconnect():
    @for_http
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await receive()

    script = Script(headers=GET.headers, leaves_after=1)
    sides = {
        "wsgi": record(SERVED["wsgi"], "wsgi", asking("/endless", leaves_after=1)),
        "asgi": recorded(app, script, "asgi"),
    }
    steps = {step.title: step for step in steps_of(Tape("m", script, sides))}
    over = steps["It is over"]
    assert (over.wsgi.line, over.asgi.line) == ("body.close()", "return")
    gone = steps["The application hears that the client has gone"]
    assert [pair.asgi.value for pair in gone.pairs] == ["'http.disconnect'"]
    assert "WSGI: close()" in gone.why


def test_a_websocket_and_a_lifespan_are_in_one_world_only():
    websocket = Script("websocket", target="/ws", headers=GET.headers, frames=["hi"])
    assert titles(taped(websocket, ["asgi"])) == [
        "The request, as the server reads it",
        "The server calls the application",
        "The client wants a WebSocket",
        "The application accepts",
        "The answer to the handshake, as the server sends it",
        "The application speaks",
        "The client speaks",
        "The application speaks",
        "The client closes",
        "It is over",
    ]
    lifespan = titles(taped(Script(kind="lifespan"), ["asgi"]))
    assert lifespan[1:-1] == ["The life of the application"] * 4


def test_a_refused_websocket_is_a_response():
    script = Script("websocket", target="/nowhere", headers=GET.headers)
    wire = steps_of(taped(script, ["asgi"]))[-1].wires["both"]
    assert wire[0].text == "HTTP/1.1 403 Forbidden\\r\\n"


def test_a_long_run_of_the_same_is_shortened():
    [more] = [
        step
        for step in steps_of(taped(asking("/endless", leaves_after=50), ["wsgi"]))
        if step.title == "And more of the same"
    ]
    assert more.wsgi.line.startswith("39 times more, until ")


def test_the_bytes_of_the_response_are_told_apart_where_they_differ():
    def application(environ, start_response):
        start_response("299 Fine", [])
        return []

    @for_http
    async def app(scope, receive, send):
        raise ValueError("no")

    sides = {"wsgi": recorded(application), "asgi": recorded(app, GET, "asgi")}
    wires = steps_of(Tape("m", GET, sides))[-1].wires
    assert wires["wsgi"][0].text == "HTTP/1.1 299 Fine\\r\\n"
    assert wires["asgi"][0].text == "HTTP/1.1 500 Internal Server Error\\r\\n"


def test_what_goes_wrong_has_steps_of_its_own():
    def application(environ, start_response):
        environ["wsgi.errors"].write("a line")
        environ["wsgi.input"].fileno()
        write = start_response("200 OK", [])
        write(b"a")
        try:
            raise ValueError("oh")
        except ValueError as error:
            start_response("500 Oh", [], (ValueError, error, None))

    @for_http
    async def app(scope, receive, send):
        waiting = asyncio.create_task(receive())
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "x.unknown"})
        await send("nothing")
        waiting.cancel()
        await asyncio.Event().wait()

    script = Script(headers=GET.headers)
    wsgi, asgi = recorded(application, script), recorded(app, script, "asgi", 0.01)
    found = titles(Tape("m", script, {"wsgi": wsgi, "asgi": asgi}))
    for title in (
        "A line for the server's log",
        "Beyond the protocol",
        "Something else",
        "The x-ray gives up",
        "The application raises",
    ):
        assert title in found, found


def test_an_exception_that_the_server_raises_is_a_step():
    def application(environ, start_response):
        start_response("200 OK", [])(b"a")
        try:
            raise ValueError("oh")
        except ValueError as error:
            start_response("500 Oh", [], (ValueError, error, None))

    tape = Tape("m", GET, {"wsgi": recorded(application)})
    lines = [step.wsgi.line for step in steps_of(tape) if step.wsgi]
    assert "start_response(status, headers, exc_info)" in lines
    assert "start_response: ValueError: oh" in lines
    assert lines[-1] == "raise ValueError: oh"


# Twins


def test_a_path_is_bytes_in_disguise_in_one_world_and_text_in_the_other():
    path = pairs_of(taped(asking("/caf%C3%A9?q=%C3%A9")), "The server calls the application")[
        "path"
    ]
    assert (path.wsgi.name, path.wsgi.value) == ("PATH_INFO", "'/caf\u00c3\u00a9'")
    assert (path.asgi.name, path.asgi.value) == ("path", "'/caf\u00e9'")
    assert path.mark == "form"
    assert "bytes in disguise" in path.why


def test_what_is_the_same_needs_no_words():
    method = pairs_of(taped(asking("/")), "The server calls the application")["method"]
    assert (method.mark, method.why) == ("same", "")


@pytest.mark.parametrize(
    ("twin", "wsgi", "asgi"),
    [
        ("root", "SCRIPT_NAME", "root_path"),
        ("raw path", "RAW_URI", "raw_path"),
        ("query", "QUERY_STRING", "query_string"),
        ("scheme", "wsgi.url_scheme", "scheme"),
        ("protocol", "SERVER_PROTOCOL", "http_version"),
        ("server", "SERVER_NAME, SERVER_PORT", "server"),
        ("client", "REMOTE_ADDR, REMOTE_PORT", "client"),
        ("version", "wsgi.version", "asgi"),
        ("header host", "HTTP_HOST", "b'host'"),
        ("header content-type", "CONTENT_TYPE", "b'content-type'"),
        ("header content-length", "CONTENT_LENGTH", "b'content-length'"),
        ("request body", "wsgi.input", "receive"),
    ],
)
def test_each_field_has_its_twin(twin, wsgi, asgi):
    headers = [("Content-Type", "text/plain"), ("Content-Length", "1")]
    tape = taped(asking("/echo", "POST", headers, chunks=[b"a"]))
    pair = pairs_of(tape, "The server calls the application")[twin]
    assert (pair.wsgi.name, pair.asgi.name) == (wsgi, asgi)


@pytest.mark.parametrize(
    ("twin", "mark"),
    [
        ("type", "asgi"),
        ("state", "asgi"),
        ("errors", "wsgi"),
        ("multithread", "wsgi"),
        ("multiprocess", "wsgi"),
        ("run once", "wsgi"),
        ("file wrapper", "wsgi"),
        ("input ends", "wsgi"),
    ],
)
def test_what_is_in_one_world_only_says_so(twin, mark):
    pair = pairs_of(taped(asking("/")), "The server calls the application")[twin]
    assert pair.mark == mark
    assert pair.why.startswith(mark.upper())


def test_a_header_that_is_sent_twice_is_joined_in_one_world():
    script = asking("/", headers=[("X-A", "1"), ("X-A", "2")])
    pair = pairs_of(taped(script), "The server calls the application")["header x-a"]
    assert (pair.wsgi.value, pair.asgi.value) == ("'1,2'", "b'1', b'2'")
    assert "Sent more than once" in pair.why


def test_a_servers_own_fields_are_shown_as_such():
    pairs = call_pairs({"gunicorn.socket": 1}, {"uvicorn": 2, "headers": "wrong"})
    assert [(pair.mark, pair.why) for pair in pairs] == [
        ("wsgi", "Not in the specification: this server's own."),
        ("asgi", "Not in the specification: this server's own."),
    ]


def test_fields_of_a_response_are_paired_by_name():
    wsgi = [("Content-Type", "a"), ("X-Only", "1"), ("Set-Cookie", "a"), ("Set-Cookie", "b")]
    asgi = [(b"content-type", b"a"), [b"x-other", b"2"], "wrong", (1, 2)]
    pairs = {pair.twin: pair for pair in field_pairs(wsgi, asgi)}
    assert pairs["response content-type"].mark == "form"
    assert pairs["response set-cookie"].wsgi.value == "'a', 'b'"
    assert pairs["response x-only"].asgi is None
    assert pairs["response x-other"].wsgi is None


def test_a_line_of_the_request_has_the_twins_that_are_made_of_it():
    script = asking("/echo", "POST", [("Content-Length", "1")], chunks=[b"a"])
    wire = {line.text: line.twins for line in steps_of(taped(script))[0].wires["both"]}
    assert "path" in wire["POST /echo HTTP/1.1\\r\\n"].split("|")
    assert wire["Host: localhost:8000\\r\\n"] == "header host"
    assert wire["\\r\\n"] == ""
    assert wire["a"] == "request body"


def test_a_sentence_is_told_once_in_a_step():
    tape = taped(asking("/", headers=[("X-A", "1"), ("X-B", "1")]))
    pairs = pairs_of(tape, "The server calls the application").values()
    told = [pair.why for pair in pairs if pair.why]
    assert len(told) == len(set(told))


def test_values_that_differ_are_not_called_the_same_in_another_form():
    def application(environ, start_response):
        start_response("201 Created", [("Content-Type", "text/plain"), ("X-A", "1")])
        return [b"x" * 500 + b"wsgi"]

    async def app(scope, receive, send):
        headers = [(b"content-type", b"text/html"), (b"x-a", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * 500 + b"asgi"})

    sides = {"wsgi": recorded(application), "asgi": recorded(for_http(app))}
    marks = {
        pair.twin: pair.mark
        for step in steps_of(Tape("m", GET, sides))
        for pair in step.pairs
        if pair.twin.startswith("response ")
    }

    assert marks == {
        "response status": "different",
        "response content-type": "different",
        "response x-a": "form",
        "response body": "different",
    }


def test_a_response_that_was_only_started_is_a_500_in_either_world():
    def application(environ, start_response):
        start_response("200 OK", [])
        raise ValueError("oh")

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200})
        raise ValueError("oh")

    sides = {"wsgi": recorded(application), "asgi": recorded(for_http(app))}
    wires = steps_of(Tape("m", GET, sides))[-1].wires

    assert wires["both"][0].text == "HTTP/1.1 500 Internal Server Error\\r\\n"


# One world alone


def sentences(tape):
    for step in steps_of(tape):
        yield step.title, step.why
        for pair in step.pairs:
            yield pair.twin, pair.why


@pytest.mark.parametrize(("world", "other"), [("wsgi", "ASGI"), ("asgi", "WSGI")])
@pytest.mark.parametrize("path", ["/", "/echo", "/stream", "/fails", "/endless"])
def test_a_view_of_one_world_does_not_explain_the_other(world, other, path):
    script = asking(
        path, "POST" if path == "/echo" else "GET", [("X-A", "1"), ("X-A", "2")], leaves_after=3
    )
    told = list(sentences(taped(script, [world])))
    assert [(title, why) for title, why in told if other in why] == []
    assert any(world.upper() in why for _, why in told)


def test_a_body_that_is_read_has_no_twin_where_one_world_was_recorded():
    for world in ("wsgi", "asgi"):
        pair = pairs_of(taped(asking("/"), [world]), "The server calls the application")
        assert pair["request body"].mark == world


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_what_is_said_of_one_world_does_not_name_the_other(words):
    assert "ASGI" not in words.wsgi
    assert "WSGI" not in words.asgi
    assert not (words.is_one_sided and words.both)


def test_a_header_is_told_to_have_http_before_it():
    pair = pairs_of(taped(asking("/")), "The server calls the application")["header host"]
    assert "HTTP_ before it" in pair.why


# Steps of a WebSocket, a planted exception, an unknown event


def test_the_answer_to_a_handshake_is_a_101_with_the_chosen_subprotocol():
    async def app(scope, receive, send):
        await receive()
        accept = {"type": "websocket.accept", "subprotocol": "chat.v1", "headers": [(b"x-a", b"1")]}
        await send(accept)
        await send({"type": "websocket.close"})

    script = Script("websocket", target="/", headers=GET.headers, subprotocols=["chat.v1"])

    async def with_lifespan(scope, receive, send):
        if scope["type"] != "websocket":
            raise ValueError
        await app(scope, receive, send)

    tape = Tape("m", script, {"asgi": recorded(with_lifespan, script)})
    steps = {step.title: step for step in steps_of(tape)}
    wire = steps["The answer to the handshake, as the server sends it"].wires["both"]
    assert [line.text for line in wire] == [
        r"HTTP/1.1 101 Switching Protocols\r\n",
        r"upgrade: websocket\r\n",
        r"connection: Upgrade\r\n",
        r"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",  # RFC 6455, 1.3
        r"x-a: 1\r\n",
        r"sec-websocket-protocol: chat.v1\r\n",
        r"\r\n",
    ]
    assert "4000 to 4999" in steps["The application closes"].why


def test_each_step_of_a_websocket_says_what_it_is():
    websocket = Script("websocket", target="/ws", headers=GET.headers, frames=["hi"])
    assert all(step.why for step in steps_of(taped(websocket, ["asgi"]))[1:])


def test_a_planted_exception_is_not_shown_as_the_applications():
    tape = taped(asking("/stream", breaks=True))
    [planted] = [step for step in steps_of(tape) if "planted" in step.title]
    assert (planted.wsgi.caller, planted.asgi.caller) == ("x-ray", "x-ray")
    [returned] = [step for step in steps_of(tape) if step.wsgi and "return" in step.wsgi.line]
    assert "Breaking" not in returned.wsgi.line
    without = taped(asking("/stream"), ["wsgi"])
    [as_it_is] = [step for step in steps_of(without) if step.wsgi and "return" in step.wsgi.line]
    assert returned.wsgi.line == as_it_is.wsgi.line


def test_an_event_of_a_kind_that_is_not_known_is_a_step_too():
    tape = taped(asking("/"))
    for side in tape.sides.values():
        side.add("sneezed", "application", "here", how="loudly")
    assert steps_of(tape)[-2].wsgi.line == "sneezed"


def test_a_long_run_of_chunks_is_shortened_on_the_wire_too():
    wire = steps_of(taped(asking("/endless", leaves_after=50)))[-1].wires["both"]
    texts = [line.text for line in wire]
    assert any(text.startswith("... 39 chunks more, ") for text in texts)
    assert len(texts) < 60


def test_what_a_request_declares_wrongly_is_told_beside_it():
    script = asking("/echo", "POST", [("Content-Length", "99")], chunks=[b"abc"])
    assert "a real server would wait for 96 more" in steps_of(taped(script))[0].why


def test_a_body_that_is_longer_than_declared_is_shown_as_servers_send_it():
    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", "3")])
        return [b"ab", b"cd"]

    async def app(scope, receive, send):
        headers = [(b"content-length", b"3")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"ab", "more_body": True})
        await send({"type": "http.response.body", "body": b"cd"})

    sides = {"wsgi": recorded(application), "asgi": recorded(for_http(app))}
    last = steps_of(Tape("m", GET, sides))[-1]
    assert last.wires["wsgi"][-1].text == "Internal Server Error\\n"  # nothing was sent yet
    assert last.wires["asgi"][-1].text == "ab"
    assert "gunicorn sends no more than was declared" in last.why
    assert "uvicorn does not send the chunk that is too much" in last.why


def test_a_request_that_calls_no_application_on_a_server_is_told_so():
    tape = taped(Script(target="/", headers=[*GET.headers, *GET.headers]))
    answer = steps_of(tape)[-1]
    assert answer.wires["both"][0].text == r"HTTP/1.1 400 Bad Request\r\n"
    assert "It would not have called the application at all: 400, a request has one" in answer.why


def test_a_tape_of_http_2_shows_an_answer_of_http_1():
    script = Script(headers=GET.headers, http_version="2")
    assert steps_of(taped(script))[-1].wires["both"][0].text == r"HTTP/1.1 200 OK\r\n"


def test_what_the_parser_makes_of_a_request_is_told_beside_it():
    first = steps_of(taped(asking("/echo", "POST", [("Content-Length", "1")], chunks=[b"a"])))[0]
    assert first.why.endswith("makes of it: Head POST /echo, Body of 1 bytes, End.")
