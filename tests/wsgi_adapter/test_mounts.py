"""What is mounted behind WSGI: the environ it gets; and the bridge to an ASGI application."""

import asyncio
import logging
import threading
from contextlib import suppress
from functools import wraps

import pytest
from a2wsgi.asgi import build_scope

from core import App
from lab.testing import Client
from lab.testing.wsgi import environ_of
from wsgi_adapter import WSGIAdapter

PATIENCE = 10  # seconds
TEXT = [(b"content-type", b"text/plain")]


def echo(environ, start_response):
    start_response("200 OK", [("content-type", "text/plain")])
    return [f"{environ['SCRIPT_NAME']} {environ['PATH_INFO']}".encode("latin-1")]


def behind(application, **options):
    """An adapter with the application below "/in"."""
    adapter = WSGIAdapter(App(), **options)
    adapter.mount("/in", application)
    return adapter


def environ(path="/in/x", method="GET", **changes):
    """An environ; a key is left out where its value is None."""
    asked = Client(echo).asked(method, path)
    made = environ_of(asked) | changes
    return {key: value for key, value in made.items() if value is not None}


def call(application, environ):
    """The status, header fields and chunks of the answer."""
    started = []
    body = application(environ, lambda *arguments: started.append(arguments))
    try:
        octets = b"".join(body)
    finally:
        getattr(body, "close", lambda: None)()
    return started[-1][0], dict(started[-1][1]), octets


# The environ.


@pytest.mark.parametrize(
    ("root", "path", "seen"),
    [
        ("", "/in", b"/in "),
        ("", "/in/", b"/in /"),
        ("/root", "/in/x/y", b"/root/in /x/y"),
        ("/", "/in/x", b"/in /x"),
        ("/\xc3\xa9", "/in/\xc3\xa9", b"/\xc3\xa9/in /\xc3\xa9"),
    ],
)
def test_the_prefix_moves_from_the_path_to_the_script_name(root, path, seen):
    answer = call(behind(echo), environ(SCRIPT_NAME=root, PATH_INFO=path))
    assert answer[2] == seen


@pytest.mark.parametrize("key", ["SCRIPT_NAME", "PATH_INFO"])
def test_a_key_that_may_be_absent_may_be(key):
    application = behind(echo)
    application.site.get("/")(lambda: "own")
    expected = b"/in /x" if key == "SCRIPT_NAME" else b"own"
    assert call(application, environ(**{key: None}))[2] == expected


def test_the_environ_of_who_calls_is_not_changed():
    given = environ()
    before = dict(given)
    call(behind(echo), given)
    assert given == before


def test_where_nothing_is_mounted_nothing_is_in_the_way():
    assert WSGIAdapter(App()).outermost is None


def test_no_lifespan_is_put_around_a_wsgi_application():
    seen = call(behind(lambda environ, start_response: echo(environ, start_response)), environ())
    assert seen[2] == b"/in /x"
    assert behind(echo).lifespan.names == []


# The bridge: what the application is told.


def without_lifespan(application):
    """The application, which knows HTTP only, and says so as ASGI has it ("Applications")."""

    @wraps(application)
    async def serve(scope, receive, send):
        if scope["type"] != "http":
            raise ValueError(scope["type"])
        await application(scope, receive, send)

    return serve


def asgi(function):
    """An ASGI application that says what the function gives for scope and `receive`."""

    @without_lifespan
    async def application(scope, receive, send):
        body = repr(await function(scope, receive)).encode()
        headers = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return application


async def scope_and_more(scope, receive):
    keys = ("type", "method", "path", "root_path", "raw_path", "query_string", "state")
    return {key: scope.get(key) for key in keys} | {"headers": dict(scope["headers"])}


def seen_by(function, given, **options):
    """What the function gives, behind the bridge."""
    return eval(call(behind(asgi(function), **options), given)[2])


def test_the_scope_is_that_of_the_request():
    given = environ("/in/a%2Fb?q=%41", SCRIPT_NAME="/r", RAW_URI="/r/in/a%2Fb?q=%41")
    seen = seen_by(scope_and_more, given)
    headers = seen.pop("headers")
    assert seen == {
        "type": "http",
        "method": "GET",
        "path": "/r/in/a/b",  # ASGI has the root path inside it
        "root_path": "/r/in",
        "raw_path": b"/r/in/a%2Fb",
        "query_string": b"q=%41",
        "state": {},
    }
    assert not {b"content-length", b"content-type"} & set(headers)


def test_an_answer_passes_the_validator():
    with Client(behind(asgi(scope_and_more))) as client:
        assert client.get("/in/x").status == 200


@pytest.mark.parametrize("length", [None, "", "0"])
def test_no_body_is_told_at_once(length):
    async def receives(scope, receive):
        return await receive()

    given = environ(CONTENT_LENGTH=length, **{"wsgi.input": None})
    assert seen_by(receives, given) == {"type": "http.request", "body": b"", "more_body": False}


