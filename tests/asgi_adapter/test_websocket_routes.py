"""From a WebSocket's path to its handler, and what becomes of it when that fails."""

import functools

import pytest

from asgi_adapter import ASGIAdapter, WebSocket
from core import App, Converter, HTTPError
from tests.asgi_adapter.server import CLOSED, converse, gone, text

ACCEPT, SEND, CLOSE = "websocket.accept", "websocket.send", "websocket.close"


@pytest.fixture
def app():
    return ASGIAdapter(
        App(converters=[Converter("month", lambda text: ["jan", "feb"].index(text))])
    )


def kinds(sent):
    return [message["type"] for message in sent]


def test_a_handler_takes_the_websocket_and_path_parameters_by_name(app):
    seen = []

    @app.websocket("/rooms/{room}/{number:int}/{when:month}")
    async def talk(number, room, websocket: WebSocket, when):
        seen.append((room, number, when, websocket.params))
        await websocket.accept()

    converse(app, path="/rooms/a%2Fb/5/feb")
    assert seen == [("a/b", 5, 1, {"room": "a/b", "number": 5, "when": 1})]


def test_a_root_path_is_taken_off(app):
    seen = []

    @app.websocket("/x")
    async def x(websocket):
        request = websocket.request
        seen.append((request.path, request.root_path, request.scheme, request.method))

    converse(app, path="/api/x", root_path="/api")
    assert seen == [("/x", "/api", "ws", "GET")]


@pytest.mark.parametrize("path", ["/nope", "/x/", "/%ff", "/x%0A", "/http"])
def test_a_path_without_a_handler_is_refused_in_the_handshake(app, path):
    app.websocket("/x")(accepting)
    app.site.get("/http")(lambda: "x")
    assert kinds(converse(app, path=path)) == [CLOSE]  # before accept: the server answers 403


async def accepting(websocket):
    await websocket.accept()


class Callable:
    async def __call__(self, websocket):
        await websocket.accept()


@pytest.mark.parametrize(
    "handler",
    [Callable(), functools.partial(accepting), Callable().__call__],
    ids=["callable object", "partial", "bound method"],
)
def test_a_handler_may_be_any_async_callable(app, handler):
    app.websocket("/")(handler)
    assert kinds(converse(app)) == [ACCEPT, CLOSE]


def test_the_same_path_may_be_a_page_and_a_websocket(app):
    app.site.get("/x")(lambda: "page")
    app.websocket("/x")(accepting)
    assert kinds(converse(app, path="/x")) == [ACCEPT, CLOSE]


def plain(websocket):
    pass


async def page(request: "core.Request", websocket):  # noqa: F821
    pass


async def wrong(websocket: int):
    pass


async def generator(websocket):
    yield


class PlainCallable:
    def __call__(self, websocket):
        pass


@pytest.mark.parametrize(
    ("path", "handler", "error", "says"),
    [
        ("/", plain, TypeError, "handler is `async def`, without a `yield`; plain is not"),
        ("/", generator, TypeError, "without a `yield`; generator is not"),
        ("/", functools.partial(plain), TypeError, "without a `yield`; plain is not"),
        ("/", PlainCallable(), TypeError, "without a `yield`; PlainCallable is not"),
        ("/", Callable, TypeError, "without a `yield`; Callable is not"),  # the class itself
        ("x", accepting, ValueError, 'a route starts with "/"'),
        ("/{x:flot}", accepting, ValueError, "got 'flot'"),
        ("/", page, TypeError, "page"),
        ("/", wrong, TypeError, "annotated WebSocket; got <class 'int'> for 'websocket' of wrong"),
    ],
)
def test_a_handler_that_cannot_be_is_refused_when_it_is_registered(app, path, handler, error, says):
    with pytest.raises(error) as raised:
        app.websocket(path)(handler)
    assert says in str(raised.value)


def test_a_second_handler_of_a_path_is_refused(app):
    app.websocket("/{x}")(accepting)
    with pytest.raises(ValueError, match="one handler"):
        app.websocket("/{y}")(accepting)


def test_the_decorated_function_stays_what_it_was(app):
    assert app.websocket("/")(accepting) is accepting


def test_an_http_error_after_accept_is_a_bug(app, caplog):
    @app.websocket("/")
    async def late(websocket):
        await websocket.accept()
        raise HTTPError(404)

    assert converse(app)[-1]["code"] == 1011
    assert "HTTPError(404" in caplog.text


@pytest.mark.parametrize("form", ["plain", "async with"])
def test_a_crash_after_accept_closes_with_1011(app, form, caplog):
    @app.websocket("/")
    async def crash(websocket):
        if form == "plain":
            await websocket.accept()
            raise LookupError("secret")
        async with websocket:
            raise LookupError("secret")

    sent = converse(app, extensions={"websocket.http.response": {}})
    assert kinds(sent) == [ACCEPT, CLOSE]
    assert (sent[1]["code"], sent[1]["reason"]) == (1011, "")
    assert "secret" in caplog.text


def test_a_crash_after_the_client_has_gone_is_logged_and_sends_nothing(app, caplog):
    @app.websocket("/")
    async def crash(websocket):
        async with websocket:
            async for _ in websocket:
                pass
            raise LookupError("late")

    assert kinds(converse(app, text("x"), gone())) == [ACCEPT]
    assert "LookupError('late')" in caplog.text


def test_a_scope_without_what_is_optional_is_served(app):
    """Defaults: no raw_path, root_path, subprotocols or extensions (HTTP & WebSocket, "Scope")."""
    seen = []

    @app.websocket("/é")
    async def handler(websocket):
        seen.append((websocket.subprotocols, websocket.request.client, websocket.request.root_path))
        await websocket.accept()

    async def without(scope, receive, send):
        needed = {key: scope[key] for key in ("type", "path", "headers")}
        await app(needed, receive, send)

    assert kinds(converse(without, path="/%C3%A9")) == [ACCEPT, CLOSE]
    assert seen == [([], None, "")]


def test_a_bug_of_a_converter_is_a_refusal_that_is_logged(caplog):
    site = App(converters=[Converter("team", lambda text: {}[text])])
    app = ASGIAdapter(site)
    app.websocket("/{name:team}")(accepting)
    assert converse(app, path="/x") == [CLOSED]
    assert "KeyError('x')" in caplog.text


def test_a_handler_may_close_within_its_iteration(app, caplog):
    @app.websocket("/")
    async def polite(websocket):
        async with websocket:
            async for message in websocket:
                if message == "bye":
                    await websocket.close()

    sent = converse(app, text("bye"))
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.close"]
    assert caplog.records == []
