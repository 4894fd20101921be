"""The client's end of a WebSocket, and the client's lifespan."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette

from asgi_adapter import ASGIAdapter
from core import App
from lab.asgi_rules import Violation
from lab.testing import Client, ClientError, LifespanFailed, WebSocketClosed, WebSocketRefused
from wsgi_adapter import WSGIAdapter


def served(handler):
    """A client of an application with this handler of its WebSockets."""
    app = ASGIAdapter(App())
    app.websocket("/ws/{name}")(handler)
    return Client(app)


async def echo(websocket, name):
    async with websocket:
        async for message in websocket:
            if isinstance(message, str):
                await websocket.send_text(f"{name}: {message}")
            else:
                await websocket.send_bytes(message[::-1])


def test_a_conversation_in_text_bytes_and_json():
    with served(echo).websocket("/ws/ann") as websocket:
        websocket.send_text("hi")
        websocket.send_bytes(b"ab")
        assert (websocket.receive(), websocket.receive()) == ("ann: hi", b"ba")
        websocket.send_text("ho")
        assert websocket.receive_text() == "ann: ho"
        websocket.send_bytes(b"ab")
        assert websocket.receive_bytes() == b"ba"


def test_json_goes_both_ways():
    async def add(websocket, name):
        async with websocket:
            numbers = await websocket.receive_json()
            await websocket.send_json({"sum": sum(numbers)})

    with served(add).websocket("/ws/x") as websocket:
        websocket.send_json([1, 2])
        assert websocket.receive_json() == {"sum": 3}


@pytest.mark.parametrize(
    ("sent", "receive"), [("send_text", "receive_bytes"), ("send_bytes", "receive_text")]
)
def test_a_message_of_the_other_kind_is_a_named_error(sent, receive):
    with served(echo).websocket("/ws/x") as websocket:
        getattr(websocket, sent)("a" if sent == "send_text" else b"a")
        with pytest.raises(ClientError, match=r"wanted a (binary|text) message; got"):
            getattr(websocket, receive)()


def test_the_messages_end_where_the_application_closes():
    async def count(websocket, name):
        async with websocket:
            for number in range(3):
                await websocket.send_text(str(number))

    with served(count).websocket("/ws/x") as websocket:
        assert list(websocket) == ["0", "1", "2"]
        with pytest.raises(WebSocketClosed) as closed:
            websocket.receive()
        with pytest.raises(WebSocketClosed):
            websocket.send_text("too late")
    assert (closed.value.code, closed.value.reason) == (1000, "")


def test_a_close_of_the_application_has_its_code_and_reason():
    async def leave(websocket, name):
        await websocket.accept()
        await websocket.close(4000, "done")

    with (
        served(leave).websocket("/ws/x") as websocket,
        pytest.raises(WebSocketClosed, match="4000 done") as closed,
    ):
        websocket.receive()
    assert (closed.value.code, closed.value.reason) == (4000, "done")


@pytest.mark.parametrize("leave", [lambda it: None, lambda it: it.close(4001, "bye")])
def test_a_close_of_the_client_is_told_and_the_application_has_the_time_to_end(leave):
    told = []

    async def application(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        told.append(await receive())
        await asyncio.sleep(0)
        told.append("ended")

    with Client(application).websocket("/") as websocket:
        leave(websocket)
    left = {"type": "websocket.disconnect", "code": 1000, "reason": ""}
    bye = {"type": "websocket.disconnect", "code": 4001, "reason": "bye"}
    assert told in ([left, "ended"], [bye, "ended"])


def test_sending_to_a_client_that_has_gone_raises_in_the_application():
    """ASGI, "Disconnected Client - send exception"."""
    raised = []

    async def application(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        try:
            while True:
                await send({"type": "websocket.send", "text": "x"})
        except OSError as error:
            raised.append(error)

    with Client(application).websocket("/") as websocket:
        assert [websocket.receive() for _ in range(100)] == ["x"] * 100
    assert len(raised) == 1


def test_an_application_that_ends_without_closing_is_cut_off():
    async def application(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})

    with (
        Client(application).websocket("/") as websocket,
        pytest.raises(WebSocketClosed, match="1006"),
    ):
        websocket.receive()


def test_an_exception_of_the_application_is_raised_where_the_test_waits():
    async def application(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        raise LookupError("mine")

    with Client(application).websocket("/") as websocket:
        websocket.send_text("x")
        with pytest.raises(LookupError, match="mine"):
            websocket.receive()


def test_a_handshake_tells_subprotocol_headers_and_cookies():
    async def choose(websocket, name):
        assert websocket.subprotocols == ["b", "chat"]
        assert websocket.request.headers["x-a"] == "1"
        assert websocket.request.cookies == {"c": "1"}
        assert websocket.request.query["q"] == "2"
        await websocket.accept("chat", headers={"X-B": "3", "Set-Cookie": "d=4"})

    client = served(choose)
    client.cookies["c"] = "1"
    with client.websocket(
        "/ws/x?q=2", subprotocols=["b", "chat"], headers={"X-A": "1"}
    ) as websocket:
        assert (websocket.subprotocol, websocket.headers["x-b"]) == ("chat", "3")
    assert client.cookies["d"] == "4"


def refuse(client, path="/ws/x"):
    with pytest.raises(WebSocketRefused) as refused, client.websocket(path):
        pytest.fail("it was accepted")
    return refused.value


def test_a_refusal_without_a_status_is_a_403():
    async def application(scope, receive, send):
        await receive()
        await send({"type": "websocket.close", "code": 1008})

    refused = refuse(Client(application))
    assert (refused.status, str(refused)) == (403, "the handshake was refused: 403")


def test_a_refusal_has_its_answer():
    async def application(scope, receive, send):
        await receive()
        headers = [(b"x-a", b"1")]
        start = {"type": "websocket.http.response.start", "status": 401, "headers": headers}
        await send(start)
        body = {"type": "websocket.http.response.body", "body": b"who ", "more_body": True}
        await send(body)
        await send({**body, "body": b"are you?", "more_body": False})

    refused = refuse(Client(application))
    assert (refused.status, refused.answer.text) == (401, "who are you?")
    assert refused.answer.headers["x-a"] == "1"


def test_a_path_without_a_websocket_is_refused():
    assert refuse(served(echo), "/nope").status in (403, 404)


def test_an_application_that_says_nothing_is_a_named_error():
    async def application(scope, receive, send):
        await receive()

    with (
        pytest.raises(ClientError, match="neither accepted nor refused"),
        Client(application, validate=False).websocket("/"),
    ):
        pytest.fail("it was accepted")
    with pytest.raises(Violation), Client(application).websocket("/"):
        pytest.fail("it was accepted")


def test_two_websockets_are_open_at_a_time():
    joined = []

    async def application(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        joined.append(send)
        while (message := await receive())["type"] == "websocket.receive":
            for each in joined:
                await each({"type": "websocket.send", "text": message["text"]})
        joined.remove(send)

    client = Client(application)
    with client.websocket("/") as first, client.websocket("/") as second:
        for websocket in (second, first):
            websocket.send_text("hi")
            assert (first.receive(), second.receive()) == ("hi", "hi")


def test_a_wsgi_application_has_no_websockets():
    with (
        pytest.raises(ClientError, match="WebSockets are for the ASGI world"),
        Client(App(), world="wsgi").websocket("/"),
    ):
        pytest.fail("it was accepted")


# The lifespan


def test_the_block_is_the_applications_life():
    marks = []

    @asynccontextmanager
    async def lifespan(site):
        marks.append("up")
        yield {"shared": marks}
        marks.append("down")

    site = App()

    @site.get("/")
    def handler(request):
        request.state.shared.append(hasattr(request.state, "own"))
        request.state.own = 1
        return "x"

    with Client(ASGIAdapter(site, lifespan=lifespan)) as client:
        assert marks == ["up"]
        assert [client.get("/").text for _ in range(2)] == ["x", "x"]
    assert marks == ["up", False, False, "down"]


def test_within_a_running_loop_the_block_is_awaited():
    marks = []
    app = ASGIAdapter(App())
    app.on_startup(lambda: marks.append("up"))
    app.on_shutdown(lambda: marks.append("down"))
    app.site.get("/")(lambda: "x")

    async def test():
        async with Client(app) as client:
            assert (await client.request_async("GET", "/")).text == "x"

    asyncio.run(test())
    assert marks == ["up", "down"]


def test_a_wsgi_adapter_is_started_up_and_shut_down():
    application, marks = WSGIAdapter(App()), []
    application.on_startup(lambda: marks.append("up"))
    application.on_shutdown(lambda: marks.append("down"))
    with Client(application):
        assert marks == ["up"]
    assert marks == ["up", "down"]


def test_a_wsgi_application_without_a_lifespan_has_none():
    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x"]

    with Client(application) as client:
        assert client.get("/").text == "x"


def test_a_startup_that_fails_is_raised(caplog):
    app = ASGIAdapter(App())
    app.on_startup(lambda: 1 / 0)
    with pytest.raises(LifespanFailed, match="ZeroDivisionError: division by zero"), Client(app):
        pytest.fail("it has started")


def test_a_shutdown_that_fails_is_raised(caplog):
    app = ASGIAdapter(App())
    app.on_shutdown(lambda: 1 / 0)
    with pytest.raises(LifespanFailed, match="ZeroDivisionError: division by zero"), Client(app):
        pass


def test_what_is_raised_after_a_failure_is_its_cause():
    @asynccontextmanager
    async def lifespan(app):
        raise LookupError("mine")
        yield

    with pytest.raises(LifespanFailed) as failed, Client(Starlette(lifespan=lifespan)):
        pytest.fail("it has started")
    assert isinstance(failed.value.__cause__, LookupError)


def test_an_application_that_does_not_speak_the_protocol_is_served_without():
    async def application(scope, receive, send):
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    with Client(application) as client:
        assert client.get("/").status == 200


async def raises(scope, receive, send):
    await receive()
    raise LookupError("mine")


async def says_nothing(scope, receive, send):
    await receive()


@pytest.mark.parametrize(
    ("application", "error"), [(raises, LookupError), (says_nothing, Violation)]
)
def test_an_application_that_ends_after_the_startup_message_has_failed(application, error):
    with pytest.raises(error), Client(application):
        pytest.fail("it has started")


def test_an_application_that_ends_early_has_nothing_to_shut_down():
    with Client(says_nothing, validate=False) as client:
        assert client.world == "asgi"