def test_the_length_and_the_type_of_a_body_are_passed_on():
    given = environ(method="POST", CONTENT_LENGTH="0", CONTENT_TYPE="text/x")
    headers = seen_by(scope_and_more, given)["headers"]
    assert (headers[b"content-length"], headers[b"content-type"]) == (b"0", b"text/x")


def test_an_empty_type_is_none():
    assert b"content-type" not in seen_by(scope_and_more, environ(CONTENT_TYPE=""))["headers"]


def test_a_path_that_is_not_utf_8_has_the_replacement_character():
    assert seen_by(scope_and_more, environ(PATH_INFO="/in/\xff"))["path"] == "/in/\ufffd"


def test_a_query_that_is_not_ascii_is_encoded():
    assert seen_by(scope_and_more, environ(QUERY_STRING="q=\xe9&b=%41"))["query_string"] == (
        b"q=%E9&b=%41"
    )


def test_a_path_that_the_server_does_not_tell_as_it_was_sent_is_left_out():
    assert seen_by(scope_and_more, environ(RAW_URI=None))["raw_path"] is None


# Bodies.


async def whole_body(scope, receive):
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages[-1]["type"], b"".join(message.get("body", b"") for message in messages)


@pytest.mark.parametrize("chunks", [[b"a"], [b"a" * 70_000, b"b" * 70_000], [b"x"] * 50])
def test_a_body_without_a_length_is_read_to_its_end(chunks):
    with Client(behind(asgi(whole_body))) as client:
        answer = client.post("/in/x", body=chunks)
    assert eval(answer.body) == ("http.request", b"".join(chunks))


def test_a_body_that_the_server_does_not_end_is_refused():
    given = environ(
        method="POST", HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input_terminated": None}
    )
    status, headers, body = call(behind(asgi(whole_body)), given)
    assert (status, headers["content-length"]) == ("411 Length Required", str(len(body)))
    assert b"this server passes on no body without a Content-Length" in body


def test_a_malformed_length_is_refused():
    status, _, body = call(behind(asgi(whole_body)), environ(method="POST", CONTENT_LENGTH="+5"))
    assert (status, body) == ("400 Bad Request", b"400 Content-Length is a number in digits\n")


@pytest.mark.parametrize("chunked", [True, False])
def test_the_end_of_a_body_that_is_cut_off_is_a_disconnect(chunked):
    headers = {} if chunked else {"content-length": "10"}
    with Client(behind(asgi(whole_body))) as client:
        answer = client.post("/in/x", body=[b"abc"], headers=headers, disconnect=True)
    assert eval(answer.body) == ("http.disconnect", b"abc")


def test_after_the_body_comes_the_disconnect_once_the_response_is_complete():
    @without_lifespan
    async def application(scope, receive, send):
        heard.append((await receive())["type"])
        waiting = asyncio.ensure_future(receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        heard.append(waiting.done())
        await send({"type": "http.response.body", "body": b"two"})
        heard.append((await waiting)["type"])

    heard = []
    assert call(behind(application), environ())[2] == b"onetwo"
    assert heard == ["http.request", False, "http.disconnect"]


# Failures.


async def nothing(scope, receive, send):
    """An application that gives no answer."""


@without_lifespan
async def only_a_start(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def cancels_itself(scope, receive, send):
    asyncio.current_task().cancel()
    await asyncio.sleep(0)


async def a_bug(scope, receive, send):
    raise KeyError("a bug")


@pytest.mark.parametrize(
    ("application", "told"),
    [
        (nothing, "returned before its response was complete"),
        (cancels_itself, "was cancelled by code of its own"),
        (a_bug, "failed: KeyError('a bug')"),
    ],
)
def test_an_application_that_gives_no_answer_is_a_500_and_in_the_log(application, told, caplog):
    status, _, body = call(behind(application), environ())
    assert (status[:3], body) == ("500", b"Server got itself in trouble")
    assert told in caplog.text


def test_a_response_that_has_no_end_is_raised_so_that_no_server_takes_it_for_whole(caplog):
    status = "raised"
    with suppress(RuntimeError):
        status = call(behind(only_a_start), environ())[0]
    assert status in ("raised", "500 Internal Server Error")  # as a2wsgi has seen it in time or not
    assert "returned before its response was complete" in caplog.text


def test_what_fails_after_the_response_is_only_logged(caplog):
    @without_lifespan
    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"all"})
        raise KeyError("after")

    assert call(behind(application), environ())[2] == b"all"
    assert "failed: KeyError('after')" in caplog.text


def test_what_fails_halfway_is_raised_so_that_the_server_cuts_the_connection(caplog):
    @without_lifespan
    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        raise KeyError("halfway")

    with pytest.raises(KeyError, match="halfway"):
        call(behind(application), environ())
    assert "failed: KeyError('halfway')" in caplog.text


