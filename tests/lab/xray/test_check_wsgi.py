"""The check finds each planted fault, names the clause, and finds nothing in what is right."""

import pytest

from lab.xray import Event, Recording, Script, WSGIRecorder
from lab.xray.checking import check
from lab.xray.pep3333 import environ_faults
from tests.lab.xray.asked import GET, faults, loaded, recorded

OK = ("200 OK", [("Content-Type", "text/plain")])
HEAD = Script(method="HEAD", headers=GET.headers)
POST = Script(method="POST", headers=[("Host", "x"), ("Content-Length", "2")], chunks=[b"hi"])


def answering(*started, body=(b"hi",), named=None):
    """An application that starts its response with these arguments."""

    def application(environ, start_response):
        start_response(*started, **(named or {}))
        return list(body)

    return application


def with_field(name, value):
    return answering("200 OK", [(name, value)])


def raising():
    try:
        raise ValueError("oh")
    except ValueError as error:
        return type(error), error, error.__traceback__


def unstarted(environ, start_response):
    return [b"hi"]


def never_started(environ, start_response):
    return []


def started_twice(environ, start_response):
    start_response(*OK)
    start_response(*OK)
    return [b"hi"]


def started_in_time(environ, start_response):
    start_response(*OK)
    yield b"hi"


def returning(value):
    def application(environ, start_response):
        start_response(*OK)
        return value

    return application


def written_late(environ, start_response):
    write = start_response(*OK)
    yield b"a"
    write(b"b")


def text_written(environ, start_response):
    start_response(*OK)("text")
    return []


def caught(environ, start_response):
    start_response(*OK)
    yield b"a"
    try:
        start_response("500 Oh", [], raising())
    except ValueError:
        yield b"never mind"


def caught_at_the_end(environ, start_response):
    start_response(*OK)(b"a")
    try:
        start_response("500 Oh", [], raising())
    except ValueError:
        return []


def using(stream, name):
    def application(environ, start_response):
        getattr(environ[stream], name)
        start_response(*OK)
        return []

    return application


def reading(size):
    def application(environ, start_response):
        environ["wsgi.input"].read(size)

    return application


def logging_bytes(environ, start_response):
    environ["wsgi.errors"].write(b"bytes")


START = "PEP 3333, The start_response() Callable: "
UNICODE = "PEP 3333, Unicode Issues: "
LENGTH = "PEP 3333, Handling the Content-Length Header: "
STREAMS = "PEP 3333, Input and Error Streams: "
BODY = "PEP 3333, Specification Details: "
SIDES = "PEP 3333, The Application/Framework Side: "
ERRORS = "PEP 3333, Error Handling: "

