import json
from enum import IntEnum

import pytest

from lab.errors import WrongUsageError
from lab.xray import Recording, Script, Tape, TapeError
from lab.xray.marks import Unkept, marked, unmarked
from tests.lab.xray.asked import GET, for_http, recorded


class Number(IntEnum):
    TWO = 2


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Latin", "é")])
    return [b"\x00\xff", "é".encode()]


@for_http
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"\xe9")]})
    await send({"type": "http.response.body", "body": b"hi"})


def made(script=GET):
    sides = {
        "wsgi": recorded(application, script),
        "asgi": recorded(app, script, "asgi"),
    }
    return Tape("some.module", script, sides)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (b"plain\r\n", {"latin-1": "plain\r\n"}),
        (b"\x00\xff", {"base64": "AP8="}),
        (b"\xe9", {"base64": "6Q=="}),
        (bytearray(b"a"), {"bytearray": {"latin-1": "a"}}),
        (memoryview(b"a"), {"memoryview": {"latin-1": "a"}}),
        ("é\ud800", "é\ud800"),
        ((1, [b"a"]), {"tuple": [1, [{"latin-1": "a"}]]}),
        ({"a": None, "b": True}, {"a": None, "b": True}),
        ({b"a": 1}, {"dict": [[{"latin-1": "a"}, 1]]}),
        ({"tuple": 1}, {"dict": [["tuple", 1]]}),
        ({"tuple": 1, "b": 2}, {"tuple": 1, "b": 2}),
        (1.5, 1.5),
        (Number.TWO, 2),
        (float("inf"), {"object": "float"}),
        (ValueError("no"), {"object": "ValueError"}),
        (Tape, {"object": "lab.xray.tape.Tape"}),
        (Unkept("_io.StringIO"), {"object": "_io.StringIO"}),
    ],
)
def test_a_value_is_written_in_words_that_json_has(value, written):
    assert marked(value) == written
    assert json.loads(json.dumps(written)) == written


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x80",
        (),
        ((b"a", "b"),),
        [],
        {"latin-1": b"a"},
        {1: 2},
        None,
        "x",
        3,
        {"a": {"b": ()}},
    ],
)
def test_a_written_value_is_read_again(value):
    assert unmarked(json.loads(json.dumps(marked(value)))) == value


def test_what_cannot_be_kept_is_named_by_what_was_read():
    assert repr(unmarked({"object": "_io.StringIO"})) == "<_io.StringIO>"


@pytest.mark.parametrize(
    "written", [{"base64": "é"}, {"base64": "a"}, {"latin-1": 5}, {"tuple": "a"}, {"dict": [[1]]}]
)
def test_a_mark_that_was_not_written_so_is_refused(written):
    with pytest.raises(ValueError, match=r"."):
        unmarked(written)


def test_a_tape_is_read_as_it_was_written(tmp_path):
    script = Script(
        method="POST",
        target="/a?b=c",
        headers=[("Host", "x"), ("Transfer-Encoding", "chunked")],
        chunks=[b"\x00", b"a"],
        leaves_after=2,
        frames=["a", b"b"],
        subprotocols=["c"],
    )
    tape = made(script)
    tape.save(tmp_path / "a.json")
    read = Tape.load(tmp_path / "a.json")
    assert read.script == script
    assert read.module == "some.module"
    assert read.json() == tape.json()
    chunks = [event.details["data"] for event in read.sides["wsgi"].of("chunk")]
    assert chunks == [b"\x00\xff", "é".encode()]
    assert read.sides["asgi"].of("send")[0].details["message"]["headers"] == [(b"a", b"\xe9")]


def test_each_event_has_a_line_of_its_own():
    lines = made().json().splitlines()
    assert sum('"kind"' in line and '"at"' in line for line in lines) == 11


def document(**changes):
    return {**json.loads(made().json()), **changes}


def event(**changes):
    written = json.loads(made().json())["sides"]["wsgi"]["events"][0]
    return {"sides": {"wsgi": {"events": [written | changes]}}}


