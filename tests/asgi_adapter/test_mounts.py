"""What is mounted behind ASGI: the scope it gets; and the bridge to a WSGI application."""

import asyncio
import threading

import pytest

from asgi_adapter import ASGIAdapter
from core import App
from core.errors import ClientDisconnected
from lab.testing import Client, WebSocketRefused
from lab.testing.asgi import scope_of
from tests.asgi_adapter.server import live

PATIENCE = 10  # seconds
REQUEST = {"type": "http.request", "body": b"", "more_body": False}
DISCONNECT = {"type": "http.disconnect"}


async def echo(scope, receive, send):
    seen = {key: scope.get(key) for key in ("path", "root_path", "raw_path")}
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": repr(seen).encode()})


def behind(application, **options):
    """An adapter with the application below "/in"."""
    adapter = ASGIAdapter(App(), **options)
    adapter.mount("/in", application)
    return adapter


def scope(target="/in/x", method="GET", *headers, **changes):
    """A scope; a key is left out where its value is None."""
    made = dict(scope_of(Client(echo).asked(method, target), {}, ())) | changes
    made["headers"] = [*made["headers"], *headers]
    return {key: value for key, value in made.items() if value is not None}


class Server:
    """A server's end of one request: what it says in turn, and what it was sent."""

    def __init__(self, *said, deaf_after=None):
        self.said = list(said)
        self.sent = []
        self.deaf_after = deaf_after  # messages: then the client has gone, and `send` says so
        self.leaves = asyncio.Event()
        self.heard = asyncio.Event()

    async def receive(self):
        if self.said:
            return self.said.pop(0)
        await self.leaves.wait()
        return DISCONNECT

    async def send(self, message):
        if self.deaf_after is not None and len(self.sent) >= self.deaf_after:
            raise OSError("the client has gone")
        self.sent.append(message)
        self.heard.set()

    async def hears(self, count):
        """Wait for so many messages."""
        while len(self.sent) < count:
            self.heard.clear()
            await self.heard.wait()

    @property
    def body(self):
        return b"".join(message.get("body", b"") for message in self.sent)


def call(application, scope, *said):
    """What the application sends to who says these messages."""

    async def serve():
        server = Server(*(said or [REQUEST]))
        async with asyncio.timeout(PATIENCE):
            await application(scope, server.receive, server.send)
        return server

    return asyncio.run(serve())


# The scope.


@pytest.mark.parametrize(
    ("root", "path", "seen_root", "seen_path"),
    [
        ("", "/in", "/in", "/in"),
        ("", "/in/", "/in", "/in/"),
        ("/root", "/root/in/x", "/root/in", "/root/in/x"),
        ("/root", "/in/x", "/root/in", "/root/in/x"),  # of a server that leaves the root out
        ("/", "/in/x", "/in", "/in/x"),
        ("/in", "/in/in/x", "/in/in", "/in/in/x"),
        (None, "/in/x", "/in", "/in/x"),
        ("/é", "/é/in/é", "/é/in", "/é/in/é"),
        ("", "http://host/in/x", "/in", "/in/x"),  # as a proxy asks
    ],
)
def test_the_prefix_is_added_to_the_root_path_which_the_path_contains(
    root, path, seen_root, seen_path
):
    seen = eval(call(behind(echo), scope(root_path=root, path=path)).body)
    assert (seen["root_path"], seen["path"]) == (seen_root, seen_path)


def test_the_path_as_it_was_sent_is_not_changed():
    assert eval(call(behind(echo), scope("/in/%41")).body)["raw_path"] == b"/in/%41"


def test_the_scope_of_who_calls_is_not_changed():
    given = scope()
    before = dict(given)
    call(behind(echo), given)
    assert given == before


def test_where_nothing_is_mounted_nothing_is_in_the_way():
    app = ASGIAdapter(App())
    call(app, scope())
    assert app.outermost is None


def test_an_answer_passes_the_validator():
    assert Client(behind(echo)).get("/in/x").status == 200


# What is no HTTP.