def test_what_fails_is_raised_also_where_a2wsgi_ends_as_if_all_were_well(monkeypatch):
    class Hasty:
        """a2wsgi where it sees the application's end before it hears of the error."""

        def __init__(self, application, loop):
            self.application, self.loop = application, loop

        def __call__(self, environ, start_response):
            start_response("200 OK", [])
            yield b"one"
            calling = self.application(build_scope(environ), None, None)
            asyncio.run_coroutine_threadsafe(calling, self.loop).exception(PATIENCE)

    monkeypatch.setattr("a2wsgi.ASGIMiddleware", Hasty)
    with pytest.raises(KeyError, match="a bug"):
        call(behind(a_bug), environ())


def test_a_response_of_which_nobody_wants_the_rest_ends_its_task():
    ended = threading.Event()

    @without_lifespan
    async def application(scope, receive, send):
        try:
            await send({"type": "http.response.start", "status": 200, "headers": TEXT})
            while True:
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
        finally:
            ended.set()

    with Client(behind(application)) as client, client.stream("GET", "/in/x") as answer:
        assert next(answer.chunks()) == b"x"
        assert not ended.is_set()
    assert ended.wait(PATIENCE)


def test_a_response_that_is_closed_before_it_has_begun_has_no_task_to_end():
    behind(asgi(scope_and_more))(environ(), lambda *_: None).close()


def test_where_a_thread_can_not_wait_for_a_loop_it_says_so(monkeypatch):
    application = behind(asgi(scope_and_more))
    application.startup()
    monkeypatch.setattr("wsgi_adapter.bridge.problem", lambda: "under gevent it can't")
    with pytest.raises(RuntimeError, match="on WSGI needs an event loop; under gevent it can't"):
        application(environ(), lambda *_: None)
    application.shutdown()


# The lifespan.


class Living:
    """An application that notes on which loop it is; a phase in `fails` goes wrong."""

    def __init__(self, fails=""):
        self.fails = fails
        self.events = []

    async def __call__(self, scope, receive, send):
        self.events.append((scope["type"], asyncio.get_running_loop()))
        if scope["type"] == "lifespan":
            await self.live(scope, receive, send)
        else:
            await asgi(scope_and_more)(scope, receive, send)

    async def live(self, scope, receive, send):
        for phase in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{phase}"
            self.events.append(phase)
            scope["state"][phase] = True
            if self.fails == f"{phase} raises":
                raise KeyError(phase)
            outcome = "failed" if self.fails == phase else "complete"
            await send({"type": f"lifespan.{phase}.{outcome}"})
        if self.fails == "afterwards":
            raise KeyError("afterwards")


@pytest.mark.parametrize("loop", ["own", "shared"])
def test_the_lifespan_is_on_the_loop_of_the_requests_which_get_its_state(loop):
    inner = Living()
    with Client(behind(inner, loop=loop)) as client:
        assert eval(client.get("/in/x").body)["state"] == {"startup": True}
    (_, at_first), started, (_, at_request), stopped = inner.events
    assert at_first is at_request
    assert (started, stopped) == ("startup", "shutdown")


def test_the_lifespan_starts_with_the_first_request_at_the_latest():
    inner = Living()
    application = behind(inner)
    call(application, environ("/other"))
    assert inner.events[1] == "startup"
    application.shutdown()
    assert inner.events[2] == "shutdown"


def test_a_startup_that_fails_is_ours(caplog):
    with pytest.raises(RuntimeError, match=r"the startup of <.*Living.*> failed: None"):
        behind(Living(fails="startup")).startup()
    assert "startup failed" in caplog.text


def test_nothing_is_started_where_a_thread_can_not_wait_for_a_loop(monkeypatch, caplog):
    inner = Living()
    monkeypatch.setattr("wsgi_adapter.loop.problem", lambda: "under gevent it can't")
    assert call(behind(inner), environ())[0].startswith("500")
    assert "on WSGI needs an event loop; under gevent it can't" in caplog.text
    assert inner.events == []


@pytest.mark.parametrize("fails", ["shutdown", "shutdown raises", "afterwards"])
def test_a_shutdown_that_fails_is_logged(fails, caplog):
    inner = Living(fails=fails)
    with Client(behind(inner)):
        pass
    assert inner.events[-1] == "shutdown"
    logged = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(logged) == 1


@pytest.mark.parametrize("fails", ["startup raises", "no lifespan"])
def test_an_application_that_raises_at_its_lifespan_has_none(fails):
    inner = asgi(scope_and_more) if fails == "no lifespan" else Living(fails=fails)
    with Client(behind(inner)) as client:
        assert client.get("/in/x").status == 200


def test_a_startup_that_is_cancelled_leaves_no_task():
    asked = threading.Event()

    async def never(scope, receive, send):
        asked.set()
        await asyncio.Event().wait()

    async def starts(running):
        starting = asyncio.ensure_future(running.__aenter__())
        await asyncio.to_thread(asked.wait, PATIENCE)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting

    from wsgi_adapter.child_lifespan import running

    asyncio.run(starts(running(never, {})))