FIRST = event()["sides"]["wsgi"]["events"][0]
WRONG = {
    "no JSON": ("hello", "is no tape: it is not JSON"),
    "something else": ("[1]", 'a tape has "tandem_tape": 1 in it'),
    "another file": ('{"name": 1}', 'a tape has "tandem_tape": 1 in it'),
    "a later version": (document(tandem_tape=2), "a tape of version 2, and this Tandem reads"),
    "a version in words": (document(tandem_tape="1"), "a tape of version '1'"),
    "no sides": (document(sides={}), "it has no side"),
    "sides that are a list": (document(sides=[]), "sides is dict"),
    "a third world": (document(sides={"cgi": {}}), "a side is wsgi or asgi; got 'cgi'"),
    "no events": (document(sides={"wsgi": {}}), "'events' is missing"),
    "no request": (document(request=None), "request is dict"),
    "an unknown word": (document(request={"methd": "GET"}), "a request has no 'methd'"),
    "a method in numbers": (document(request={"method": 1}), "method is str; got 1"),
    "an unknown kind": (document(request={"kind": "smtp"}), "kind is http, websocket or lifespan"),
    "headers of three": (document(request={"headers": [["a", "b", "c"]]}), "pairs of texts"),
    "headers of numbers": (document(request={"headers": [["a", 1]]}), "1 has no place there"),
    "a method of two words": (document(request={"method": "GE T"}), "method is a word such as GET"),
    "a second line": (document(request={"target": "/ HTTP/1.1\r\nA: b"}), "target has no space"),
    "half a character": (document(request={"target": "/\ud800"}), "target has no space"),
    "a header of two lines": (document(request={"headers": [["a", "b\nc"]]}), "no client can send"),
    "a header's odd name": (document(request={"headers": [["a b", "c"]]}), "no client can send"),
    "a client that never came": (
        document(request={"leaves_after": 0}),
        "leaves_after is 1 or more",
    ),
    "true for a version": (document(tandem_tape=True), "a tape of version True"),
    "depth without end": ("[" * 100_000, "is no tape: it is not JSON"),
    "a side without events": (document(sides={"wsgi": {"events": []}}), "wsgi has no event"),
    "a start without a status": (
        document(sides={"wsgi": {"events": [FIRST, {**FIRST, "kind": "start_response"}]}}),
        "'status' is missing",
    ),
    "no call": (document(**event(kind="end")), "wsgi begins with the call that has its environ"),
    "another world's call": (
        document(sides={"asgi": {"events": [FIRST]}}),
        "asgi begins with the call that has its scope",
    ),
    "text for a chunk": (document(request={"chunks": ["a"]}), "'a' has no place there"),
    "true for a number": (document(request={"leaves_after": True}), "leaves_after is int"),
    "no module": (document(module=None), "module is str"),
    "no caller": (document(**event(caller="me")), "a caller is server or application"),
    "a time in words": (document(**event(at="now")), "at is int"),
    "a list of details": (document(**event(details=[])), "details is dict"),
    "bad base64": (document(**event(details={"a": {"base64": "!"}})), "is not base64"),
    "an event that is text": (document(sides={"wsgi": {"events": ["a"]}}), "an event is dict"),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG)
def test_a_file_that_is_no_tape_is_refused_with_the_reason(tmp_path, content, said):
    path = tmp_path / "wrong.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(TapeError) as error:
        Tape.load(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path):
    with pytest.raises(TapeError, match="can't be read: No such file"):
        Tape.load(tmp_path / "none.json")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(TapeError, match="not UTF-8"):
        Tape.load(tmp_path / "binary")
    with pytest.raises(WrongUsageError, match="can't be written"):
        made().save(tmp_path / "none" / "a.json")


def test_a_tape_may_leave_out_what_is_usual():
    tape = Tape.read(json.dumps(document(request={"target": "/a"})))
    assert tape.script == Script(target="/a")


def test_a_recording_alone_is_a_tape():
    tape = Tape.of(recorded(application), "m")
    assert tape.script.target == "/"
    assert tape.script.headers == [("Host", "localhost:8000")]
    assert isinstance(tape.sides["wsgi"], Recording)