async def greeting(scope, receive, send):
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": f"{scope['root_path']} {scope['path']}"})
    await send({"type": "websocket.close", "code": 1000})


def test_the_websockets_below_its_prefix_are_the_applications():
    app = behind(greeting)

    @app.websocket("/{rest:path}")
    async def own(websocket, rest):
        async with websocket:
            await websocket.send_text(f"own {rest}")

    client = Client(app)
    with client.websocket("/in/ws") as websocket:
        assert websocket.receive_text() == "/in /in/ws"
    with client.websocket("/other/ws") as websocket:
        assert websocket.receive_text() == "own other/ws"


def test_the_websockets_of_a_wsgi_application_are_refused():
    client = Client(behind(wsgi_echo))
    with pytest.raises(WebSocketRefused) as refused, client.websocket("/in/ws"):
        pass
    assert refused.value.status == 403


def test_an_unknown_kind_of_scope_is_refused_by_the_adapter():
    with pytest.raises(ValueError, match="got 'telnet'"):
        call(behind(echo), {"type": "telnet"})


def test_the_lifespan_of_a_mounted_application_shares_our_state():
    async def application(scope, receive, send):
        await receive()
        scope["state"]["inner"] = scope["state"]["outer"] + 1
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    class Outer:
        def __init__(self, _):
            pass

        def __enter__(self):
            return {"outer": 1}

        def __exit__(self, *_):
            pass

    state = {}
    live(behind(application, lifespan=Outer), state=state)
    assert state == {"outer": 1, "inner": 2}


# The bridge: what the application is told.


def wsgi_echo(environ, start_response):
    start_response("200 OK", [("content-type", "text/plain")])
    return [repr({key: it for key, it in environ.items() if isinstance(it, (str, bool))}).encode()]


def environ_of(given, *said):
    """The environ's plain values, for this scope."""
    return eval(call(behind(wsgi_echo), given, *said).body)


def test_the_environ_is_that_of_the_request(monkeypatch):
    monkeypatch.setenv("SCRIPT_NAME", "/elsewhere")  # which a2wsgi would believe
    seen = environ_of(scope("/r/in/%C3%A9/a%2Fb?q=%41", root_path="/r"))
    assert seen["SCRIPT_NAME"] == "/r/in"
    assert seen["PATH_INFO"] == "/\xc3\xa9/a/b"
    assert seen["RAW_URI"] == "/r/in/%C3%A9/a%2Fb?q=%41"
    assert seen["QUERY_STRING"] == "q=%41"
    assert seen["REQUEST_METHOD"] == "GET"
    assert seen["wsgi.input_terminated"] is True


@pytest.mark.parametrize(("raw_path", "uri"), [(b"/in/x", "/in/x"), (None, None)])
def test_the_path_as_it_was_sent_is_told_if_the_server_does(raw_path, uri):
    assert environ_of(scope(raw_path=raw_path)).get("RAW_URI") == uri


def test_a_query_that_is_not_ascii_is_encoded():
    assert environ_of(scope(query_string=b"q=\xe9&b=%41"))["QUERY_STRING"] == "q=%E9&b=%41"


def test_a_header_with_an_underscore_does_not_pass_for_its_namesake():
    seen = environ_of(scope("/in/x", "GET", (b"x-foo", b"real"), (b"x_foo", b"forged")))
    assert seen["HTTP_X_FOO"] == "real"


# Bodies.


def reads(environ, start_response):
    start_response("200 OK", [("content-type", "text/plain")])
    return [environ["wsgi.input"].read()]


def part(body, more=True):
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_without_a_length_is_read_to_its_end():
    given = scope("/in/x", "POST", (b"transfer-encoding", b"chunked"))
    assert call(behind(reads), given, part(b"a"), part(b"b"), part(b"", False)).body == b"ab"


@pytest.mark.parametrize("said", [[DISCONNECT], [part(b"a"), DISCONNECT]])
def test_the_end_of_a_body_that_is_cut_off_is_an_error(said):
    given = scope("/in/x", "POST", (b"content-length", b"10"))
    with pytest.raises(ClientDisconnected, match="before the whole body had come"):
        call(behind(reads), given, *said)


