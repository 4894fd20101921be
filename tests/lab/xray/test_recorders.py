import asyncio
import io
import threading

import pytest

from lab.xray import ASGIRecorder, Script, WSGIRecorder, clients
from tests.lab.xray.asked import GET, detail, for_http, kinds, recorded

OK = ("200 OK", [("Content-Type", "text/plain")])
START = {"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]}
BODY = {"type": "http.response.body", "body": b"hi"}
CHUNKED = [("Host", "x"), ("Transfer-Encoding", "chunked")]
POST = Script(method="POST", headers=CHUNKED, chunks=[b"one\n", b"two\nthree"])


# WSGI


def test_a_wsgi_exchange_is_recorded_event_by_event():
    def application(environ, start_response):
        start_response(*OK)
        return [b"a", b"b"]

    recording = recorded(application)
    assert kinds(recording) == [
        "call",
        "start_response",
        "return",
        "chunk",
        "chunk",
        "end",
        "close",
    ]
    assert detail(recording, "start_response", "status") == "200 OK"
    assert detail(recording, "start_response", "headers") == OK[1]
    assert [event.details["data"] for event in recording.of("chunk")] == [b"a", b"b"]
    assert detail(recording, "return", "type") == "list"


def test_times_begin_with_the_first_event_and_never_go_back():
    def application(environ, start_response):
        start_response(*OK)
        return [b"a"]

    recording = recorded(application)
    times = [event.at for event in recording.events]
    assert times[0] == 0
    assert times == sorted(times)
    assert all(event.waited >= 0 for event in recording.events)


def test_each_event_has_its_thread():
    def application(environ, start_response):
        thread = threading.Thread(target=start_response, args=OK, name="helper")
        thread.start()
        thread.join()
        return [b"a"]

    recording = recorded(application)
    here = threading.current_thread()
    assert recording.events[0].where == f"{here.name} ({here.native_id})"
    assert recording.of("start_response")[0].where.startswith("helper (")


def test_the_environ_is_recorded_as_it_was_and_the_body_is_passed_on_uncopied():
    chunk = b"the very same"

    def application(environ, start_response):
        environ["PATH_INFO"] = "/changed"
        start_response(*OK)
        return [chunk]

    recording = recorded(application)
    assert detail(recording, "call", "environ")["PATH_INFO"] == "/"
    assert detail(recording, "chunk", "data") is chunk


def test_reads_are_recorded_with_what_was_asked_for():
    def application(environ, start_response):
        stream = environ["wsgi.input"]
        read = [stream.read(2), stream.readline(), *stream.readlines(), stream.read()]
        start_response(*OK)
        return [b"".join(read)]

    recording = recorded(application, POST)
    told = [
        (event.details["method"], event.details["size"], event.details["data"])
        for event in recording.of("input")
    ]
    assert told == [
        ("read", 2, b"on"),
        ("readline", None, b"e\n"),
        ("readlines", None, b"two\nthree"),
        ("read", None, b""),
    ]
    assert detail(recording, "chunk", "data") == b"one\ntwo\nthree"


def test_an_input_that_is_iterated_is_read_by_lines():
    def application(environ, start_response):
        start_response(*OK)
        return list(environ["wsgi.input"])

    recording = recorded(application, POST)
    assert [event.details["data"] for event in recording.of("input")][:2] == [b"one\n", b"two\n"]


def test_a_read_that_fails_is_recorded():
    def broken():
        raise OSError("the connection is lost")

    class Broken(io.RawIOBase):
        def read(self, size=-1):
            broken()

    def application(environ, start_response):
        environ["wsgi.input"].read(5)

    kept = []
    with pytest.raises(OSError, match="lost"):
        call(WSGIRecorder(application, kept.append), {"wsgi.input": Broken()})
    assert detail(kept[0], "input raised", "error") == "OSError: the connection is lost"
    assert kinds(kept[0])[-1] == "raise"


def call(application, changes=()):
    """What a server gets that calls an application without more."""
    environ = {"wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO()} | dict(changes)
    return application(environ, lambda *arguments, **named: lambda data: None)


def test_what_is_written_to_the_servers_log_is_recorded_and_written():
    log = io.StringIO()

    def application(environ, start_response):
        environ["wsgi.errors"].write("a line\n")
        environ["wsgi.errors"].flush()
        return []

    kept = []
    call(WSGIRecorder(application, kept.append), {"wsgi.errors": log})
    assert [event.details["method"] for event in kept[0].of("errors")] == ["write", "flush"]
    assert detail(kept[0], "errors", "text") == "a line\n"
    assert log.getvalue() == "a line\n"


def test_write_is_recorded():
    def application(environ, start_response):
        write = start_response(*OK)
        write(b"early")
        return [b"late"]

    assert kinds(recorded(application))[1:5] == ["start_response", "write", "return", "chunk"]


def test_an_error_page_in_place_of_a_started_response_has_its_exception():
    def application(environ, start_response):
        start_response(*OK)
        try:
            raise ValueError("oh")
        except ValueError as error:
            start_response("500 Oh", [], (type(error), error, error.__traceback__))
        return [b"sorry"]

    recording = recorded(application)
    assert detail(recording, "start_response", "exc_info", 1) == "ValueError: oh"
    assert kinds(recording)[-1] == "close"


def test_an_exc_info_without_an_exception_is_recorded_too():
    def application(environ, start_response):
        start_response("500 Oh", [], (None, None, None))
        return []

    assert detail(recorded(application), "start_response", "exc_info") == "an exception"


def test_once_something_was_sent_start_response_raises_what_it_was_given():
    def application(environ, start_response):
        start_response(*OK)
        yield b"some"
        try:
            raise ValueError("oh")
        except ValueError as error:
            start_response("500 Oh", [], (type(error), error, error.__traceback__))

    recording = recorded(application)
    assert detail(recording, "start_response raised", "error") == "ValueError: oh"
    assert kinds(recording)[-2:] == ["raise", "close"]


def test_an_exception_before_and_one_in_the_body_are_recorded():
    def early(environ, start_response):
        raise KeyError("early")

    def late(environ, start_response):
        start_response(*OK)
        yield b"a"
        raise KeyError("late")

    assert kinds(recorded(early)) == ["call", "raise"]
    assert kinds(recorded(late))[-2:] == ["raise", "close"]
    assert detail(recorded(late), "raise", "error") == "KeyError: 'late'"


def test_a_body_that_is_none_is_an_exception_for_the_server():
    def application(environ, start_response):
        start_response(*OK)

    recording = recorded(application)
    assert detail(recording, "return", "is_iterable") is False
    assert "TypeError" in detail(recording, "raise", "error")


def test_close_reaches_the_body_and_what_it_raises_is_recorded():
    class Body(list):
        def close(self):
            raise OSError("can't close")

    def application(environ, start_response):
        start_response(*OK)
        return Body([b"a"])

    recording = recorded(application)
    assert kinds(recording)[-1] == "close raised"
    assert detail(recording, "return", "has_close") is True


def test_a_body_whose_length_is_known_keeps_it_and_others_have_none():
    kept = []
    sized = call(WSGIRecorder(lambda environ, start_response: [b"a"], kept.append))
    endless = call(WSGIRecorder(lambda environ, start_response: iter([b"a"]), kept.append))
    assert len(sized) == 1
    assert not hasattr(endless, "__len__")


def test_two_requests_have_a_recording_each():
    kept = []
    recorder = WSGIRecorder(lambda environ, start_response: [], kept.append)
    call(recorder)
    call(recorder)
    assert [kinds(one) for one in kept] == [["call", "return"]] * 2


# ASGI


def test_an_asgi_exchange_is_recorded_message_by_message():
    async def app(scope, receive, send):
        await receive()
        await send(START)
        await send(BODY)

    recording = recorded(app, POST)
    assert kinds(recording) == ["call", "receive", "send", "send", "return"]
    assert detail(recording, "receive", "message")["body"] == b"one\n"
    assert detail(recording, "send", "message") == START
    assert recording.events[1].caller == "server"
    assert recording.events[2].caller == "application"
    assert recording.events[0].where.startswith("Task-")


def test_the_scope_and_messages_are_recorded_as_they_were():
    async def app(scope, receive, send):
        scope["path"] = "/changed"
        del scope["raw_path"]
        message = {**START, "headers": []}
        await send(message)
        message["headers"].append((b"late", b"1"))
        await send(BODY)

    recording = recorded(app)
    assert detail(recording, "call", "scope")["path"] == "/"
    assert detail(recording, "send", "message")["headers"] == []
    assert detail(recording, "return", "changed") == {"path": "/changed", "raw_path": None}


def test_what_an_asgi_application_may_change_is_not_told_as_changed():
    async def app(scope, receive, send):
        scope["state"]["key"] = 1
        scope["added"] = 2

    assert detail(recorded(app), "return", "changed") == {}


def test_an_exception_of_an_asgi_application_is_recorded():
    async def app(scope, receive, send):
        if scope["type"] == "http":
            raise LookupError("no")

    assert detail(recorded(app), "raise", "error") == "LookupError: no"


def test_a_send_that_fails_and_a_receive_that_is_cancelled_are_recorded():
    async def app(scope, receive, send):
        waiting = asyncio.create_task(receive(), name="watcher")
        with pytest.raises(OSError, match="gone"):
            await send(START)
        waiting.cancel()
        await asyncio.wait([waiting])

    async def for_ever():
        await asyncio.Event().wait()

    async def gone(message):
        await asyncio.sleep(0)
        raise OSError("the client has gone")

    kept = []
    asyncio.run(ASGIRecorder(app, kept.append)({"type": "http"}, for_ever, gone))
    assert detail(kept[0], "send raised", "error") == "OSError: the client has gone"
    assert detail(kept[0], "receive raised", "error") == "CancelledError"
    assert kept[0].of("receive raised")[0].where == "watcher"


def test_a_lifespan_is_recorded():
    async def app(scope, receive, send):
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    recording = recorded(app, Script(kind="lifespan"))
    assert kinds(recording) == ["call", "receive", "send", "receive", "send", "return"]


def test_a_websocket_is_recorded():
    async def app(scope, receive, send):
        if scope["type"] != "websocket":
            raise ValueError(scope["type"])
        await receive()
        await send({"type": "websocket.accept", "subprotocol": scope["subprotocols"][0]})
        while (message := await receive())["type"] == "websocket.receive":
            await send({**message, "type": "websocket.send"})

    script = Script("websocket", target="/ws", headers=[("Host", "x")], frames=["hi", b"\0"])
    recording = recorded(app, Script(**vars(script) | {"subprotocols": ["chat"]}))
    sent = [event.details["message"] for event in recording.of("send")]
    assert sent[0]["subprotocol"] == "chat"
    assert [message.get("text", message.get("bytes")) for message in sent[1:]] == ["hi", b"\0"]
    assert detail(recording, "receive", "message", 3)["type"] == "websocket.disconnect"


def test_a_websocket_may_receive_in_one_task_and_answer_in_another(monkeypatch):
    monkeypatch.setattr(clients, "MOMENT", 20)  # seconds: on a busy machine too

    async def app(scope, receive, send):
        if scope["type"] != "websocket":
            raise ValueError(scope["type"])
        heard = asyncio.Queue()

        async def listen():
            while (message := await receive())["type"] != "websocket.disconnect":
                heard.put_nowait(message)
            heard.put_nowait(None)

        listening = asyncio.create_task(listen())
        await heard.get()
        await asyncio.sleep(0)  # what it does before it accepts
        await send({"type": "websocket.accept"})
        while (message := await heard.get()) is not None:
            await asyncio.sleep(0)
            await send({"type": "websocket.send", "text": message["text"]})
        await listening

    script = Script("websocket", target="/ws", headers=GET.headers, frames=["a", "b"])
    told = [
        event.details["message"]["type"].removeprefix("websocket.")
        for event in recorded(app, script).of("receive", "send")
    ]
    assert told == ["connect", "accept", "receive", "send", "receive", "send", "disconnect"]


def test_a_websocket_that_never_answers_hears_it_all_the_same():
    async def app(scope, receive, send):
        if scope["type"] != "websocket":
            raise ValueError(scope["type"])
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass

    script = Script("websocket", target="/ws", headers=GET.headers, frames=["a", "b"])
    assert len(recorded(app, script).of("receive")) == 4


# Clients that leave, applications that hang


@pytest.mark.parametrize("after", [1, 3])
def test_a_wsgi_client_that_hangs_up_closes_the_body(after):
    def application(environ, start_response):
        start_response(*OK)
        while True:
            yield b"again"

    recording = recorded(application, Script(headers=GET.headers, leaves_after=after))
    assert len(recording.of("chunk")) == after
    assert kinds(recording)[-2:] == ["hung up", "close"]


def test_an_asgi_client_that_hangs_up_is_told_by_a_disconnect():
    @for_http
    async def app(scope, receive, send):
        await send(START)
        await send({**BODY, "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    recording = recorded(app, Script(headers=GET.headers, leaves_after=1))
    assert kinds(recording)[-3:] == ["hung up", "receive", "return"]


def test_a_complete_response_is_followed_by_a_disconnect():
    @for_http
    async def app(scope, receive, send):
        await send(START)
        await send(BODY)
        while (await receive())["type"] != "http.disconnect":
            pass

    assert kinds(recorded(app))[-2:] == ["receive", "return"]


def test_an_asgi_application_that_says_nothing_is_given_up():
    @for_http
    async def app(scope, receive, send):
        await asyncio.Event().wait()

    recording = recorded(app, timeout=0.01)
    assert "sent nothing for 0.01 s" in detail(recording, "given up", "reason")


def test_a_planted_exception_breaks_either_world_after_half_a_chunk():
    def application(environ, start_response):
        start_response(*OK)
        return [b"1234"]

    async def app(scope, receive, send):
        await send(START)
        await send({**BODY, "body": b"1234"})

    script = Script(headers=GET.headers, breaks=True)
    wsgi, asgi = recorded(application, script), recorded(app, script)
    assert detail(wsgi, "chunk", "data") == b"12"
    assert detail(asgi, "send", "message", 1) == {**BODY, "body": b"12", "more_body": True}
    for recording in (wsgi, asgi):
        assert detail(recording, "raise", "error").startswith("PlantedError: planted by x-ray")


def test_a_planted_exception_needs_no_chunk_and_closes_the_body():
    closed = []

    class Body(list):
        def close(self):
            closed.append(True)

    def application(environ, start_response):
        start_response(*OK)
        return Body()

    recording = recorded(application, Script(headers=GET.headers, breaks=True))
    assert kinds(recording)[-2:] == ["raise", "close"]
    assert closed == [True]
