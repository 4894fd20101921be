"""The client: requests, streams, WebSockets, and the lifespan around them.

Everything that may wait is a coroutine, written once; `_run` is where the two worlds differ.
"""

from collections.abc import Coroutine, Generator, Iterable, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any, TypeVar, Unpack, cast
from urllib.parse import urlsplit

from core.worlds import World
from lab.asgi_validator import ASGIValidator
from lab.sentinel.in_tests import in_tests
from lab.testing.answer import Answer, Head, StreamedAnswer
from lab.testing.asgi import ASGIExchange, scope_of
from lab.testing.asked import Asked, Fields, Options, asked_for, pairs_of
from lab.testing.cookies import Cookies
from lab.testing.errors import ClientError
from lab.testing.exchange import Exchange, whole
from lab.testing.lifespan import Lifespan
from lab.testing.loops import OwnLoop, run_at_once
from lab.testing.redirects import LIMIT, redirected
from lab.testing.websocket import ClientWebSocket, websocket_scope
from lab.testing.worlds import served
from lab.testing.wsgi import WSGIExchange
from wsgi_adapter import WSGIAdapter

T = TypeVar("T")


class RequestOptions(Options, total=False):
    """What a test can say of a request whose answer it waits for."""

    follow_redirects: bool


class Client:
    """Sends requests to an application, in process, and keeps its cookies.

    It takes an App (with `world`: "wsgi", or "asgi" as by default), or an application of either
    world. What the application raises is raised in the test. As a context manager, `with` or
    `async with`, it starts the application up and shuts it down. An ASGI application's loop runs
    only while the test waits for an answer.
    """

    def __init__(
        self,
        application: Any,
        root_path: str = "",  # where the server has mounted it; percent-decoded
        *,
        world: World | None = None,
        validate: bool = True,  # put the protocol's validator around the application
        base_url: str = "http://localhost:8000",  # what a client thinks it asks
        headers: Fields = (),  # sent where a request does not say something else
        extensions: Iterable[str] = (),  # of ASGI, that the server advertises for HTTP
        timeout: float | None = 10.0,  # seconds without a word from an ASGI application
        sentinel: float
        | bool = False,  # seconds that an ASGI handler may hold the loop; True: 0.05
    ) -> None:
        self.application, self.world = served(application, world)
        self.root_path = root_path
        self.base_url = base_url
        self.headers = pairs_of(headers)
        self.cookies = Cookies(urlsplit(base_url).hostname or "localhost")
        self._validate = validate
        self._extensions = tuple(extensions)
        self._timeout = timeout
        self._loop = OwnLoop()
        self._called: Any = self.application
        self._sentinel = in_tests(self.application, sentinel) if self.world == "asgi" else None
        if self._sentinel is not None:
            self._called = self._sentinel
        if validate and self.world == "asgi":
            self._called = ASGIValidator(self._called)
        self._lifespan: Lifespan | None = None

    # Requests

    def get(self, target: str, **options: Unpack[RequestOptions]) -> Answer:
        """The answer to a GET."""
        return self.request("GET", target, **options)

    def post(self, target: str, **options: Unpack[RequestOptions]) -> Answer:
        """The answer to a POST."""
        return self.request("POST", target, **options)

    def put(self, target: str, **options: Unpack[RequestOptions]) -> Answer:
        """The answer to a PUT."""
        return self.request("PUT", target, **options)

    def patch(self, target: str, **options: Unpack[RequestOptions]) -> Answer:
        """The answer to a PATCH."""
        return self.request("PATCH", target, **options)

    def delete(self, target: str, **options: Unpack[RequestOptions]) -> Answer:
        """The answer to a DELETE."""
        return self.request("DELETE", target, **options)

    def head(self, target: str, **options: Unpack[RequestOptions]) -> Answer:
        """The answer to a HEAD."""
        return self.request("HEAD", target, **options)

    def options(self, target: str, **options: Unpack[RequestOptions]) -> Answer:
        """The answer to an OPTIONS."""
        return self.request("OPTIONS", target, **options)

    def request(self, method: str, target: str, **options: Unpack[RequestOptions]) -> Answer:
        """The answer to a request for `target`, a path and perhaps a query; see `Options`.

        A redirect is answered as any other, unless it is to be followed (`follow_redirects=True`).
        """
        return self._run(self.request_async(method, target, **options))

    async def request_async(
        self, method: str, target: str, **options: Unpack[RequestOptions]
    ) -> Answer:
        """As `request`, for a test that has an event loop of its own."""
        follows = options.pop("follow_redirects", False)
        asked: Asked | None = self.asked(method, target, **cast(Options, options))
        history: list[Answer] = []
        while asked is not None:
            answer = await whole(self._exchange(asked))
            self.cookies.take(asked, answer)
            history.append(answer)
            asked = redirected(asked, answer) if follows else None
            if asked is not None and len(history) > LIMIT:
                raise ClientError(f"{method} {target} is redirected more than {LIMIT} times")
        if self._sentinel is not None:
            self._sentinel.warn()
        *before, last = history
        return replace(last, history=before)

    @contextmanager
    def stream(
        self, method: str, target: str, **options: Unpack[Options]
    ) -> Generator[StreamedAnswer]:
        """The answer to a request as soon as its header is there; the body comes by `chunks()`.

        Where the block is left early, a WSGI application's body is closed, and an ASGI application
        is told that the client has gone. Either is given the time to end.
        """
        exchange = self._exchange(self.asked(method, target, **options))
        try:
            head = self._run(exchange.begin())
            self.cookies.take(exchange.asked, head)
            yield StreamedAnswer(head, lambda: self._run(exchange.chunk()))
        finally:
            self._run(exchange.end())

    @contextmanager
    def websocket(
        self, target: str, *, subprotocols: Sequence[str] = (), **options: Unpack[Options]
    ) -> Generator[ClientWebSocket]:
        """An open WebSocket; raises WebSocketRefused. It is closed where the block is left."""
        if self.world == "wsgi":
            raise ClientError("WebSockets are for the ASGI world, and this application is WSGI")
        asked = self._with_cookies(self.asked("GET", target, **options))
        scope = websocket_scope(self._scope(asked), asked, subprotocols)
        websocket = ClientWebSocket(self._called, scope, self._timeout, self._run)
        try:
            self._run(websocket.open())
            self.cookies.take(asked, Head(101, websocket.headers.items()))
            yield websocket
        finally:
            websocket.close()

    def asked(self, method: str, target: str, **options: Unpack[Options]) -> Asked:
        """The request that these options make."""
        return asked_for(method, target, options, self.base_url, self.root_path, self.headers)

    # The application's life

    def __enter__(self) -> "Client":
        try:
            self._run(self.__aenter__())
        except BaseException:
            self._loop.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._run(self.__aexit__())
        finally:
            self.close()

    async def __aenter__(self) -> "Client":
        if self.world == "asgi":
            self._lifespan = Lifespan(self._called, self._timeout)
            await self._lifespan.start()
        elif isinstance(self.application, WSGIAdapter):
            self.application.startup()
        return self

    async def __aexit__(self, *_: object) -> None:
        lifespan, self._lifespan = self._lifespan, None
        if lifespan is not None:
            await lifespan.stop()
        elif isinstance(self.application, WSGIAdapter):
            self.application.shutdown()

    def close(self) -> None:
        """End what the application has left running on the client's loop."""
        self._loop.close()

    # How it is asked

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Its result. WSGI answers before a call returns, so there is nothing to wait for."""
        if self.world == "wsgi":
            return run_at_once(coroutine)
        with nullcontext() if self._sentinel is None else self._sentinel.noticing():
            return self._loop.run(coroutine)

    def _exchange(self, asked: Asked) -> Exchange:
        asked = self._with_cookies(asked)
        if self.world == "wsgi":
            return WSGIExchange(self._called, asked, validate=self._validate)
        return ASGIExchange(self._called, asked, self._scope(asked), self._timeout)

    def _with_cookies(self, asked: Asked) -> Asked:
        """The request with the client's cookies; one with a Cookie header is left as it is."""
        cookies = self.cookies.sent_with(asked)
        if not cookies or asked.header("cookie") is not None:
            return asked
        return replace(asked, headers=[*asked.headers, ("Cookie", cookies)])

    def _scope(self, asked: Asked) -> Any:
        state = self._lifespan.state if self._lifespan is not None else {}
        return scope_of(asked, state, self._extensions)