def test_a_body_that_is_not_there_is_empty_also_while_a_stream_is_sent():
    def application(environ, start_response):
        start_response("200 OK", [("content-type", "text/plain")])
        yield b"one "
        yield b"two "
        yield b"three "  # by now somebody waits for word of the client
        yield environ["wsgi.input"].read() + b"."

    assert call(behind(application), scope()).body == b"one two three ."


# Failures, and clients that go.


def test_what_fails_is_the_servers_business():
    def application(environ, start_response):
        raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        call(behind(application), scope())


def test_a_server_that_refuses_a_message_ends_the_stream():
    stream = Endless()

    async def serve():
        server = Server(REQUEST)

        async def send(message):
            if len(server.sent) == 3:
                raise RuntimeError("no such message")
            await server.send(message)

        with pytest.raises(RuntimeError, match="no such message"):
            await behind(stream)(scope(), server.receive, send)

    asyncio.run(serve())
    assert stream.closed.wait(PATIENCE)


class Endless:
    """A WSGI application with a response that never ends by itself."""

    def __init__(self):
        self.closed = threading.Event()
        self.closings = 0

    def __call__(self, environ, start_response):
        start_response("200 OK", [("content-type", "text/plain")])
        return self

    def __iter__(self):
        return self

    def __next__(self):
        return b"x"

    def close(self):
        self.closings += 1
        self.closed.set()


@pytest.mark.parametrize("how", ["receive tells it", "send tells it", "it is cancelled"])
def test_a_stream_whose_client_goes_is_closed_once(how):
    stream = Endless()

    async def serve():
        server = Server(REQUEST, deaf_after=5 if how == "send tells it" else None)
        serving = asyncio.ensure_future(behind(stream)(scope(), server.receive, server.send))
        async with asyncio.timeout(PATIENCE):
            await server.hears(4)
        if how == "receive tells it":
            server.leaves.set()
        elif how == "it is cancelled":
            serving.cancel()
        await asyncio.wait([serving], timeout=PATIENCE)
        assert serving.cancelled() == (how == "it is cancelled")
        assert await asyncio.to_thread(stream.closed.wait, PATIENCE)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(serve())
    assert stream.closings == 1


def test_no_chunk_is_made_before_the_last_one_is_sent():
    made = []

    def application(environ, start_response):
        start_response("200 OK", [("content-type", "text/plain")])
        for number in range(5):
            made.append(number)
            yield b"x"

    async def serve():
        server = Server(REQUEST)
        ahead = []

        async def send(message):
            await server.send(message)
            ahead.append(len(made) - sum(1 for it in server.sent if it.get("body")))

        await behind(application)(scope(), server.receive, send)
        return ahead

    assert max(asyncio.run(serve())) <= 1


def test_a_response_of_one_chunk_has_no_task_beside_it():
    async def serve():
        server = Server(REQUEST)
        tasks = []

        async def send(message):
            await asyncio.sleep(0)  # so that a task which the last message has made has begun
            tasks.append({task.get_coro().__qualname__ for task in asyncio.all_tasks()})
            await server.send(message)

        await behind(wsgi_echo)(scope(), server.receive, send)
        return set().union(*tasks), server.said

    tasks, unheard = asyncio.run(serve())
    assert not any("_watch" in name for name in tasks)
    assert unheard == [REQUEST]  # nor has one begun at the end


def test_its_threads_are_as_many_as_the_adapters():
    barrier = threading.Barrier(3)

    def application(environ, start_response):
        barrier.wait(PATIENCE)
        return wsgi_echo(environ, start_response)

    async def serve():
        app = behind(application, threads=3)
        servers = [Server(REQUEST) for _ in range(3)]
        await asyncio.gather(*(app(scope(), it.receive, it.send) for it in servers))
        return servers

    assert all(server.body for server in asyncio.run(serve()))