WRONG = {
    "a status in numbers": (answering(200, []), START + "a status is a str"),
    "a status in bytes": (answering(b"200 OK", []), START + "a status is a str"),
    "no digits": (answering("OK", []), START + "a status is three digits"),
    "two digits": (answering("20 OK", []), START + "a status is three digits"),
    "no reason": (answering("200", []), START + "a status has a reason"),
    "a space after": (answering("200 OK ", []), START + "a status has a reason, and no space"),
    "two lines of status": (answering("200 OK\r\nX: 1", []), START + "a status has a reason"),
    "a status beyond latin-1": (answering("200 \u2603", []), UNICODE + "a status has latin-1"),
    "an interim status": (answering("100 Continue", []), START + "a final status is given"),
    "a tuple of headers": (answering("200 OK", ()), START + "the headers are a list; got tuple"),
    "a dict of headers": (answering("200 OK", {"a": "b"}), START + "the headers are a list"),
    "no headers": (answering("200 OK", None), START + "the headers are a list; got NoneType"),
    "a list for a pair": (answering("200 OK", [["a", "b"]]), START + "a header is a tuple"),
    "a single": (answering("200 OK", [("a",)]), START + "a header is a tuple"),
    "bytes in a header": (with_field(b"a", b"b"), UNICODE + "a header's name and value are str"),
    "a number in a header": (with_field("a", 1), UNICODE + "a header's name and value are str"),
    "a space in a name": (with_field("a b", "c"), START + "a header's name is a token"),
    "a colon in a name": (with_field("a:", "c"), START + "a header's name is a token"),
    "the status as a header": (with_field("Status", "200"), START + "the status is no header"),
    "two lines of a value": (with_field("a", "b\r\nc: d"), START + "a header's value has no line"),
    "a value beyond latin-1": (with_field("a", "\u2603"), UNICODE + "a header has latin-1"),
    "hop-by-hop": (
        with_field("Connection", "close"),
        "PEP 3333, Other HTTP Features: Connection is the server's",
    ),
    "chunked": (
        with_field("Transfer-Encoding", "chunked"),
        "PEP 3333, Other HTTP Features: Transfer-Encoding is the server's",
    ),
    "a length in words": (with_field("Content-Length", "two"), "RFC 9110, 8.6: Content-Length is"),
    "called by name": (
        answering("200 OK", named={"_headers": []}),
        START + "it is called with positional arguments",
    ),
    "started twice": (started_twice, START + "it is called a second time only with exc_info"),
    "a body without a start": (unstarted, SIDES + "start_response is called before the first"),
    "no start at all": (never_started, SIDES + "start_response was never called"),
    "None for a body": (returning(None), SIDES + "an application returns an iterable"),
    "a number for a body": (returning(5), SIDES + "an application returns an iterable; got int"),
    "bytes for a body": (returning(b"hi"), BODY + "the iterable yields chunks of bytes; bytes"),
    "text for a body": (returning("hi"), BODY + "the iterable yields chunks of bytes; str"),
    "text for a chunk": (returning(["hi"]), BODY + "a chunk is bytes; got str 'hi'"),
    "None for a chunk": (returning([None]), BODY + "a chunk is bytes; got NoneType"),
    "text to write": (text_written, "PEP 3333, The write() Callable: a chunk is bytes; got str"),
    "write within the body": (written_late, "PEP 3333, The write() Callable: write() is not"),
    "more than was declared": (
        with_field("Content-Length", "1"),
        LENGTH + "1 bytes were declared, and more is sent",
    ),
    "less than was declared": (
        with_field("Content-Length", "5"),
        LENGTH + "5 bytes were declared, 2 were sent",
    ),
    "a body on 204": (answering("204 No Content", []), "RFC 9110, 6.4.1: a 204 has no content"),
    "a body on 304": (answering("304 Not Modified", []), "RFC 9110, 6.4.1: a 304 has no content"),
    "an exception caught": (caught, ERRORS + "an exception that start_response raises"),
    "one caught in the call": (caught_at_the_end, ERRORS + "an exception that start_response"),
    "closing the input": (using("wsgi.input", "close"), STREAMS + "no other attribute of wsgi.in"),
    "closing the log": (using("wsgi.errors", "close"), STREAMS + "no other attribute of wsgi.err"),
    "seeking": (using("wsgi.input", "seek"), STREAMS + "no other attribute of wsgi.input"),
    "reading no number": (reading("1"), STREAMS + "read() takes a number of bytes; got '1'"),
    "bytes to the log": (logging_bytes, STREAMS + "wsgi.errors takes text; got bytes"),
}


@pytest.mark.parametrize(("application", "said"), WRONG.values(), ids=WRONG)
def test_a_planted_fault_is_found_with_its_clause(application, said):
    assert any(found.startswith(said) for found in faults(application)), faults(application)


@pytest.mark.parametrize("application", [row[0] for row in WRONG.values()], ids=WRONG)
def test_a_fault_is_found_on_a_tape_that_was_loaded_too(application):
    recording = recorded(application)
    assert check(loaded(recording)) == check(recording)


def test_a_body_for_head_is_dropped_by_the_server_and_no_fault():
    assert faults(answering(*OK), HEAD) == []
    assert faults(answering("200 OK", [("Content-Length", "1")]), HEAD) == []


def changing_its_list(environ, start_response):
    headers = [("Content-Type", "text/plain")]
    start_response("200 OK", headers)
    headers.append(("X-Late", "1"))
    return [b"hi"]


def changing_its_list_while_it_is_iterated(environ, start_response):
    headers = [("Content-Type", "text/plain")]
    start_response("200 OK", headers)
    yield b"hi"
    headers.clear()
    yield b"hi"


def changing_its_list_at_the_end(environ, start_response):
    headers = [("Content-Type", "text/plain")]
    start_response("200 OK", headers)
    yield b"hi"
    headers.clear()


@pytest.mark.parametrize(
    "application",
    [changing_its_list, changing_its_list_while_it_is_iterated, changing_its_list_at_the_end],
)
def test_headers_that_are_changed_after_the_call_are_found(application):
    [found] = faults(application)
    assert found.startswith("PEP 3333, The start_response() Callable: the headers are given by")
    recording = recorded(application)
    assert check(loaded(recording)) == check(recording)


def test_a_server_may_change_the_list_that_it_was_given():
    kept = []

    def start_response(status, headers, exc_info=None):
        kept.append(headers)
        headers.append(("Server", "x"))

    def application(environ, start_response):
        start_response(*("200 OK", [("Content-Type", "text/plain")]))
        yield b"a"
        yield b"b"

    recordings = []
    body = WSGIRecorder(application, recordings.append)({}, start_response)
    next(body)
    kept[0].append(("Date", "now"))
    next(body)
    assert recordings[0].of("headers changed") == []


@pytest.mark.parametrize("given", [5, "x", (1, 2), [1, 2, 3]])
def test_an_exc_info_that_is_none_is_found(given):
    found = faults(answering(*OK, given))
    assert any("exc_info is what sys.exc_info() gives, a tuple of three" in one for one in found)


def test_lines_of_bytes_for_the_log_are_found():
    def application(environ, start_response):
        environ["wsgi.errors"].writelines(["a", b"x"])
        start_response(*OK)
        return [b"hi"]

    assert faults(application) == [
        "PEP 3333, Input and Error Streams: wsgi.errors takes text; got bytes",
    ]


def test_options_of_the_whole_server_has_no_path():
    script = Script(method="OPTIONS", target="*", headers=GET.headers)
    assert faults(answering(*OK), script) == []


def test_a_server_that_gives_no_streams_is_told_and_no_keyerror():
    recordings = []
    body = WSGIRecorder(answering(*OK), recordings.append)({}, lambda *_: None)
    body.close()
    what = [found.what for found in check(recordings[0])]
    assert "wsgi.input is there" in what
    assert "wsgi.errors is there" in what


def test_what_is_too_long_is_told_once():
    application = answering("200 OK", [("Content-Length", "1")], body=[b"ab", b"cd"])
    assert len(faults(application)) == 1


def replacing(environ, start_response):
    start_response(*OK)
    start_response("500 Oh", [("Content-Length", "5")], raising())
    return [b"sorry"]


def reading_all(environ, start_response):
    environ["wsgi.input"].read(2)
    environ["wsgi.errors"].write("a line")
    start_response(*OK)
    return [b"", b"hi"]


def breaking(environ, start_response):
    start_response("200 OK", [("Content-Length", "10")])
    yield b"a"
    raise ValueError("broken")


def passed_on(environ, start_response):
    start_response(*OK)
    yield b"a"
    start_response("500 Oh", [], raising())


RIGHT = {
    "a body": (answering(*OK), GET),
    "started by the iterator": (started_in_time, GET),
    "as long as declared": (with_field("Content-Length", "2"), GET),
    "the length of GET, for HEAD": (
        answering("200 OK", [("Content-Length", "2")], body=[]),
        HEAD,
    ),
    "a 304 with a length": (answering("304 Not Modified", [("Content-Length", "2")], body=[]), GET),
    "an error page in its place": (replacing, GET),
    "a body that is read": (reading_all, POST),
    "an exception": (breaking, GET),
    "an exception passed on": (passed_on, GET),
    "a client that hangs up": (answering("200 OK", [("Content-Length", "2")]), GET),
    "latin-1": (with_field("X-Name", "é"), GET),
}


@pytest.mark.parametrize(("application", "script"), RIGHT.values(), ids=RIGHT)
def test_nothing_is_found_in_what_is_right(application, script):
    assert faults(application, script) == []


def test_a_client_that_left_is_owed_no_more():
    application = answering("200 OK", [("Content-Length", "4")], body=[b"ab", b"cd"])
    assert faults(application, Script(headers=GET.headers, leaves_after=1)) == []


def test_a_finding_says_when_and_whose_deed_it_was():
    [found] = check(recorded(with_field("Connection", "close")))
    assert found.where.startswith("start_response at ")
    assert found.where.endswith("by the application")


# The server


ENVIRON = recorded(answering(*OK)).events[0].details["environ"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"REQUEST_METHOD": None}, "REQUEST_METHOD is a str of latin-1 characters; got None"),
        ({"HTTP_CONTENT_LENGTH": "2"}, "CONTENT_LENGTH has no HTTP_ before it"),
        ({"PATH_INFO": "a"}, "PATH_INFO begins with \"/\" where it is not empty; got 'a'"),
        ({"SCRIPT_NAME": "a"}, "SCRIPT_NAME begins with \"/\" where it is not empty; got 'a'"),
        ({"PATH_INFO": "/\u2603"}, "PATH_INFO is a str of latin-1 characters; got '/\u2603'"),
    ],
)
def test_a_fault_of_the_server_in_the_environ_is_found(changes, said):
    assert [what for _, what in environ_faults({**ENVIRON, **changes}, "dict")] == [said]


def test_a_variable_that_is_missing_and_an_environ_that_is_no_dict_are_found():
    environ = {key: value for key, value in ENVIRON.items() if key != "wsgi.run_once"}
    assert list(environ_faults(environ, "Environ")) == [
        (
            "PEP 3333, environ Variables",
            "the environ is a dict, no subclass or other mapping; got Environ",
        ),
        ("PEP 3333, environ Variables", "wsgi.run_once is there"),
    ]


def test_a_server_that_does_not_close_is_found():
    def application(environ, start_response):
        start_response(*OK)
        yield b"a"

    whole = recorded(application)
    unclosed = Recording("wsgi", [event for event in whole.events if event.kind != "close"])
    assert [found.what for found in check(unclosed)] == [
        "the server calls close() of what was returned, and has not"
    ]


def test_a_subclass_of_dict_is_found_by_its_name():
    whole = recorded(answering(*OK))
    whole.events[0].details["type"] = "Environ"
    [found] = check(whole)
    assert found.clause == "PEP 3333, environ Variables"
    assert found.where.endswith("by the server")


def test_an_unknown_event_of_a_later_tape_is_passed_over():
    whole = recorded(answering(*OK))
    whole.events.append(Event("sendfile", "server", 0, 0, "t"))
    assert check(whole) == []


class Fields(list):
    pass


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_what_is_only_like_bytes_is_found_from_a_tape_too(kind):
    recording = recorded(answering(*OK, body=[kind(b"hi")]))

    for each in (recording, loaded(recording)):
        assert [one.what for one in check(each)] == [
            f"a chunk is bytes; got {kind.__name__} {each.of('chunk')[0].details['data']!r:.60}"
        ]


def test_headers_of_a_subclass_of_list_are_found():
    assert [one.what for one in check(recorded(answering("200 OK", Fields())))] == [
        "the headers are a list, no subclass of it"
    ]


@pytest.mark.parametrize(
    ("status", "headers", "body", "found"),
    [
        ("999 Odd", [], b"hi", "RFC 9110, 15: a status is 599 at most; got '999 Odd'"),
        (
            "200 OK",
            [("Content-Length", "2"), ("content-length", "3")],
            b"hi",
            "RFC 9110, 8.6: Content-Length is one number; got ['2', '3']",
        ),
        (
            "204 No Content",
            [("Content-Length", "0")],
            b"",
            "RFC 9110, 8.6: a 204 has no Content-Length",
        ),
        ("200 OK", [("X", "a ")], b"hi", "RFC 9110, 5.5: a header's value is stripped; got 'a '"),
    ],
)
def test_what_asgi_is_held_to_by_rfc_9110_wsgi_is_too(status, headers, body, found):
    assert faults(answering(status, headers, body=[body])) == [found]
